package sampler

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/neighbours"
	"github.com/counterweight-go/counterweight/internal/nprand"
	"github.com/counterweight-go/counterweight/internal/svm"
	"gorgonia.org/tensor"
)

// SVMSMOTE is SMOTE of the support vectors of a class, those of support vector
// machines between it and each other class. One whose MNeighbors nearest rows are
// all of other classes is left out. Of one with at least half of them in other
// classes, rows are made on the way to its neighbours, as by [SMOTE]; of any
// other, beyond it, away from its neighbours, by up to OutStep of the way. About
// half of the rows are of either kind: a share drawn from Beta(10, 10). Scale
// columns alike first. Time grows with the square of the rows: 20,000 rows take
// seconds, 100,000 minutes.
//
// Rows depend on the support vectors, and so agree with imbalanced-learn's where
// these do; both go the same way to them, so that is the rule. Unlike upstream,
// where support vectors are of one kind only, all rows are made of that kind and
// not only its share.
//
// Nguyen, Cooper and Kamei, Borderline over-sampling for imbalanced data
// classification, International Journal of Knowledge Engineering and Soft Data
// Paradigms 3 (2011).
type SVMSMOTE struct {
	Strategy   Strategy // nil means Auto: all classes as large as the largest
	Seed       uint32   // of numpy's RandomState
	KNeighbors int      // between which rows are made; 0 means 5
	MNeighbors int      // which tell danger; 0 means 10
	OutStep    float64  // at most 1; 0 means 0.5, [Zero] means 0
	C          float64  // of the machines, how much a row counts that is on the wrong side; 0 means 1
	// Gamma is that of the machines' kernel exp(-gamma |a-b|²). 0 means 1 /
	// (columns · variance of all elements of x), or 1 where the variance is 0.
	Gamma float64
}

// Resample returns all rows of x and the new ones, class by class.
func (s SVMSMOTE) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return produce("SVMSMOTE", x, y, func(in *input) ([]mix, error) { return s.make(ctx, in) })
}

func (s SVMSMOTE) make(ctx context.Context, in *input) ([]mix, error) {
	k, err := count(s.KNeighbors, 5)
	if err != nil {
		return nil, err
	}
	m, err := count(s.MNeighbors, 10)
	if err != nil {
		return nil, err
	}
	if !(s.OutStep >= 0 && s.OutStep <= 1) {
		return nil, fmt.Errorf("OutStep is %v, want 0 to 1 (0 means 0.5, Zero 0)", s.OutStep)
	}
	out := s.OutStep
	if out == 0 {
		out = 0.5
	}
	v := vectors{in: in, c: s.C, gamma: s.Gamma, found: map[[2]int][]float64{}}
	if v.c == 0 {
		v.c = 1
	}
	if v.gamma == 0 {
		v.gamma = in.scale()
	}
	fractions := nprand.New(s.Seed)
	return in.perClass(s.Strategy, func(c class, n int) ([]mix, error) {
		if err := c.enough(k, "KNeighbors"); err != nil {
			return nil, err
		}
		if err := in.enoughRows(m, "MNeighbors"); err != nil {
			return nil, err
		}
		rows, err := v.of(ctx, c)
		if err != nil {
			return nil, err
		}
		danger, safe, err := in.dangerous(ctx, rows, m)
		if err != nil {
			return nil, err
		}
		inside := int(fractions.Beta(10, 10) * float64(n+1))
		switch {
		case len(danger)+len(safe) == 0:
			return nil, fmt.Errorf("all %d support vectors of class %d have none of it among their %d nearest rows: set a smaller MNeighbors, or use SMOTE", len(rows), c.label, m)
		case len(danger) == 0:
			inside = 0
		case len(safe) == 0:
			inside = n
		}
		made, err := in.between(ctx, danger, c, inside, k, s.Seed)
		if err != nil {
			return nil, err
		}
		beyond, err := in.between(ctx, safe, c, n-inside, k, s.Seed)
		for i := range beyond {
			beyond[i].step *= -out
		}
		return append(made, beyond...), err
	})
}

// scale is the gamma that suits x.
func (in *input) scale() float64 {
	v := in.float64s()
	var mean, sum float64
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		sum += (x - mean) * (x - mean)
	}
	gamma := float64(len(v)) / (float64(in.cols()) * sum)
	if math.IsInf(gamma, 0) || !(gamma > 0) {
		return 1
	}
	return gamma
}

// vectors finds support vectors, once for two classes.
type vectors struct {
	in       *input
	c, gamma float64
	found    map[[2]int][]float64 // of the places of two classes, the lower first
}

// of returns the rows of a class that are support vectors towards any other.
func (v vectors) of(ctx context.Context, c class) ([]int, error) {
	in := v.in
	self, _ := in.find(c.label)
	supports := make([]bool, len(c.rows))
	for other := range in.classes {
		if other == self {
			continue
		}
		a, b := min(self, other), max(self, other)
		alpha, ok := v.found[[2]int{a, b}]
		if !ok {
			only, err := in.only(slices.Concat(in.classes[a].rows, in.classes[b].rows))
			if err != nil {
				return nil, err
			}
			if alpha, err = svm.Support(ctx, neighbours.Table[float64]{Data: wide(only), Cols: in.cols()}, len(in.classes[a].rows), v.c, v.gamma); err != nil {
				return nil, err
			}
			v.found[[2]int{a, b}] = alpha
		}
		if self == b {
			alpha = alpha[len(in.classes[a].rows):]
		}
		for i := range supports {
			supports[i] = supports[i] || alpha[i] > 0
		}
	}
	var rows []int
	for i, r := range c.rows {
		if supports[i] {
			rows = append(rows, r)
		}
	}
	return rows, nil
}
