package layer

import (
	"fmt"
	"strings"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// ActivationFunc is one of Keras's activation functions with its default
// parameters. The zero value is Linear.
type ActivationFunc int

// The activation functions of Keras 3. Softmax, LogSoftmax, Sparsemax and GLU
// work on the last axis, the others element by element.
const (
	Linear        ActivationFunc = iota
	ReLU                         // max(x, 0)
	Sigmoid                      // 1/(1+exp(-x))
	Tanh                         // tanh x
	Softmax                      // exp(x) / Σ exp(x)
	LeakyReLU                    // x, or 0.2x below 0
	ReLU6                        // min(max(x, 0), 6)
	ELU                          // x, or exp(x)-1 below 0
	SELU                         // 1.0507 (x, or 1.6733 (exp(x)-1) below 0)
	CELU                         // as ELU, for alpha 1
	GELU                         // x Φ(x), exact
	SiLU                         // x sigmoid(x), also called swish
	Softplus                     // ln(1+exp(x))
	Softsign                     // x/(1+|x|)
	Squareplus                   // (x+sqrt(x²+4))/2
	SparsePlus                   // 0, (x+1)²/4 within ±1, x
	SparseSigmoid                // (x+1)/2 cut to [0,1]
	Exponential                  // exp(x)
	HardSigmoid                  // x/6+1/2 cut to [0,1]
	HardSiLU                     // x HardSigmoid(x)
	HardTanh                     // x cut to [-1,1]
	HardShrink                   // 0 within ±0.5, else x
	SoftShrink                   // x moved towards 0 by 0.5
	TanhShrink                   // x - tanh x
	Mish                         // x tanh(softplus(x))
	LogSigmoid                   // ln sigmoid(x)
	LogSoftmax                   // ln softmax(x)
	Sparsemax                    // the nearest point of the simplex
	GLU                          // first half times sigmoid of the second half
	numActivations
)

// activations maps each function to its kernel; row ones work on the last axis.
var activations = [numActivations]struct {
	name    string
	element kernel.Activation
	row     kernel.RowActivation
	isRow   bool
}{
	Linear:        {name: "linear", element: kernel.Linear},
	ReLU:          {name: "relu", element: kernel.ReLU},
	Sigmoid:       {name: "sigmoid", element: kernel.Sigmoid},
	Tanh:          {name: "tanh", element: kernel.Tanh},
	Softmax:       {name: "softmax", row: kernel.Softmax, isRow: true},
	LeakyReLU:     {name: "leaky_relu", element: kernel.LeakyReLU},
	ReLU6:         {name: "relu6", element: kernel.ReLU6},
	ELU:           {name: "elu", element: kernel.ELU},
	SELU:          {name: "selu", element: kernel.SELU},
	CELU:          {name: "celu", element: kernel.CELU},
	GELU:          {name: "gelu", element: kernel.GELU},
	SiLU:          {name: "silu", element: kernel.SiLU},
	Softplus:      {name: "softplus", element: kernel.Softplus},
	Softsign:      {name: "softsign", element: kernel.Softsign},
	Squareplus:    {name: "squareplus", element: kernel.Squareplus},
	SparsePlus:    {name: "sparse_plus", element: kernel.SparsePlus},
	SparseSigmoid: {name: "sparse_sigmoid", element: kernel.SparseSigmoid},
	Exponential:   {name: "exponential", element: kernel.Exponential},
	HardSigmoid:   {name: "hard_sigmoid", element: kernel.HardSigmoid},
	HardSiLU:      {name: "hard_silu", element: kernel.HardSiLU},
	HardTanh:      {name: "hard_tanh", element: kernel.HardTanh},
	HardShrink:    {name: "hard_shrink", element: kernel.HardShrink},
	SoftShrink:    {name: "soft_shrink", element: kernel.SoftShrink},
	TanhShrink:    {name: "tanh_shrink", element: kernel.TanhShrink},
	Mish:          {name: "mish", element: kernel.Mish},
	LogSigmoid:    {name: "log_sigmoid", element: kernel.LogSigmoid},
	LogSoftmax:    {name: "log_softmax", row: kernel.LogSoftmax, isRow: true},
	Sparsemax:     {name: "sparsemax", row: kernel.Sparsemax, isRow: true},
	GLU:           {name: "glu", row: kernel.GLU, isRow: true},
}

// String returns Keras's name of the function.
func (f ActivationFunc) String() string {
	if !f.known() {
		return fmt.Sprintf("ActivationFunc(%d)", int(f))
	}
	return activations[f].name
}

// ParseActivation returns the function of one of Keras's names; "swish" is
// another name for "silu", "hard_swish" for "hard_silu".
func ParseActivation(name string) (ActivationFunc, error) {
	key := strings.Replace(strings.ToLower(name), "swish", "silu", 1)
	names := make([]string, numActivations)
	for f := range activations {
		names[f] = activations[f].name
		if names[f] == key {
			return ActivationFunc(f), nil
		}
	}
	return 0, fmt.Errorf("layer: unknown activation %q, expected one of %s", name, strings.Join(names, ", "))
}

func (f ActivationFunc) known() bool { return f >= 0 && f < numActivations }

func (f ActivationFunc) elementwise() (kernel.Activation, bool) {
	return activations[f].element, !activations[f].isRow
}

// fusable reports whether a dense layer computes the function itself. Sigmoid
// stays a step of its own, so that a loss can reach the logits before it.
func (f ActivationFunc) fusable() bool { return !activations[f].isRow && f != Sigmoid }

func (f ActivationFunc) outShape(in []int) ([]int, error) {
	if !f.known() {
		return nil, fmt.Errorf("unknown activation %d", int(f))
	}
	if !activations[f].isRow {
		return in, nil
	}
	n := in[len(in)-1]
	if f == GLU && n%2 != 0 {
		return nil, fmt.Errorf("glu halves the last axis, got an odd size %d", n)
	}
	return append(in[:len(in)-1:len(in)-1], activations[f].row.Width(n)), nil
}

// apply adds the function to a graph and notes what a sigmoid or softmax was
// applied to.
func (f ActivationFunc) apply(g *engine.Graph, name string, x *engine.Tensor) (*engine.Tensor, error) {
	if f == Linear {
		return x, nil
	}
	var o op.Op
	var err error
	if element, ok := f.elementwise(); ok {
		o, err = op.Activation(g.DType, op.ActivationConfig{Layer: name, X: x.Shape, Activation: element})
	} else {
		o, err = op.RowActivation(g.DType, op.RowActivationConfig{Layer: name, X: x.Shape, Activation: activations[f].row})
	}
	if err != nil {
		return nil, err
	}
	y, err := g.Apply(o, x)
	if err != nil {
		return nil, err
	}
	switch f {
	case Sigmoid:
		y.Logits, y.Link = x, engine.SigmoidLink
	case Softmax:
		y.Logits, y.Link = x, engine.SoftmaxLink
	}
	return y, nil
}

// Activation applies a function as a layer of its own.
type Activation struct {
	Func ActivationFunc
	Name string
}

// Class implements [Layer].
func (Activation) Class() string { return "Activation" }

// GivenName implements [Layer].
func (l Activation) GivenName() string { return l.Name }

// Build implements [Single].
func (l Activation) Build(in []int) (Built, error) {
	out, err := l.Func.outShape(in)
	return Built{Out: out}, err
}

// Apply implements [Single].
func (l Activation) Apply(c Call) (*engine.Tensor, error) {
	return c.Masked(l.Func.apply(c.Graph, c.Name, c.Input))
}
