package sampler

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Strategy says which classes a sampler works on, and how many rows each gets:
// a Target, a Ratio, Counts, Classes or a Func. nil is Auto. It is
// imbalanced-learn's sampling_strategy.
//
// With n_M rows of the largest class and n_m of the smallest (of equal ones, the
// smallest label counts as such), over-samplers fill the classes up to n_M rows,
// under-samplers cut them down to n_m, and cleaning samplers look for rows to
// drop in them.
type Strategy interface {
	quotas(k kind, in *input) (map[int]int, error)
}

// Target names classes by their size.
type Target int

const (
	// Auto is NotMajority for over-samplers, NotMinority for all others.
	Auto Target = iota
	// Minority is the smallest class; over-samplers only.
	Minority
	// Majority is the largest class; not for over-samplers.
	Majority
	NotMinority
	NotMajority
	All
)

var targetNames = []string{"auto", "minority", "majority", "not minority", "not majority", "all"}

// String returns imbalanced-learn's name.
func (t Target) String() string {
	if t < 0 || int(t) >= len(targetNames) {
		return fmt.Sprintf("Target(%d)", int(t))
	}
	return targetNames[t]
}

// Ratio is the number of rows of the smaller class for each row of the larger
// one that is wanted of two classes, in (0,1]: over-samplers make
// int(r n_M - n_m) rows, at least 1; under-samplers keep int(n_m / r), at most
// n_M. Not for cleaning samplers.
type Ratio float64

// Counts is the wanted total of rows of each class: at least what it has for
// over-samplers, at most for under-samplers. Classes that it lacks stay as they
// are. Not for cleaning samplers.
type Counts map[int]int

// Classes are the labels that a cleaning sampler looks at.
type Classes []int

// Func computes Counts from the label of each row, which it must not change.
type Func func(labels []int) (map[int]int, error)

// kind is what a sampler does to the classes of its strategy.
type kind int

const (
	over  kind = iota // a quota is the number of rows to add
	under             // a quota is the number of rows to keep
	clean             // a quota says that the class is looked at
)

func (k kind) String() string {
	return [...]string{"an over-sampler", "an under-sampler", "a cleaning sampler"}[k]
}

// quota is what a class gets, c being its place in input.classes.
type quota struct{ c, n int }

// quotas returns the quotas by ascending label.
func (in *input) quotas(s Strategy, k kind) ([]quota, error) {
	if err := in.twoClasses(); err != nil {
		return nil, err
	}
	if s == nil {
		s = Auto
	}
	if err := fits(s, k); err != nil {
		return nil, err
	}
	byLabel, err := s.quotas(k, in)
	if err != nil {
		return nil, err
	}
	var out []quota
	room := math.MaxInt32 - in.rows()
	for _, label := range slices.Sorted(maps.Keys(byLabel)) {
		c, ok := in.find(label)
		if !ok {
			return nil, fmt.Errorf("the strategy names class %d, which y lacks", label)
		}
		n := byLabel[label]
		if k == over {
			if n > room {
				return nil, fmt.Errorf("the strategy asks for %d more rows of class %d, want at most %d rows in all", n, label, math.MaxInt32)
			}
			room -= n
		}
		out = append(out, quota{c, n})
	}
	return out, nil
}

// targeted reports for each class whether it has a quota.
func (in *input) targeted(s Strategy, k kind) ([]bool, error) {
	quotas, err := in.quotas(s, k)
	hit := make([]bool, len(in.classes))
	for _, q := range quotas {
		hit[q.c] = true
	}
	return hit, err
}

// fits returns an error for a strategy that is never for samplers of a kind.
func fits(s Strategy, k kind) error {
	switch s := s.(type) {
	case Target:
		if s == Minority && k != over || s == Majority && k == over {
			return fmt.Errorf("strategy %q is not for %v", s, k)
		}
	case Ratio:
		if err := s.check(); err != nil {
			return err
		}
		if k == clean {
			return fmt.Errorf("a ratio is not for %v, want a Target or Classes", k)
		}
	case Counts:
		if k == clean {
			return fmt.Errorf("counts are not for %v, want a Target or Classes", k)
		}
	case Classes:
		if k != clean {
			return fmt.Errorf("a list of classes is not for %v, want a Target, a Ratio, Counts or a Func", k)
		}
	}
	return nil
}

