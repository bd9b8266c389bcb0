package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// pool is what the pooling layers have in common.
type pool struct {
	windows
	mean bool
}

func newPool(size, strides []int, p Padding, mean bool) pool {
	size = orEach(size, 2)
	ones := make([]int, len(size))
	return pool{windows{what: "pool size", size: size, strides: orEach(strides, size...), dilation: orEach(ones, 1), padding: p}, mean}
}

func (l pool) build(in []int) (Built, error) {
	axes, err := l.over(in)
	if err != nil {
		return Built{}, err
	}
	var out []int
	for _, a := range axes {
		out = append(out, a.Out)
	}
	return Built{Out: append(out, in[len(in)-1])}, nil
}

func (l pool) apply(c Call) (*engine.Tensor, error) {
	built, err := l.build(c.Input.Shape[1:])
	if err != nil {
		return nil, err
	}
	axes, err := l.over(c.Input.Shape[1:])
	if err != nil {
		return nil, err
	}
	return applyPool(c, axes, built.Out, l.mean)
}

func applyPool(c Call, axes []kernel.Axis, out []int, mean bool) (*engine.Tensor, error) {
	o, err := op.Pool(c.Graph.DType, op.PoolConfig{
		Layer: c.Name, X: c.Input.Shape, Axes: axes, Y: append([]int{c.Input.Shape[0]}, out...), Mean: mean,
	})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, c.Input)
}

// MaxPooling1D takes the largest element of each window of a sequence, channel
// by channel. Input (n, steps, channels), output (n, outputs, channels); see
// [Padding] for how many. Padding is never the largest.
type MaxPooling1D struct {
	PoolSize int     // 0 means 2
	Strides  int     // 0 means PoolSize
	Padding  Padding // Valid or Same
	Name     string
}

// Class implements [Layer].
func (MaxPooling1D) Class() string { return "MaxPooling1D" }

// GivenName implements [Layer].
func (l MaxPooling1D) GivenName() string { return l.Name }

// Build implements [Single].
func (l MaxPooling1D) Build(in []int) (Built, error) { return l.pool().build(in) }

// Apply implements [Single].
func (l MaxPooling1D) Apply(c Call) (*engine.Tensor, error) { return l.pool().apply(c) }

func (l MaxPooling1D) pool() pool {
	return newPool([]int{l.PoolSize}, []int{l.Strides}, l.Padding, false)
}

// MaxPooling2D takes the largest element of each window of an image, channel by
// channel. Input (n, rows, columns, channels), output (n, outputs, outputs,
// channels); see [Padding] for how many. Padding is never the largest.
type MaxPooling2D struct {
	PoolSize [2]int  // 0 means 2
	Strides  [2]int  // 0 means PoolSize
	Padding  Padding // Valid or Same
	Name     string
}

// Class implements [Layer].
func (MaxPooling2D) Class() string { return "MaxPooling2D" }

// GivenName implements [Layer].
func (l MaxPooling2D) GivenName() string { return l.Name }

// Build implements [Single].
func (l MaxPooling2D) Build(in []int) (Built, error) { return l.pool().build(in) }

// Apply implements [Single].
func (l MaxPooling2D) Apply(c Call) (*engine.Tensor, error) { return l.pool().apply(c) }

func (l MaxPooling2D) pool() pool { return newPool(l.PoolSize[:], l.Strides[:], l.Padding, false) }

// AveragePooling1D takes the mean of each window of a sequence, channel by
// channel; padding does not count. Shapes are those of [MaxPooling1D].
type AveragePooling1D struct {
	PoolSize int     // 0 means 2
	Strides  int     // 0 means PoolSize
	Padding  Padding // Valid or Same
	Name     string
}

// Class implements [Layer].
func (AveragePooling1D) Class() string { return "AveragePooling1D" }

// GivenName implements [Layer].
func (l AveragePooling1D) GivenName() string { return l.Name }

// Build implements [Single].
func (l AveragePooling1D) Build(in []int) (Built, error) { return l.pool().build(in) }

// Apply implements [Single].
func (l AveragePooling1D) Apply(c Call) (*engine.Tensor, error) { return l.pool().apply(c) }

func (l AveragePooling1D) pool() pool {
	return newPool([]int{l.PoolSize}, []int{l.Strides}, l.Padding, true)
}

// AveragePooling2D takes the mean of each window of an image, channel by
// channel; padding does not count. Shapes are those of [MaxPooling2D].
type AveragePooling2D struct {
	PoolSize [2]int  // 0 means 2
	Strides  [2]int  // 0 means PoolSize
	Padding  Padding // Valid or Same
	Name     string
}

// Class implements [Layer].
func (AveragePooling2D) Class() string { return "AveragePooling2D" }

// GivenName implements [Layer].
func (l AveragePooling2D) GivenName() string { return l.Name }

// Build implements [Single].
func (l AveragePooling2D) Build(in []int) (Built, error) { return l.pool().build(in) }

// Apply implements [Single].
func (l AveragePooling2D) Apply(c Call) (*engine.Tensor, error) { return l.pool().apply(c) }

func (l AveragePooling2D) pool() pool { return newPool(l.PoolSize[:], l.Strides[:], l.Padding, true) }
