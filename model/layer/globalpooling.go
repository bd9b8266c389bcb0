package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// globalPool is what the global pooling layers have in common: one window over
// all of so many axes.
type globalPool struct {
	axes           int
	mean, keepDims bool
}

func (l globalPool) build(in []int) (Built, error) {
	if err := checkAxes(in, l.axes); err != nil {
		return Built{}, err
	}
	var out []int
	if l.keepDims {
		out = orEach(make([]int, l.axes), 1)
	}
	return Built{Out: append(out, in[l.axes])}, nil
}

func (l globalPool) apply(c Call) (*engine.Tensor, error) {
	built, err := l.build(c.Input.Shape[1:])
	if err != nil {
		return nil, err
	}
	if mask := c.Input.Mask; mask != nil && l.mean && l.axes == 1 {
		o, err := op.MaskedMean(c.Graph.DType, op.MaskedMeanConfig{
			Layer: c.Name, X: c.Input.Shape, Y: append([]int{c.Input.Shape[0]}, built.Out...),
		})
		if err != nil {
			return nil, err
		}
		return c.Graph.Apply(o, c.Input, mask)
	}
	var axes []kernel.Axis
	for _, n := range c.Input.Shape[1 : 1+l.axes] {
		axes = append(axes, kernel.NewAxis(n, n, 1, 1, kernel.Valid))
	}
	return applyPool(c, axes, built.Out, l.mean)
}

// GlobalMaxPooling1D takes the largest element of each channel of a sequence.
// Input (n, steps, channels), output (n, channels), or (n, 1, channels) with
// KeepDims. It takes no notice of a mask, as in Keras.
type GlobalMaxPooling1D struct {
	KeepDims bool
	Name     string
}

// Class implements [Layer].
func (GlobalMaxPooling1D) Class() string { return "GlobalMaxPooling1D" }

// GivenName implements [Layer].
func (l GlobalMaxPooling1D) GivenName() string { return l.Name }

// Build implements [Single].
func (l GlobalMaxPooling1D) Build(in []int) (Built, error) { return l.pool().build(in) }

// Apply implements [Single].
func (l GlobalMaxPooling1D) Apply(c Call) (*engine.Tensor, error) { return l.pool().apply(c) }

func (l GlobalMaxPooling1D) pool() globalPool { return globalPool{axes: 1, keepDims: l.KeepDims} }

// GlobalMaxPooling2D takes the largest element of each channel of an image.
// Input (n, rows, columns, channels), output (n, channels), or (n, 1, 1,
// channels) with KeepDims.
type GlobalMaxPooling2D struct {
	KeepDims bool
	Name     string
}

// Class implements [Layer].
func (GlobalMaxPooling2D) Class() string { return "GlobalMaxPooling2D" }

// GivenName implements [Layer].
func (l GlobalMaxPooling2D) GivenName() string { return l.Name }

// Build implements [Single].
func (l GlobalMaxPooling2D) Build(in []int) (Built, error) { return l.pool().build(in) }

// Apply implements [Single].
func (l GlobalMaxPooling2D) Apply(c Call) (*engine.Tensor, error) { return l.pool().apply(c) }

func (l GlobalMaxPooling2D) pool() globalPool { return globalPool{axes: 2, keepDims: l.KeepDims} }

// GlobalAveragePooling1D takes the mean of each channel of a sequence, over the
// timesteps that its mask does not leave out: NaN where it leaves out all, as
// in Keras. Shapes are those of [GlobalMaxPooling1D].
type GlobalAveragePooling1D struct {
	KeepDims bool
	Name     string
}

// Class implements [Layer].
func (GlobalAveragePooling1D) Class() string { return "GlobalAveragePooling1D" }

// GivenName implements [Layer].
func (l GlobalAveragePooling1D) GivenName() string { return l.Name }

// Build implements [Single].
func (l GlobalAveragePooling1D) Build(in []int) (Built, error) { return l.pool().build(in) }

// Apply implements [Single].
func (l GlobalAveragePooling1D) Apply(c Call) (*engine.Tensor, error) { return l.pool().apply(c) }

func (l GlobalAveragePooling1D) pool() globalPool {
	return globalPool{axes: 1, mean: true, keepDims: l.KeepDims}
}

// GlobalAveragePooling2D takes the mean of each channel of an image. Shapes are
// those of [GlobalMaxPooling2D].
type GlobalAveragePooling2D struct {
	KeepDims bool
	Name     string
}

// Class implements [Layer].
func (GlobalAveragePooling2D) Class() string { return "GlobalAveragePooling2D" }

// GivenName implements [Layer].
func (l GlobalAveragePooling2D) GivenName() string { return l.Name }

// Build implements [Single].
func (l GlobalAveragePooling2D) Build(in []int) (Built, error) { return l.pool().build(in) }

// Apply implements [Single].
func (l GlobalAveragePooling2D) Apply(c Call) (*engine.Tensor, error) { return l.pool().apply(c) }

func (l GlobalAveragePooling2D) pool() globalPool {
	return globalPool{axes: 2, mean: true, keepDims: l.KeepDims}
}
