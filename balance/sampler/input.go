package sampler

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// input is x and y as samplers see them.
type input struct {
	x, y    *tensor.Dense // contiguous, float32 or float64
	whole   bool          // x came as whole numbers
	class   []int         // of each row, its place in classes
	classes []class       // that occur, by ascending label
}

type class struct {
	label int
	rows  []int // ascending
}

func (in *input) rows() int { return len(in.class) }

// cols is the number of elements of a row, whatever its shape.
func (in *input) cols() int { return in.x.Shape().TotalSize() / in.rows() }

// minority returns the place of the smallest class, majority that of the
// largest; of equal ones the smallest label.
func (in *input) minority() int {
	best := 0
	for c := range in.classes {
		if len(in.classes[c].rows) < len(in.classes[best].rows) {
			best = c
		}
	}
	return best
}

func (in *input) majority() int {
	best := 0
	for c := range in.classes {
		if len(in.classes[c].rows) > len(in.classes[best].rows) {
			best = c
		}
	}
	return best
}

// find returns the place of the class with a label.
func (in *input) find(label int) (int, bool) {
	return slices.BinarySearchFunc(in.classes, label, func(c class, label int) int { return c.label - label })
}

func read(x, y tensor.Tensor) (*input, error) {
	in := new(input)
	var err error
	if in.x, err = floats("x", x); err != nil {
		return nil, err
	}
	if in.y, err = floats("y", y); err != nil {
		return nil, err
	}
	in.whole = x.Dtype() != tensor.Float32 && x.Dtype() != tensor.Float64
	labels, err := labelsOf(in.y)
	if err != nil {
		return nil, err
	}
	if n := in.x.Shape()[0]; n != len(labels) {
		return nil, fmt.Errorf("x has %d rows and y %d, want as many", n, len(labels))
	}
	in.group(labels)
	return in, nil
}

// group sets the classes.
func (in *input) group(labels []int) {
	counts := map[int]int{}
	for i := 0; i < len(labels); {
		from, label := i, labels[i]
		for i < len(labels) && labels[i] == label {
			i++
		}
		counts[label] += i - from // rare classes make long runs of the others
	}
	place := make(map[int]int, len(counts))
	for c, label := range slices.Sorted(maps.Keys(counts)) {
		in.classes = append(in.classes, class{label, make([]int, 0, counts[label])})
		place[label] = c
	}
	in.class = make([]int, len(labels))
	for i, c := 0, 0; i < len(labels); i++ {
		label := labels[i]
		if i == 0 || label != labels[i-1] {
			c = place[label]
		}
		in.class[i] = c
		in.classes[c].rows = append(in.classes[c].rows, i)
	}
}

// among returns the input that holds only the given rows.
func (in *input) among(rows []int) (*input, error) {
	x, err := data.Take(in.x, rows)
	if err != nil {
		return nil, err
	}
	y, err := data.Take(in.y, rows)
	if err != nil {
		return nil, err
	}
	return read(x, y)
}

// trim rounds new rows toward zero where x came as whole numbers, as upstream
// does when it puts them into an array of its type.
func (in *input) trim(xs *tensor.Dense) {
	if !in.whole {
		return
	}
	for i, v := range xs.Float64s() {
		xs.Float64s()[i] = math.Trunc(v)
	}
}

func floats(what string, t tensor.Tensor) (*tensor.Dense, error) {
	if data.Absent(t) {
		return nil, fmt.Errorf("%s is nil", what)
	}
	dt := t.Dtype()
	if dt != tensor.Float32 {
		dt = tensor.Float64
	}
	if t.Dims() == 0 || t.Shape().TotalSize() == 0 {
		return nil, fmt.Errorf("%s of shape %v has no rows or no columns", what, t.Shape())
	}
	d, err := data.AsType(t, dt)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return d, nil
}

// labelsOf returns the label of each row.
func labelsOf(y *tensor.Dense) ([]int, error) {
	shape := y.Shape()
	if len(shape) > 2 {
		return nil, fmt.Errorf("y has shape %v, want classes of shape (n) or (n,1), or one-hot rows (n,K)", shape)
	}
	if len(shape) == 2 && shape[1] > 1 {
		return data.Labels(y)
	}
	wide, err := data.AsType(y, tensor.Float64)
	if err != nil {
		return nil, err
	}
	labels := make([]int, shape[0])
	for i, v := range wide.Float64s() {
		// Up to 2^24 float32 holds every whole number.
		if v != math.Trunc(v) || math.Abs(v) > 1<<24 {
			return nil, fmt.Errorf("y is %v in row %d, want a class: a whole number", v, i)
		}
		labels[i] = int(v)
	}
	return labels, nil
}

// finite returns an error for the first NaN or infinity of x, and for a number
// that is as good as infinite.
func (in *input) finite() error {
	if in.x.Dtype() == tensor.Float32 {
		return finite(in.x.Float32s(), in.cols(), 1e37)
	}
	return finite(in.x.Float64s(), in.cols(), 1e150)
}

const finiteGrain = 1 << 15 // elements

func finite[F float32 | float64](v []F, cols int, most F) error {
	first := make([]int, (len(v)+finiteGrain-1)/finiteGrain)
	kernel.NewLoop(len(v), finiteGrain, func(lo, hi int) {
		first[lo/finiteGrain] = -1
		for i, x := range v[lo:hi] {
			if !(x >= -most && x <= most) {
				first[lo/finiteGrain] = lo + i
				return
			}
		}
	}).Run()
	for _, i := range first {
		switch {
		case i < 0:
		case v[i]-v[i] != 0:
			return fmt.Errorf("x is %v in row %d, column %d: fill in or drop such values first", v[i], i/cols, i%cols)
		default: // distances would overflow, or rows made beyond others
			return fmt.Errorf("x is %v in row %d, column %d, which is too large to compute with: scale or drop such values first", v[i], i/cols, i%cols)
		}
	}
	return nil
}

// table returns an error unless x is a table of numbers, from which rows can be
// made.
func (in *input) table() error {
	if in.x.Dims() != 2 {
		return fmt.Errorf("x has shape %v, want a table (rows, columns) to make rows of", in.x.Shape())
	}
	return in.finite()
}

// twoClasses returns an error for targets with a single class.
func (in *input) twoClasses() error {
	if len(in.classes) < 2 {
		return fmt.Errorf("y has the single class %d, want at least two", in.classes[0].label)
	}
	return nil
}

var errCount = errors.New("a count of neighbours is negative, want at least 1 (0 for the default)")

// count returns the setting n, or its default for 0.
func count(n, otherwise int) (int, error) {
	if n < 0 {
		return 0, errCount
	}
	if n == 0 {
		return otherwise, nil
	}
	return n, nil
}
