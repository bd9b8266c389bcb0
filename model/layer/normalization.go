package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/initializer"
	"gorgonia.org/tensor"
)

// Normalization standardises features by statistics that are known before
// training:
//
//	y = (x-mean)/max(sqrt(variance), 1e-7)
//
// and with Invert y = mean + x·max(sqrt(variance), 1e-7). Each place along Axis
// has a mean and a variance of its own. They are given, or [Normalization.Adapt]
// finds them in data. Without either they are weights that no optimizer moves,
// mean of 0, variance of 1 and count, a scalar of 0, for arrays that are loaded
// later; Keras has no use for the count either. A mask is passed on.
type Normalization struct {
	Axis []int // counted with the batch as axis 0; nil means the last one, empty none: one mean for all
	// Mean and Variance have a number for each place along Axis, those of the
	// last axis next to each other. Numbers for the last of the axes alone, or
	// a single one, are repeated along the others.
	Mean, Variance []float64
	Invert         bool
	Name           string
}

// normalizationEpsilon is the least standard deviation, Keras's.
const normalizationEpsilon = 1e-7

// Class implements [Layer].
func (Normalization) Class() string { return "Normalization" }

// GivenName implements [Layer].
func (l Normalization) GivenName() string { return l.Name }

// axes returns the axes of a sample that are kept apart.
func (l Normalization) axes(in []int) ([]int, error) {
	if l.Axis != nil && len(l.Axis) == 0 {
		return nil, nil
	}
	return sampleAxes(l.Axis, in, -1)
}

// Build implements [Single].
func (l Normalization) Build(in []int) (Built, error) {
	axes, err := l.axes(in)
	if err != nil {
		return Built{}, err
	}
	if (l.Mean == nil) != (l.Variance == nil) || len(l.Mean) != len(l.Variance) {
		return Built{}, fmt.Errorf("expected as many variances as means, got %d and %d", len(l.Variance), len(l.Mean))
	}
	for _, v := range l.Variance {
		if !(v >= 0) {
			return Built{}, fmt.Errorf("expected variances of at least 0, got %v", v)
		}
	}
	sizes := sizesOf(in, axes)
	if l.Mean != nil {
		_, err := repeatedTo(l.Mean, sizes)
		return Built{Out: in}, err
	}
	return Built{Out: in, Weights: []Weight{
		{Name: "mean", Shape: sizes, Initializer: initializer.Constant{}, Fixed: true},
		{Name: "variance", Shape: slices.Clone(sizes), Initializer: initializer.Constant{Value: 1}, Fixed: true},
		{Name: "count", Shape: []int{}, Initializer: initializer.Constant{}, Fixed: true},
	}}, nil
}

// repeatedTo repeats numbers for the last of some axes along the others.
func repeatedTo(v []float64, sizes []int) ([]float64, error) {
	all, fits := tensor.Shape(sizes).TotalSize(), len(v) == 1
	if len(sizes) == 0 {
		all = 1
	}
	for i, n := len(sizes)-1, 1; i >= 0; i-- {
		n *= sizes[i]
		fits = fits || len(v) == n
	}
	if !fits {
		return nil, fmt.Errorf("expected a mean and a variance for each place along axes of sizes %v, got %d", sizes, len(v))
	}
	return slices.Repeat(v, all/len(v)), nil
}

// Apply implements [Single].
func (l Normalization) Apply(c Call) (*engine.Tensor, error) {
	sample := []int(c.Input.Shape[1:])
	axes, err := l.axes(sample)
	if err != nil {
		return nil, err
	}
	o := op.StandardizeConfig{
		Layer: c.Name, X: c.Input.Shape, Which: placesAlong(sample, axes), Epsilon: normalizationEpsilon, Invert: l.Invert,
	}
	if l.Mean == nil {
		o.Mean, o.Variance = c.Params[0].Value, c.Params[1].Value
	} else {
		for _, s := range []struct {
			given []float64
			array **tensor.Dense
		}{{l.Mean, &o.Mean}, {l.Variance, &o.Variance}} {
			v, err := repeatedTo(s.given, sizesOf(sample, axes))
			if err != nil {
				return nil, err
			}
			*s.array = array(c.Graph.DType, v)
		}
	}
	operation, err := op.Standardize(c.Graph.DType, o)
	if err != nil {
		return nil, err
	}
	return c.Masked(c.Graph.Apply(operation, c.Input))
}

