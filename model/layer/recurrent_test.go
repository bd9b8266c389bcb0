package layer_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
)

// initial returns what the layer's weights on input in start with.
func initial(t *testing.T, l layer.Layer, in []int) map[string][]float64 {
	t.Helper()
	b, err := layer.Build(l, [][]int{in})
	if err != nil {
		t.Fatal(err)
	}
	weights := map[string][]float64{}
	for i, w := range b.Weights {
		n := 1
		for _, size := range w.Shape {
			n *= size
		}
		weights[w.Name] = make([]float64, n)
		if err := w.Initializer.Fill(weights[w.Name], w.Shape, rand.New(rand.NewPCG(1, uint64(i)))); err != nil {
			t.Fatal(err)
		}
	}
	return weights
}

// The rows of a recurrent kernel are orthonormal over all gates together.
func TestRecurrentKernelIsOrthogonal(t *testing.T) {
	const u = 5
	for _, l := range []layer.Layer{layer.LSTM{Units: u}, layer.GRU{Units: u}, layer.SimpleRNN{Units: u}} {
		w := initial(t, l, []int{3, 2})["recurrent_kernel"]
		columns := len(w) / u
		var products, identity []float64
		for i := range u {
			for j := range u {
				sum := 0.
				for k := range columns {
					sum += w[i*columns+k] * w[j*columns+k]
				}
				products = append(products, sum)
				identity = append(identity, map[bool]float64{true: 1}[i == j])
			}
		}
		near(t, l.Class(), products, identity, 1e-12)
	}
}

func TestRecurrentBias(t *testing.T) {
	half := initializer.Constant{Value: 0.5}
	for _, c := range []struct {
		layer layer.Layer
		want  []float64
	}{
		{layer.LSTM{Units: 2}, []float64{0, 0, 1, 1, 0, 0, 0, 0}},
		{layer.LSTM{Units: 2, BiasInitializer: half}, []float64{.5, .5, 1, 1, .5, .5, .5, .5}},
		{layer.LSTM{Units: 2, NoUnitForgetBias: true}, make([]float64, 8)},
		{layer.LSTM{Units: 1, BiasInitializer: half, NoUnitForgetBias: true}, []float64{.5, .5, .5, .5}},
		{layer.GRU{Units: 2}, make([]float64, 12)},
		{layer.GRU{Units: 2, ResetBefore: true}, make([]float64, 6)},
		{layer.SimpleRNN{Units: 1, BiasInitializer: half}, []float64{.5}},
	} {
		near(t, fmt.Sprintf("%+v", c.layer), initial(t, c.layer, []int{3, 2})["bias"], c.want, 0)
	}
}

// A function that is not given is Keras's default, and Linear is linear.
func TestRecurrentDefaults(t *testing.T) {
	run := func(l layer.Layer) []float64 {
		return layerCase{layer: l, in: []int{4, 3}}.use(t, mode{rows: 3}).run(t)
	}
	for _, c := range []struct{ short, long, linear layer.Layer }{
		{layer.LSTM{Units: 3}, layer.LSTM{Units: 3, Activation: layer.Tanh, RecurrentActivation: layer.Sigmoid}, layer.LSTM{Units: 3, Activation: layer.Linear}},
		{layer.GRU{Units: 3}, layer.GRU{Units: 3, Activation: layer.Tanh, RecurrentActivation: layer.Sigmoid}, layer.GRU{Units: 3, RecurrentActivation: layer.Linear}},
		{layer.SimpleRNN{Units: 3}, layer.SimpleRNN{Units: 3, Activation: layer.Tanh}, layer.SimpleRNN{Units: 3, Activation: layer.Linear}},
	} {
		short, long, linear := run(c.short), run(c.long), run(c.linear)
		near(t, c.short.Class(), short, long, 0)
		if linear[0] == short[0] {
			t.Errorf("%s: Linear is as the default", c.short.Class())
		}
	}
}
