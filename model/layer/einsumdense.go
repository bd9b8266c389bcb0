package layer

import (
	"math/rand/v2"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
	"gorgonia.org/tensor"
)

// EinsumDense computes act(x·W + b) with the axes that an equation in
// Einstein's notation names: "ab,bc->ac" is [Dense], "abc,cd->abd" the same on
// each timestep. Axes that the output lacks are summed over. An ellipsis at the
// start or at the end of input and output stands for axes that stay.
//
// Weights: kernel, with the axes of the equation's second term, and bias, with
// BiasAxes, if there are any: its shape starts at the first of them in the
// output and has 1 along the others. It drops masks.
type EinsumDense struct {
	Equation string
	// OutputShape has the size of each axis that the equation names in the
	// output, without the batch axis; 0 for one that the input has, too (None
	// in Keras).
	OutputShape                        []int
	Activation                         ActivationFunc
	BiasAxes                           string
	KernelInitializer                  initializer.Initializer // GlorotUniform if nil
	BiasInitializer                    initializer.Initializer // zeros if nil
	KernelRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                regularizer.Regularizer // of the output
	KernelConstraint, BiasConstraint   constraint.Constraint
	Frozen                             bool
	Name                               string
}

// Class implements [Layer].
func (EinsumDense) Class() string { return "EinsumDense" }

// GivenName implements [Layer].
func (l EinsumDense) GivenName() string { return l.Name }

// Build implements [Single].
func (l EinsumDense) Build(in []int) (Built, error) {
	e, err := newEinsum(l.Equation, in, l.OutputShape, l.BiasAxes)
	if err != nil {
		return Built{}, err
	}
	out, err := l.Activation.outShape(e.shape(e.y[1:]))
	if err != nil {
		return Built{}, err
	}
	b := Built{Out: out, Frozen: l.Frozen, Weights: []Weight{{
		Name: "kernel", Shape: e.shape(e.w), Regularizer: l.KernelRegularizer, Constraint: l.KernelConstraint,
		Initializer: withFans{
			Initializer: orInit(l.KernelInitializer, initializer.GlorotUniform{}),
			in:          e.shape(which(e.w, e.y, false, e.x, true)).TotalSize(), out: e.shape(which(e.w, e.y, true, e.w, true)).TotalSize(),
		},
	}}}
	if e.bias != nil {
		b.Weights = append(b.Weights, Weight{
			Name: "bias", Shape: e.bias, Initializer: orInit(l.BiasInitializer, initializer.Constant{}),
			Regularizer: l.BiasRegularizer, Constraint: l.BiasConstraint,
		})
	}
	return b, nil
}

// withFans counts the inputs and outputs of a unit by the equation where an
// initialiser scales by them. Its draws do not depend on their order.
type withFans struct {
	initializer.Initializer
	in, out int
}

// Fill implements [initializer.Initializer].
func (f withFans) Fill(w []float64, shape []int, rng *rand.Rand) error {
	switch f.Initializer.(type) {
	case initializer.VarianceScaling, initializer.GlorotUniform, initializer.GlorotNormal,
		initializer.HeUniform, initializer.HeNormal, initializer.LecunUniform, initializer.LecunNormal:
		shape = []int{f.in, f.out}
	}
	return f.Initializer.Fill(w, shape, rng)
}

// Apply implements [Single].
func (l EinsumDense) Apply(c Call) (*engine.Tensor, error) {
	e, err := newEinsum(l.Equation, c.Input.Shape[1:], l.OutputShape, l.BiasAxes)
	if err != nil {
		return nil, err
	}
	e.sizes[e.x[0]] = c.Input.Shape[0]
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	y, err := c.einsum(e, c.Input, params[0])
	if err != nil {
		return nil, err
	}
	if e.bias != nil {
		ones := slices.Repeat(tensor.Shape{1}, len(y.Shape)-len(e.bias))
		bias, err := c.reshaped(params[1], append(ones, e.bias...))
		if err != nil {
			return nil, err
		}
		if bias, err = c.repeated(bias, y.Shape); err != nil {
			return nil, err
		}
		o, err := op.Add(c.Graph.DType, op.AddConfig{Layer: c.Name, Shape: y.Shape, Terms: 2})
		if err != nil {
			return nil, err
		}
		if y, err = c.Graph.Apply(o, y, bias); err != nil {
			return nil, err
		}
	}
	y, err = l.Activation.apply(c.Graph, c.Name, y)
	return c.penalize(l.ActivityRegularizer, y, err)
}

// einsum multiplies x and w as matrices of rows that stay and of columns that
// are summed over, one for each place of what both and the output have.
func (c Call) einsum(e einsum, x, w *engine.Tensor) (*engine.Tensor, error) {
	if alone := which(e.x, e.w, false, e.y, false); len(alone) > 0 {
		// The sum over an axis of the input alone: the kernel is the same along it.
		var err error
		ones := slices.Repeat(tensor.Shape{1}, len(alone))
		if w, err = c.reshaped(w, slices.Concat(ones, e.shape(e.w))); err != nil {
			return nil, err
		}
		e.w = slices.Concat(alone, e.w)
		o, err := op.Broadcast(c.Graph.DType, op.BroadcastConfig{Layer: c.Name, X: w.Shape, Y: e.shape(e.w)})
		if err != nil {
			return nil, err
		}
		if w, err = c.Graph.Apply(o, w); err != nil {
			return nil, err
		}
	}
	both, rows := which(e.x, e.w, true, e.y, true), which(e.x, e.w, false, e.y, true)
	sum, units := which(e.x, e.w, true, e.y, false), which(e.w, e.x, false, e.y, true)
	matrices := func(t *engine.Tensor, axes, kept []rune) (*engine.Tensor, error) {
		t, err := c.transposed(t, places(slices.Concat(both, kept, sum), axes))
		if err != nil {
			return nil, err
		}
		return c.reshaped(t, tensor.Shape{e.shape(both).TotalSize(), e.shape(kept).TotalSize(), e.shape(sum).TotalSize()})
	}
	a, err := matrices(x, e.x, rows)
	if err != nil {
		return nil, err
	}
	b, err := matrices(w, e.w, units)
	if err != nil {
		return nil, err
	}
	o, err := op.Products(c.Graph.DType, op.ProductsConfig{Layer: c.Name, A: a.Shape, B: b.Shape})
	if err != nil {
		return nil, err
	}
	y, err := c.Graph.Apply(o, a, b)
	if err != nil {
		return nil, err
	}
	made := slices.Concat(both, rows, units)
	if y, err = c.reshaped(y, e.shape(made)); err != nil {
		return nil, err
	}
	return c.transposed(y, places(e.y, made))
}
