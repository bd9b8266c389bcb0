package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// conv is what Conv1D and Conv2D have in common.
type conv struct {
	windows
	filters, groups      int
	activation           ActivationFunc
	noBias               bool
	kernelInit, biasInit initializer.Initializer
	kernelReg, biasReg   regularizer.Regularizer
	activity             regularizer.Regularizer
	kernelCon, biasCon   constraint.Constraint
	frozen               bool
}

// check lays the windows and looks at the rest.
func (l conv) check(in []int) ([]kernel.Axis, error) {
	axes, err := l.over(in)
	if err != nil {
		return nil, err
	}
	switch channels := in[len(in)-1]; {
	case l.filters < 1:
		return nil, fmt.Errorf("expected at least 1 filter, got %d", l.filters)
	case l.groups < 1:
		return nil, fmt.Errorf("expected at least 1 group, got %d", l.groups)
	case l.filters%l.groups != 0:
		return nil, fmt.Errorf("expected filters that %d groups divide evenly, got %d", l.groups, l.filters)
	case channels%l.groups != 0:
		return nil, fmt.Errorf("expected channels that %d groups divide evenly, got shape %v", l.groups, in)
	}
	return axes, nil
}

func (l conv) build(in []int) (Built, error) {
	axes, err := l.check(in)
	if err != nil {
		return Built{}, err
	}
	var shape, out []int
	for _, a := range axes {
		shape, out = append(shape, a.Size), append(out, a.Out)
	}
	b := Built{Frozen: l.frozen, Weights: []Weight{{
		Name: "kernel", Shape: append(shape, in[len(in)-1]/l.groups, l.filters),
		Initializer: orInit(l.kernelInit, initializer.GlorotUniform{}), Regularizer: l.kernelReg, Constraint: l.kernelCon,
	}}}
	if !l.noBias {
		b.Weights = append(b.Weights, Weight{
			Name: "bias", Shape: []int{l.filters}, Initializer: orInit(l.biasInit, initializer.Constant{}),
			Regularizer: l.biasReg, Constraint: l.biasCon,
		})
	}
	b.Out, err = l.activation.outShape(append(out, l.filters))
	return b, err
}

func (l conv) apply(c Call) (*engine.Tensor, error) {
	axes, err := l.check(c.Input.Shape[1:])
	if err != nil {
		return nil, err
	}
	config := op.ConvConfig{
		Layer: c.Name, X: c.Input.Shape, Axes: axes, Filters: l.filters, Groups: l.groups,
		Bias: !l.noBias, InputGrad: c.Input.Differentiable,
	}
	fused := l.activation.fusable()
	if fused {
		config.Activation, _ = l.activation.elementwise()
	}
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	o, err := op.Conv(c.Graph.DType, config)
	if err != nil {
		return nil, err
	}
	y, err := c.Graph.Apply(o, append([]*engine.Tensor{c.Input}, params...)...)
	if err == nil && !fused {
		y, err = l.activation.apply(c.Graph, c.Name, y)
	}
	return c.penalize(l.activity, y, err)
}