// array makes an array of one axis.
func array(dt tensor.Dtype, v []float64) *tensor.Dense {
	if dt == tensor.Float64 {
		return tensor.New(tensor.WithBacking(slices.Clone(v)))
	}
	single := make([]float32, len(v))
	for i, x := range v {
		single[i] = float32(x)
	}
	return tensor.New(tensor.WithBacking(single))
}

// placesAlong says, for each number of a sample, where along some axes it lies.
func placesAlong(shape, axes []int) []int32 {
	which := make([]int32, tensor.Shape(shape).TotalSize())
	for at := range which {
		place, places, rest := 0, 1, at
		for i := len(shape) - 1; i >= 0; i-- {
			if slices.Contains(axes, i) {
				place += rest % shape[i] * places
				places *= shape[i]
			}
			rest /= shape[i]
		}
		which[at] = int32(place)
	}
	return which
}

// Adapt returns the layer with the mean and the biased variance of data, over
// all axes but Axis, in place of its own. data are one or more batches of
// samples of one shape, of float32 or float64 numbers. A NaN in the data is an
// error.
func (l Normalization) Adapt(data ...*tensor.Dense) (Normalization, error) {
	fail := func(err error) (Normalization, error) {
		return Normalization{}, fmt.Errorf("layer: adapting %s: %w", l.Class(), err)
	}
	if len(data) == 0 {
		return fail(fmt.Errorf("expected data, got none"))
	}
	var which []int32
	var sample []int
	var mean, squares []float64 // squares of what is off the mean
	count := 0.                 // of each place
	for _, x := range data {
		values, err := numbers(x)
		if err != nil {
			return fail(err)
		}
		if x.Dims() < 2 {
			return fail(fmt.Errorf("expected batches of samples, of shape (samples, ...), got shape %v", x.Shape()))
		}
		switch shape := []int(x.Shape()[1:]); {
		case which == nil:
			sample = shape
			axes, err := l.axes(sample)
			if err != nil {
				return fail(err)
			}
			which = placesAlong(sample, axes)
			places := int(slices.Max(which)) + 1
			mean, squares = make([]float64, places), make([]float64, places)
		case !slices.Equal(shape, sample):
			return fail(fmt.Errorf("expected samples of shape %v as in the first batch, got shape %v", sample, shape))
		}
		if len(values) == 0 {
			continue
		}
		m, s, n := momentsAlong(values, which, len(mean))
		for j := range mean { // Chan et al. 1979
			d := m[j] - mean[j]
			mean[j] += d * n / (count + n)
			squares[j] += s[j] + d*d*count*n/(count+n)
		}
		count += n
	}
	if count == 0 {
		return fail(fmt.Errorf("expected data, got no samples"))
	}
	for j, m := range mean {
		if squares[j] /= count; m != m || squares[j] != squares[j] {
			return fail(fmt.Errorf("expected finite numbers, got NaN or infinity at place %d along the axis", j))
		}
	}
	l.Mean, l.Variance = mean, squares
	return l, nil
}

// momentsAlong returns the mean of each place, the sum of squares off it, and
// how many numbers each has.
func momentsAlong(values []float64, which []int32, places int) (mean, squares []float64, n float64) {
	mean, squares = make([]float64, places), make([]float64, places)
	n = float64(len(values)) / float64(places)
	for i, v := range values {
		mean[which[i%len(which)]] += v / n
	}
	for i, v := range values {
		p := which[i%len(which)]
		squares[p] += (v - mean[p]) * (v - mean[p])
	}
	return mean, squares, n
}

// numbers returns what an array holds.
func numbers(x *tensor.Dense) ([]float64, error) {
	if x == nil {
		return nil, fmt.Errorf("expected an array, got nil")
	}
	if x.RequiresIterator() {
		x = x.Materialize().(*tensor.Dense)
	}
	switch v := x.Data().(type) {
	case []float64:
		return v, nil
	case []float32:
		all := make([]float64, len(v))
		for i, f := range v {
			all[i] = float64(f)
		}
		return all, nil
	}
	return nil, fmt.Errorf("expected float32 or float64 numbers, got %v", x.Dtype())
}