func (t Target) quotas(k kind, in *input) (map[int]int, error) {
	minority, majority := in.minority(), in.majority()
	most, least := len(in.classes[majority].rows), len(in.classes[minority].rows)
	if t == Auto && k == over {
		t = NotMajority
	} else if t == Auto {
		t = NotMinority
	}
	out := map[int]int{}
	for c, class := range in.classes {
		var hit bool
		switch t {
		case Minority:
			hit = c == minority
		case Majority:
			hit = c == majority
		case NotMinority:
			hit = c != minority
		case NotMajority:
			hit = c != majority
		case All:
			hit = true
		default:
			return nil, fmt.Errorf("unknown strategy %v, want one of %q", t, targetNames)
		}
		if !hit {
			continue
		}
		out[class.label] = least
		if k == over {
			out[class.label] = most - len(class.rows)
		}
	}
	return out, nil
}

func (r Ratio) check() error {
	if !(r > 0 && r <= 1) {
		return fmt.Errorf("the ratio is %v, want a number in (0,1]", float64(r))
	}
	return nil
}

func (r Ratio) quotas(k kind, in *input) (map[int]int, error) {
	if len(in.classes) != 2 {
		return nil, fmt.Errorf("a ratio is for two classes, y has %d: use Counts", len(in.classes))
	}
	if k == over {
		large := in.majority()
		small := in.classes[1-large]
		most, have := len(in.classes[large].rows), len(small.rows)
		add := int(float64(most)*float64(r) - float64(have))
		if add <= 0 {
			return nil, fmt.Errorf("a ratio of %v would remove rows or leave all as it is: class %d has %d rows, and the other %d; use a larger ratio", float64(r), small.label, have, most)
		}
		return map[int]int{small.label: add}, nil
	}
	small := in.minority()
	large := in.classes[1-small]
	least, have := len(in.classes[small].rows), len(large.rows)
	keep := float64(least) / float64(r)
	if keep >= float64(have)+1 {
		return nil, fmt.Errorf("a ratio of %v would add rows: class %d has %d rows, and the other %d; use a larger ratio", float64(r), large.label, have, least)
	}
	return map[int]int{large.label: int(keep)}, nil
}

func (w Counts) quotas(k kind, in *input) (map[int]int, error) {
	out := map[int]int{}
	for _, label := range slices.Sorted(maps.Keys(w)) {
		c, ok := in.find(label)
		if !ok {
			return nil, fmt.Errorf("the strategy names class %d, which y lacks", label)
		}
		want, have := w[label], len(in.classes[c].rows)
		switch {
		case want < 0:
			return nil, fmt.Errorf("the strategy wants %d rows of class %d, want at least 0", want, label)
		case k == over && want < have:
			return nil, fmt.Errorf("the strategy wants %d rows of class %d, which has %d already: %v adds rows", want, label, have, k)
		case k == under && want > have:
			return nil, fmt.Errorf("the strategy wants %d rows of class %d, which has only %d: %v removes rows", want, label, have, k)
		}
		out[label] = want
		if k == over {
			out[label] = want - have
		}
	}
	return out, nil
}

func (l Classes) quotas(k kind, in *input) (map[int]int, error) {
	out := map[int]int{}
	for _, label := range l {
		out[label] = 0
	}
	return out, nil
}

func (f Func) quotas(k kind, in *input) (map[int]int, error) {
	if f == nil {
		return nil, fmt.Errorf("the strategy is a nil Func")
	}
	labels := make([]int, in.rows())
	for i, c := range in.class {
		labels[i] = in.classes[c].label
	}
	counts, err := f(labels)
	if err != nil {
		return nil, err
	}
	if err := fits(Counts(counts), k); err != nil {
		return nil, err
	}
	return Counts(counts).quotas(k, in)
}
