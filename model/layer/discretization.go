package layer

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/counterweight-go/counterweight/internal/engine"
	"gorgonia.org/tensor"
)

// Discretization turns numbers into the bins they fall into. Bin i holds the
// numbers from boundary i-1, this included, to boundary i, this excluded; bin 0
// is below all boundaries, the last bin holds the rest, and NaN. Input (n, ...),
// for the output see [OutputMode]. Masks are dropped, and the input has no
// gradient, so no layer with weights may stand below.
//
// The boundaries are given, or [Discretization.Adapt] finds them.
type Discretization struct {
	// BinBoundaries ascend; they are the fitted state, too, and may be stored
	// and restored.
	BinBoundaries []float64
	NumBins       int        // that Adapt makes
	Epsilon       float64    // of the quantiles that Adapt finds; 0 means 0.01
	OutputMode    OutputMode // IntOutput, OneHotOutput, MultiHotOutput or CountOutput
	Name          string
}

// Class implements [Layer].
func (Discretization) Class() string { return "Discretization" }

// GivenName implements [Layer].
func (l Discretization) GivenName() string { return l.Name }

// encoding rounds the boundaries as the numbers are rounded to compare with.
func (l Discretization) encoding(round func(float64) float64) (e encoding[float64], err error) {
	if l.BinBoundaries == nil {
		return e, fmt.Errorf("expected bin boundaries, got none: give them, or call Adapt")
	}
	bounds := make([]float64, len(l.BinBoundaries))
	for i, b := range l.BinBoundaries {
		if math.IsNaN(b) || i > 0 && b < l.BinBoundaries[i-1] {
			return e, fmt.Errorf("expected bin boundaries in ascending order, got %v", l.BinBoundaries)
		}
		bounds[i] = round(b)
	}
	e.depth = len(bounds) + 1
	e.index = func(v float64) (int, error) {
		return sort.Search(len(bounds), func(i int) bool { return v < bounds[i] }), nil
	}
	e.mode, err = l.OutputMode.settle(IntOutput, OneHotOutput, MultiHotOutput, CountOutput)
	return e, err
}

// Build implements [Single].
func (l Discretization) Build(in []int) (Built, error) {
	e, err := l.encoding(exact)
	if err != nil {
		return Built{}, err
	}
	out, err := e.out(in)
	return Built{Out: out}, err
}

// Apply implements [Single].
func (l Discretization) Apply(c Call) (*engine.Tensor, error) {
	round := exact
	if c.Graph.DType == tensor.Float32 {
		round = func(v float64) float64 { return float64(float32(v)) }
	}
	e, err := l.encoding(round)
	if err != nil {
		return nil, err
	}
	return c.encode(e)
}

func exact(v float64) float64 { return v }

// Encode encodes a column outside of a model, to float32. It compares in
// float64, as a float64 model does. A shape is that of [CategoryEncoding.Encode].
func (l Discretization) Encode(values []float64, shape ...int) (*tensor.Dense, error) {
	e, err := l.encoding(exact)
	var y *tensor.Dense
	if err == nil {
		y, err = e.column(values, nil, shape)
	}
	if err != nil {
		return nil, fmt.Errorf("layer: discretization: %w", err)
	}
	return y, nil
}

// Adapt sets BinBoundaries to NumBins-1 quantiles of the values, each batch
// summed up in about 1/Epsilon of them. As in Keras it is done in float32, and
// few values may give fewer bins. NaN and infinities, which Keras takes, are
// errors; so are no values at all.
func (l *Discretization) Adapt(batches ...[]float64) error {
	epsilon := or(l.Epsilon, 0.01)
	switch {
	case l.NumBins < 1:
		return fmt.Errorf("layer: discretization: expected at least 1 bin to find, got %d", l.NumBins)
	case !(epsilon > 1e-6 && epsilon <= 1):
		return fmt.Errorf("layer: discretization: epsilon %v, expected more than 1e-6, and at most 1", epsilon)
	}
	var all quantiles
	for b, batch := range batches {
		for i, v := range batch {
			if f := float64(float32(v)); math.IsNaN(f) || math.IsInf(f, 0) {
				return fmt.Errorf("layer: discretization: %v in row %d of batch %d, expected a finite float32", v, i, b)
			}
		}
		if len(batch) > 0 {
			all = summarize(batch, epsilon).merge(all, epsilon)
		}
	}
	if len(all) == 0 {
		return fmt.Errorf("layer: discretization: there are no values to adapt to")
	}
	all = all.compress(1 / float64(l.NumBins))
	l.BinBoundaries = make([]float64, 0, len(all))
	for _, q := range all[:len(all)-1] {
		l.BinBoundaries = append(l.BinBoundaries, float64(q.value))
	}
	return nil
}

// quantiles sum up numbers: values in ascending order, and how many numbers
// each stands for.
type quantiles []quantile

type quantile struct{ value, weight float32 }

// summarize takes every so many-th of some numbers, about 1/epsilon of them.
func summarize(values []float64, epsilon float64) quantiles {
	sorted := make([]float32, len(values))
	for i, v := range values {
		sorted[i] = float32(v)
	}
	slices.Sort(sorted)
	step := max(float64(len(sorted))/(1/epsilon), 1)
	var q quantiles
	for i := int(step - 1); i < len(sorted); i += int(step) {
		q = append(q, quantile{sorted[i], float32(step)})
	}
	return q
}

// merge joins two summaries.
func (q quantiles) merge(more quantiles, epsilon float64) quantiles {
	all := append(slices.Clone(q), more...)
	slices.SortStableFunc(all, func(a, b quantile) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	return all.compress(epsilon)
}

// compress interpolates 1/epsilon quantiles, if there are as many values.
func (q quantiles) compress(epsilon float64) quantiles {
	if float64(len(q))*epsilon < 1 {
		return q
	}
	values, total, share := make([]float64, len(q)), make([]float64, len(q)), make([]float64, len(q))
	var sum float32
	for i, v := range q {
		sum += v.weight
		values[i], total[i] = float64(v.value), float64(sum)
	}
	for i, v := range total {
		share[i] = float64(float32(v) / sum)
	}
	out := make(quantiles, int(math.Ceil(1/epsilon)))
	before := 0.
	for i := range out {
		at := epsilon + float64(i)*epsilon
		n := interpolate(at, share, total)
		out[i] = quantile{float32(interpolate(at, share, values)), float32(n - before)}
		before = n
	}
	return out
}

// interpolate returns the value at x of the lines through points whose xs
// ascend, and the nearest end outside of them.
func interpolate(x float64, xs, ys []float64) float64 {
	i := sort.SearchFloat64s(xs, x)
	switch {
	case i == len(xs):
		return ys[i-1]
	case i == 0 || xs[i] == x:
		return ys[i]
	}
	return (ys[i]-ys[i-1])/(xs[i]-xs[i-1])*(x-xs[i-1]) + ys[i-1]
}
