package op

import (
	"testing"

	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Gorgonia's own operations, where they are right, must give what ours give:
// outputs and gradients, on Gorgonia's own machine.
func TestAgainstStock(t *testing.T) {
	x := tensor.Shape{6, 4}
	for _, c := range []struct {
		name        string
		inputs      []tensor.Shape
		ours, stock func(dt tensor.Dtype, in G.Nodes) (*G.Node, error)
	}{
		{
			"dense", []tensor.Shape{x, {4, 3}, {3}},
			func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Dense(dt, DenseConfig{X: x, Units: 3, Bias: true, Activation: kernel.Sigmoid, InputGrad: true}))(in)
			},
			func(_ tensor.Dtype, in G.Nodes) (*G.Node, error) {
				product := G.Must(G.Mul(in[0], in[1]))
				bias := G.Must(G.Reshape(in[2], tensor.Shape{1, 3}))
				return G.Sigmoid(G.Must(G.BroadcastAdd(product, bias, nil, []byte{0})))
			},
		},
		{"relu", []tensor.Shape{x}, elementwise(x, kernel.ReLU), unary(G.Rectify)},
		{"tanh", []tensor.Shape{x}, elementwise(x, kernel.Tanh), unary(G.Tanh)},
		{"softplus", []tensor.Shape{x}, elementwise(x, kernel.Softplus), unary(G.Softplus)},
		{"exp", []tensor.Shape{x}, elementwise(x, kernel.Exponential), unary(G.Exp)},
		{"mish", []tensor.Shape{x}, elementwise(x, kernel.Mish), unary(G.Mish)},
		{
			"softmax", []tensor.Shape{x},
			func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(RowActivation(dt, RowActivationConfig{X: x, Activation: kernel.Softmax}))(in)
			},
			func(_ tensor.Dtype, in G.Nodes) (*G.Node, error) { return G.SoftMax(in[0]) },
		},
		{
			"squared error", []tensor.Shape{x, x, {6}},
			func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				o, _, err := Loss(dt, LossConfig{Kernel: RowLoss{kernel.SquaredError[float32]{N: 4}, kernel.SquaredError[float64]{N: 4}}, Pred: x})
				return apply(o, err)(in)
			},
			func(_ tensor.Dtype, in G.Nodes) (*G.Node, error) {
				rows := G.Must(G.Mean(G.Must(G.Square(G.Must(G.Sub(in[0], in[1])))), 1))
				return G.Sum(G.Must(G.HadamardProd(rows, in[2])))
			},
		},
		{
			"softmax cross-entropy", []tensor.Shape{x, x, {6}},
			func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				o, _, err := Loss(dt, LossConfig{Kernel: RowLoss{kernel.SoftmaxCE[float32]{N: 4}, kernel.SoftmaxCE[float64]{N: 4}}, Pred: x})
				return apply(o, err)(in)
			},
			func(_ tensor.Dtype, in G.Nodes) (*G.Node, error) {
				logp := G.Must(G.LogSoftMax(in[0]))
				rows := G.Must(G.Neg(G.Must(G.Sum(G.Must(G.HadamardProd(logp, in[1])), 1))))
				return G.Sum(G.Must(G.HadamardProd(rows, in[2])))
			},
		},
		{
			"sigmoid cross-entropy", []tensor.Shape{x, x, {6}},
			func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				o, _, err := Loss(dt, LossConfig{Kernel: RowLoss{kernel.SigmoidCE[float32]{N: 4}, kernel.SigmoidCE[float64]{N: 4}}, Pred: x})
				return apply(o, err)(in)
			},
			func(_ tensor.Dtype, in G.Nodes) (*G.Node, error) { // softplus(z) - z·y
				terms := G.Must(G.Sub(G.Must(G.Softplus(in[0])), G.Must(G.HadamardProd(in[0], in[1]))))
				return G.Sum(G.Must(G.HadamardProd(G.Must(G.Mean(terms, 1)), in[2])))
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			ours := network{inputs: c.inputs, build: c.ours}
			if len(c.inputs) == 3 && c.inputs[1].Eq(x) {
				ours.fixed = 2 // targets and weights
			}
			stock := ours
			stock.build = c.stock
			in := ours.draw()
			_, out, grads := ours.evaluate(t, tensor.Float64, in)
			_, wantOut, wantGrads := stock.evaluate(t, tensor.Float64, in)
			compare(t, "output", out, wantOut)
			for i := range wantGrads {
				compare(t, "gradient", grads[i], wantGrads[i])
			}
		})
	}
}

func compare(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d elements, Gorgonia %d", what, len(got), len(want))
	}
	for i := range want {
		if !near(got[i], want[i], 1e-9) {
			t.Fatalf("%s %d: got %v, Gorgonia %v", what, i, got[i], want[i])
		}
	}
}

func elementwise(x tensor.Shape, a kernel.Activation) func(tensor.Dtype, G.Nodes) (*G.Node, error) {
	return func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
		return apply(Activation(dt, ActivationConfig{X: x, Activation: a}))(in)
	}
}

func unary(f func(*G.Node) (*G.Node, error)) func(tensor.Dtype, G.Nodes) (*G.Node, error) {
	return func(_ tensor.Dtype, in G.Nodes) (*G.Node, error) { return f(in[0]) }
}
