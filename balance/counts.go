package balance

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// Kind says how targets name their classes.
type Kind int

const (
	// Labels: every entry is a class index. Shapes (n), (n,1), (n,T), (n,T,1).
	Labels Kind = iota
	// OneHot: the last axis is the classes, one entry of it 1 and all others 0.
	// Shapes (n,K), (n,T,K).
	OneHot
	// Signs: as Labels, and -1 is another name of class 0.
	Signs
)

// ClassCount is the number of target entries of one class.
type ClassCount struct {
	Class, N int
}

// Counts holds the classes that occur, in ascending order.
type Counts []ClassCount

// Total returns N, the number of target entries of all classes.
func (c Counts) Total() int {
	n := 0
	for _, k := range c {
		n += k.N
	}
	return n
}

// check returns an error for counts no weight can be computed from.
func (c Counts) check() error {
	if len(c) == 0 {
		return errors.New("balance: no classes to weigh: there are no targets")
	}
	for _, k := range c {
		if k.N < 1 {
			return fmt.Errorf("balance: class %d has a count of %d, want at least 1", k.Class, k.N)
		}
	}
	return nil
}

// Count counts the classes of the targets y over all their entries, every
// timestep of (n,T) targets being one. Labels may be negative here, which
// Resolve refuses. An entry that is not a whole number, one beyond ±2^24, a row
// that is not one-hot, and a shape that Kind does not list are errors.
func Count(y tensor.Tensor, targets Kind) (Counts, error) {
	e, err := entriesOf(y, targets)
	if err != nil {
		return nil, err
	}
	return e.count(len(e.class)), nil
}

// entries are the class indices of targets.
type entries struct {
	class   []int32
	lo, hi  int32 // no class is outside
	shape   []int // (n) or (n,T)
	classes int   // K, known from one-hot targets only
	ignored int32 // what stands for labels that are no class; 0 for none
}

// ignore takes labels out of the classes.
func (e *entries) ignore(labels []int) {
	if len(labels) == 0 {
		return
	}
	for i, c := range e.class {
		if slices.Contains(labels, int(c)) {
			e.ignored = max(e.hi, 0) + 1 // beside all classes
			e.class[i] = e.ignored
		}
	}
}

// count counts the classes of the first n entries.
func (e *entries) count(n int) Counts {
	table := make([]int, e.hi-e.lo+1)
	// Runs are counted at once: a rare class interrupts them rarely, and adding
	// to one place of memory for each entry would wait for the addition before.
	for i := 0; i < n; {
		c, from := e.class[i], i
		for i++; i < n && e.class[i] == c; i++ {
		}
		if c != e.ignored || c == 0 {
			table[c-e.lo] += i - from
		}
	}
	var out Counts
	for i, n := range table {
		if n > 0 {
			out = append(out, ClassCount{Class: int(e.lo) + i, N: n})
		}
	}
	return out
}

// place names entry i in messages.
func (e *entries) place(i int) string { return place(i, e.shape) }

func place(i int, shape []int) string {
	if steps := product(shape[1:]); steps > 1 {
		axis := "timestep"
		if len(shape) > 2 {
			axis = "element"
		}
		return fmt.Sprintf("row %d, %s %d", i/steps, axis, i%steps)
	}
	return fmt.Sprintf("row %d", i)
}

func product(dims []int) int {
	p := 1
	for _, d := range dims {
		p *= d
	}
	return p
}

func entriesOf(y tensor.Tensor, targets Kind) (*entries, error) {
	if data.Absent(y) {
		return nil, errors.New("balance: class weights need targets, there are none")
	}
	dt := tensor.Float64
	if y.Dtype() == tensor.Float32 {
		dt = tensor.Float32
	}
	d, err := data.AsType(y, dt)
	if err != nil {
		return nil, fmt.Errorf("balance: targets: %w", err)
	}
	shape := append([]int(nil), d.Shape()...)
	rank := len(shape)
	if rank > 0 && product(shape) == 0 {
		return nil, fmt.Errorf("balance: targets of shape %v are empty", d.Shape())
	}
	e := new(entries)
	switch targets {
	case Labels, Signs:
		if rank < 1 || rank > 3 || rank == 3 && shape[2] != 1 {
			return nil, fmt.Errorf("balance: class weights need labels of shape (n), (n,1), (n,T) or (n,T,1), have %v", d.Shape())
		}
		if rank > 1 && shape[rank-1] == 1 {
			rank--
		}
		e.shape = shape[:rank]
		if dt == tensor.Float32 {
			err = wholes(e, d.Float32s())
		} else {
			err = wholes(e, d.Float64s())
		}
		if targets == Signs && err == nil {
			e.unsign()
		}
	case OneHot:
		if rank < 2 || rank > 3 {
			return nil, fmt.Errorf("balance: class weights need one-hot targets of shape (n,K) or (n,T,K), have %v", d.Shape())
		}
		e.shape, e.classes = shape[:rank-1], shape[rank-1]
		if dt == tensor.Float32 {
			err = hots(e, d.Float32s())
		} else {
			err = hots(e, d.Float64s())
		}
	default:
		return nil, fmt.Errorf("balance: unknown kind of targets %d, want Labels, OneHot or Signs", targets)
	}
	return e, err
}

// maxClass is the largest class index: up to it float32 holds every whole number.
const maxClass = 1 << 24

func wholes[F float32 | float64](e *entries, v []F) error {
	e.class = make([]int32, len(v))
	lo, hi := int32(maxClass), int32(-maxClass)
	for i, x := range v {
		// Out of range, c is the processor's choice: never x or never in range.
		c := int32(x)
		if F(c) != x || c < -maxClass || c > maxClass {
			return badLabel(e, x, i)
		}
		e.class[i] = c
		lo, hi = min(lo, c), max(hi, c)
	}
	e.lo, e.hi = lo, hi
	return nil
}

// unsign makes -1 class 0.
func (e *entries) unsign() {
	for i, c := range e.class {
		if c == -1 {
			e.class[i] = 0
			e.hi = max(e.hi, 0)
		}
	}
}

func badLabel[F float32 | float64](e *entries, x F, i int) error {
	if f := float64(x); math.Trunc(f) == f && !math.IsInf(f, 0) {
		return fmt.Errorf("balance: label %v in %s is too large to be a class index, want at most %d", x, e.place(i), maxClass)
	}
	return fmt.Errorf("balance: label %v in %s is not a whole number: class weights need class indices, use sample weights for other targets", x, e.place(i))
}

func hots[F float32 | float64](e *entries, v []F) error {
	k := e.classes
	e.hi = int32(k - 1)
	e.class = make([]int32, len(v)/k)
	for i := range e.class {
		hot, ones := 0, 0
		for j, x := range v[i*k : (i+1)*k] {
			if x == 0 {
				continue
			}
			if x != 1 { // NaN as well
				ones++
			}
			ones++
			hot = j
		}
		if ones != 1 {
			return fmt.Errorf("balance: %s is not one-hot, want a single 1 among zeros: class weights need one class per row, use sample weights for soft or multi-label targets", e.place(i))
		}
		e.class[i] = int32(hot)
	}
	return nil
}
