package layer_test

import (
	"errors"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// square is an expression for a Lambda.
func square(in []*gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Square(in[0]) }

// elementCases are cases of the layers that work element by element, or along
// axes of a choice.
func elementCases() []layerCase {
	steps, image := []int{4, 3}, []int{2, 3, 2}
	return []layerCase{
		{name: "identity", layer: layer.Identity{}, in: steps, out: steps, mask: passes},
		{name: "activity regularization", layer: layer.ActivityRegularization{L1: 0.3, L2: 0.2}, in: steps, out: steps, mask: passes},
		{name: "activity regularization of nothing", layer: layer.ActivityRegularization{}, in: steps, out: steps, mask: passes},
		{name: "relu layer", layer: layer.ReLULayer{}, in: steps, out: steps, mask: passes},
		{name: "relu layer with limits", layer: layer.ReLULayer{MaxValue: 1, NegativeSlope: 0.1, Threshold: 0.2}, in: steps, out: steps, mask: passes},
		{name: "leaky relu layer", layer: layer.LeakyReLULayer{}, in: steps, out: steps, mask: passes},
		{name: "elu layer", layer: layer.ELULayer{Alpha: 0.5}, in: steps, out: steps, mask: passes},
		{name: "prelu", layer: layer.PReLU{}, in: steps, out: steps, mask: passes, weights: []string{"alpha"}},
		{name: "prelu with shared axes", layer: layer.PReLU{SharedAxes: []int{1, 2}}, in: image, out: image, mask: passes, weights: []string{"alpha"}},
		{name: "softmax layer", layer: layer.SoftmaxLayer{}, in: steps, out: steps, mask: passes},
		{name: "softmax layer in time", layer: layer.SoftmaxLayer{Axis: []int{1}}, in: steps, out: steps, mask: passes},
		{name: "softmax layer over two axes", layer: layer.SoftmaxLayer{Axis: []int{-1, 1}}, in: image, out: image, mask: passes},
		{name: "lambda", layer: layer.Lambda{Function: square}, in: steps, out: steps},
		{
			name: "lambda of two inputs", in: []int{3}, more: [][]int{{3}}, out: []int{3},
			layer: layer.Lambda{Function: func(in []*gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.HadamardProd(in[0], in[1]) }},
		},
		{
			name: "lambda of another shape", in: []int{2, 3}, out: []int{6},
			layer: layer.Lambda{OutputShape: []int{6}, Function: func(in []*gorgonia.Node) (*gorgonia.Node, error) {
				return gorgonia.Reshape(in[0], []int{in[0].Shape()[0], 6})
			}},
		},
	}
}

func TestElementErrors(t *testing.T) {
	for _, test := range []struct {
		name  string
		layer layer.Layer
		in    []int
		want  string
	}{
		{"negative maximum", layer.ReLULayer{MaxValue: -1}, []int{4}, "expected a finite maximum of at least 0, got -1"},
		{"negative slope", layer.LeakyReLULayer{NegativeSlope: -1}, []int{4}, "expected a finite negative slope of at least 0, got -1"},
		{"threshold NaN", layer.ReLULayer{Threshold: math.NaN()}, []int{4}, "expected a finite threshold of at least 0, got NaN"},
		{"infinite alpha", layer.ELULayer{Alpha: math.Inf(1)}, []int{4}, "expected a finite alpha, got +Inf"},
		{"prelu shares the batch", layer.PReLU{SharedAxes: []int{0}}, []int{4}, "expected shared axes from 1 to 1, for samples of shape [4], got [0]"},
		{"softmax over the batch", layer.SoftmaxLayer{Axis: []int{0}}, []int{4}, "expected an axis from 1 to 1 or from -1 to -1, got 0"},
		{"softmax over no axis", layer.SoftmaxLayer{Axis: []int{}}, []int{4}, "expected one or more different axes, got []"},
		{"softmax twice over one axis", layer.SoftmaxLayer{Axis: []int{2, -1}}, []int{4, 2}, "expected one or more different axes, got [2 -1]"},
		{"lambda without a function", layer.Lambda{}, []int{4}, "the function is nil, expected one"},
		{"lambda of size 0", layer.Lambda{Function: square, OutputShape: []int{0}}, []int{4}, "expected an output shape with sizes of at least 1, got [0]"},
		{"negative strength", layer.ActivityRegularization{L1: -1}, []int{4}, "regularizer: expected a finite l1 of at least 0, got -1"},
	} {
		if _, err := layer.Build(test.layer, [][]int{test.in}); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, expected %s", test.name, err, test.want)
		}
	}
}

// What a user's function does wrong is an error.
func TestLambdaErrors(t *testing.T) {
	for _, test := range []struct {
		name     string
		function func(in []*gorgonia.Node) (*gorgonia.Node, error)
		want     string
	}{
		{"error", func([]*gorgonia.Node) (*gorgonia.Node, error) { return nil, errors.New("oh") }, "oh"},
		{"nothing", func([]*gorgonia.Node) (*gorgonia.Node, error) { return nil, nil }, "the expression is nil"},
		{"panic", func(in []*gorgonia.Node) (*gorgonia.Node, error) { return in[1], nil }, "panic: runtime error: index out of range [1] with length 1"},
		{"another shape", func(in []*gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Sum(in[0], 1) }, "the expression has shape (2) of float64, expected (2, 3) of float64"},
	} {
		if err := applyOnce(t, layer.Lambda{Function: test.function}, 2, 3); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, expected %s", test.name, err, test.want)
		}
	}
}

func TestElementNames(t *testing.T) {
	for class, l := range map[string]layer.Layer{
		"Identity": layer.Identity{Name: "n"}, "ActivityRegularization": layer.ActivityRegularization{Name: "n"}, "Lambda": layer.Lambda{Name: "n"},
		"ReLU": layer.ReLULayer{Name: "n"}, "LeakyReLU": layer.LeakyReLULayer{Name: "n"}, "ELU": layer.ELULayer{Name: "n"},
		"PReLU": layer.PReLU{Name: "n"}, "Softmax": layer.SoftmaxLayer{Name: "n"},
	} {
		if l.Class() != class || l.GivenName() != "n" {
			t.Errorf("%T: class %q and name %q, expected %q and %q", l, l.Class(), l.GivenName(), class, "n")
		}
	}
}

// applyOnce applies a layer to an input in a graph of its own.
func applyOnce(t *testing.T, l layer.Layer, shape ...int) (failed error) {
	t.Helper()
	_, err := engine.Build(tensor.Float64, true, &op.State{}, func(g *engine.Graph) (*engine.Tensor, []*engine.Tensor, error) {
		x, err := g.Input("x", shape)
		if err != nil {
			t.Fatal(err)
		}
		_, failed = layer.Apply(l, layer.Call{Graph: g, Name: "layer", Inputs: []*engine.Tensor{x}})
		return nil, []*engine.Tensor{x}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return failed
}
