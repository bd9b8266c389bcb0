package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// conv is what convolutions have in common.
type conv struct {
	windows
	filters, groups      int
	depth                int // filters for each channel of a depthwise one, in place of filters and groups
	depthwise            bool
	activation           ActivationFunc
	noBias               bool
	kernelInit, biasInit initializer.Initializer
	kernelReg, biasReg   regularizer.Regularizer
	activity             regularizer.Regularizer
	kernelCon, biasCon   constraint.Constraint
	frozen               bool
}

// check lays the windows and looks at the rest. It counts the filters of a
// depthwise convolution.
func (l *conv) check(in []int) ([]kernel.Axis, error) {
	axes, err := l.over(in)
	if err != nil {
		return nil, err
	}
	channels := in[len(in)-1]
	if l.depthwise {
		l.filters, l.groups = channels*l.depth, channels
	}
	switch {
	case l.depthwise && l.depth < 1:
		return nil, fmt.Errorf("expected a depth multiplier of at least 1, got %d", l.depth)
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
	var out []int
	for _, a := range axes {
		out = append(out, a.Out)
	}
	b := Built{Frozen: l.frozen, Weights: l.weights(l.shape(in[len(in)-1]))}
	b.Out, err = l.activation.outShape(append(out, l.filters))
	return b, err
}

// weights returns a kernel of some shape and the bias.
func (l conv) weights(kernel []int) []Weight {
	all := []Weight{{
		Name: "kernel", Shape: kernel,
		Initializer: orInit(l.kernelInit, initializer.GlorotUniform{}), Regularizer: l.kernelReg, Constraint: l.kernelCon,
	}}
	if !l.noBias {
		all = append(all, Weight{
			Name: "bias", Shape: []int{l.filters}, Initializer: orInit(l.biasInit, initializer.Constant{}),
			Regularizer: l.biasReg, Constraint: l.biasCon,
		})
	}
	return all
}

// shape returns that of the kernel.
func (l conv) shape(channels int) []int {
	if l.depthwise {
		return slices.Concat(l.size, []int{channels, l.depth})
	}
	return slices.Concat(l.size, []int{channels / l.groups, l.filters})
}

func (l conv) apply(c Call) (*engine.Tensor, error) {
	axes, err := l.check(c.Input.Shape[1:])
	if err != nil {
		return nil, err
	}
	config := op.ConvConfig{
		Layer: c.Name, X: c.Input.Shape, Axes: axes, Filters: l.filters, Groups: l.groups,
		W: l.shape(c.Input.Shape[len(c.Input.Shape)-1]), Bias: !l.noBias, InputGrad: c.Input.Differentiable,
	}
	fused := l.activation.fusable()
	if fused {
		config.Activation, _ = l.activation.elementwise()
	}
	o, err := op.Conv(c.Graph.DType, config)
	if err != nil {
		return nil, err
	}
	return l.finish(c, o, fused)
}

// finish applies o to the input and the weights, and then the activation,
// unless o is fused with it.
func (l conv) finish(c Call, o op.Op, fused bool) (*engine.Tensor, error) {
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	y, err := c.Graph.Apply(o, append([]*engine.Tensor{c.Input}, params...)...)
	if err == nil && !fused {
		y, err = l.activation.apply(c.Graph, c.Name, y)
	}
	return c.penalize(l.activity, y, err)
}
