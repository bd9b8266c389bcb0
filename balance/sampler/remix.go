package sampler

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// Remix is a Dataset that mixes the rows of each batch in pairs, the numbers of
// two rows with a factor λ, their targets with a factor that favours the rarer
// class:
//
//	x = λ x_i + (1-λ) x_j,  y = λ_y y_i + (1-λ_y) y_j,  λ from Beta(Alpha, Alpha),
//
// λ_y is 0 where class i has at least Kappa times the rows of class j and λ <
// Tau, 1 where class j has those of class i and 1-λ < Tau, and λ elsewhere. Every
// row is i once and j once. Weights are mixed as targets are.
//
// Targets are one-hot rows (n,K), or 0 and 1 of shape (n) or (n,1), and become
// shares: use a crossentropy, and no class weights, which mixed rows have no class
// for. All inputs are mixed alike; there may be one output. It is for training
// data only.
//
// With Kappa at infinity it is mixup. What comes is drawn anew in every pass from
// its seed and number.
//
// Chou, Chang, Pan, Wei and Juan, Remix: rebalanced mixup, ECCV workshops (2020).
type Remix struct {
	Source data.Dataset
	// Counts are the rows of each class, of one-hot rows by column. nil asks
	// Source, and where it does not know takes a pass to count in every pass.
	Counts map[int]int
	Alpha  float64 // from 0.001 to 1e6; 0 means 1: λ is uniform
	Kappa  float64 // at least 1; 0 means 3
	Tau    float64 // from 0 to 1; 0 means 0.5, [Zero] means 0
}

// Len returns the number of rows of a pass, that of Source.
func (r Remix) Len() int {
	if r.Source == nil {
		return 0
	}
	return r.Source.Len()
}

// Batches starts a pass. A nil Source or a bad setting is the pass's only
// element, an error.
func (r Remix) Batches(o data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		m, err := r.mixer(o)
		if err != nil {
			yield(data.Batch{}, named("Remix", err))
			return
		}
		row := 0
		for b, err := range r.Source.Batches(o) {
			if err == nil {
				b, err = m.mix(b, row)
				err = named("Remix", err)
			}
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			if !yield(b, nil) {
				return
			}
			row += b.X.Shape()[0]
		}
	}
}

// mixer is the state of a pass.
type mixer struct {
	Remix
	rng *nprand.RandomState
}

func (r Remix) mixer(o data.Order) (*mixer, error) {
	switch {
	case r.Source == nil:
		return nil, errors.New("no source, want a Dataset")
	case r.Alpha != 0 && !(r.Alpha >= 1e-3 && r.Alpha <= 1e6):
		return nil, fmt.Errorf("alpha is %v, want 0.001 to 1000000 (0 means 1)", r.Alpha)
	case r.Kappa != 0 && !(r.Kappa >= 1):
		return nil, fmt.Errorf("kappa is %v, want at least 1 (0 means 3)", r.Kappa)
	case !(r.Tau >= 0 && r.Tau <= 1):
		return nil, fmt.Errorf("tau is %v, want 0 to 1 (0 means 0.5, Zero 0)", r.Tau)
	}
	if r.Alpha == 0 {
		r.Alpha = 1
	}
	if r.Kappa == 0 {
		r.Kappa = 3
	}
	if r.Tau == 0 {
		r.Tau = 0.5
	}
	if r.Counts == nil {
		counts, err := countsOf(r.Source)
		if err != nil {
			return nil, err
		}
		r.Counts = counts
	}
	seed := rand.New(rand.NewPCG(^o.Seed, o.Pass)).Uint32()
	return &mixer{Remix: r, rng: nprand.New(seed)}, nil
}

// countsOf returns the rows of each class of a pass.
func countsOf(ds data.Dataset) (map[int]int, error) {
	counts := map[int]int{}
	switch ds := ds.(type) {
	case data.ClassCounter:
		return ds.ClassCounts()
	case data.RowSource:
		labels, err := ds.Labels()
		for _, l := range labels {
			counts[l]++
		}
		return counts, err
	}
	row := 0
	for b, err := range ds.Batches(data.Order{BatchSize: 1024, Shuffle: data.ShuffleOff}) {
		if err != nil {
			return nil, err
		}
		classes, err := classesOf(b.Y, row)
		if err != nil {
			return nil, err
		}
		for _, c := range classes {
			counts[c]++
		}
		row += len(classes)
	}
	return counts, nil
}

// classesOf returns the class of each target, the first of which is of row from.
func classesOf(y *tensor.Dense, from int) ([]int, error) {
	if y == nil {
		return nil, errors.New("batches without targets, want one-hot rows, or 0 and 1")
	}
	shape := y.Shape()
	wide, err := data.AsType(y, tensor.Float64)
	if err != nil {
		return nil, err
	}
	v := wide.Float64s()
	switch {
	case len(shape) == 1 || len(shape) == 2 && shape[1] == 1:
		classes := make([]int, shape[0])
		for i, t := range v {
			if t != 0 && t != 1 {
				return nil, fmt.Errorf("the target of row %d is %v, want 0 or 1; targets of more classes as one-hot rows", from+i, t)
			}
			classes[i] = int(t)
		}
		return classes, nil
	case len(shape) == 2:
		classes, err := data.Labels(y)
		if err != nil {
			return nil, fmt.Errorf("%w (rows are counted from %d on)", err, from)
		}
		return classes, nil
	}
	return nil, fmt.Errorf("targets of shape %v, want one-hot rows (n,K), or 0 and 1 of shape (n) or (n,1)", shape)
}

// mix returns the batch mixed, whose first row is row from of the pass.
func (m *mixer) mix(b data.Batch, from int) (data.Batch, error) {
	if len(b.MoreY) > 0 || len(b.MoreW) > 0 {
		return b, fmt.Errorf("batches have %d outputs, want one", 1+len(b.MoreY))
	}
	classes, err := classesOf(b.Y, from)
	if err != nil {
		return b, err
	}
	n := len(classes)
	other := m.rng.Permutation(n)
	share, shareY := make([]float64, n), make([]float64, n)
	for i, j := range other {
		share[i] = m.rng.Beta(m.Alpha, m.Alpha)
		if shareY[i], err = m.factor(classes[i], classes[j], share[i]); err != nil {
			return b, err
		}
	}
	out := data.Batch{}
	if out.X, err = mixed(b.X, other, share); err != nil {
		return b, err
	}
	if out.Y, err = mixed(b.Y, other, shareY); err != nil {
		return b, err
	}
	if b.W != nil {
		if out.W, err = mixed(b.W, other, shareY); err != nil {
			return b, err
		}
	}
	for _, x := range b.MoreX {
		x, err := mixed(x, other, share)
		if err != nil {
			return b, err
		}
		out.MoreX = append(out.MoreX, x)
	}
	return out, nil
}

// factor is λ_y of two classes.
func (m *mixer) factor(i, j int, share float64) (float64, error) {
	a, b := float64(m.Counts[i]), float64(m.Counts[j])
	for _, c := range []int{i, j} {
		if m.Counts[c] <= 0 {
			return 0, fmt.Errorf("class %d has %d rows by the counts, but there is one", c, m.Counts[c])
		}
	}
	switch {
	case a >= m.Kappa*b && share < m.Tau:
		return 0, nil
	case b >= m.Kappa*a && 1-share < m.Tau:
		return 1, nil
	}
	return share, nil
}

// mixed returns share times each row of t plus the rest times another.
func mixed(t *tensor.Dense, other []int, share []float64) (*tensor.Dense, error) {
	if t.Dims() == 0 || t.Shape()[0] != len(other) {
		return nil, fmt.Errorf("a batch of %d targets has an array of shape %v, want as many rows", len(other), t.Shape())
	}
	f, err := floats("a batch", t)
	if err != nil {
		return nil, err
	}
	out, err := data.Take(f, other)
	if err != nil {
		return nil, err
	}
	if f.Dtype() == tensor.Float32 {
		blend(out.Float32s(), f.Float32s(), share)
	} else {
		blend(out.Float64s(), f.Float64s(), share)
	}
	return out, nil
}

func blend[F float32 | float64](out, v []F, share []float64) {
	width := len(v) / len(share)
	for i := range out {
		l := share[i/width]
		out[i] = F(l*float64(v[i]) + (1-l)*float64(out[i]))
	}
}
