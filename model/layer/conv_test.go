package layer_test

import (
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// An activation inside a convolution is the same as one behind it.
func TestConvActivation(t *testing.T) {
	for f := layer.Linear; f <= layer.GLU; f++ {
		conv := layer.Conv2D{Filters: 6, KernelSize: [2]int{2, 2}}
		logits := layerCase{layer: conv, in: []int{3, 4, 2}}.use(t, mode{rows: 3})
		conv.Activation = f
		inside := layerCase{layer: conv, in: []int{3, 4, 2}}.use(t, mode{rows: 3})
		behind := layerCase{layer: layer.Activation{Func: f}, in: []int{2, 3, 6}}.use(t, mode{rows: 3})
		copy(behind.x.Value.Float64s(), logits.run(t))
		near(t, f.String(), inside.run(t), behind.run(t), 1e-14)
	}
}

// A window of one place is a dense layer, on sequences and on images.
func TestConvOfOnePlace(t *testing.T) {
	for _, c := range []struct {
		conv layer.Layer
		in   []int
	}{
		{layer.Conv1D{Filters: 5, KernelSize: 1, Padding: layer.Same}, []int{4, 3}},
		{layer.Conv2D{Filters: 5, KernelSize: [2]int{1, 1}}, []int{2, 4, 3}},
	} {
		conv := layerCase{layer: c.conv, in: c.in}.use(t, mode{rows: 2})
		dense := layerCase{layer: layer.Dense{Units: 5}, in: c.in}.use(t, mode{rows: 2})
		for i := range conv.weights {
			copy(dense.weights[i].Value.Float64s(), conv.weights[i].Value.Float64s())
		}
		near(t, c.conv.Class(), conv.run(t), dense.run(t), 1e-14)
	}
}

// A causal output does not see what comes later; others do.
func TestCausalPadding(t *testing.T) {
	for _, padding := range []layer.Padding{layer.Causal, layer.Same} {
		u := layerCase{layer: layer.Conv1D{Filters: 2, KernelSize: 3, Padding: padding}, in: []int{8, 1}}.use(t, mode{rows: 1})
		before := slices.Clone(u.run(t))
		u.x.Value.Float64s()[5]++
		after := u.run(t)
		same := slices.Equal(before[:10], after[:10])
		if same != (padding == layer.Causal) {
			t.Errorf("%v: steps before 5 stay the same is %v", padding, same)
		}
		if slices.Equal(before[10:], after[10:]) {
			t.Errorf("%v: no step changed", padding)
		}
	}
}

func TestConvInitializers(t *testing.T) {
	var he, ones initializer.Initializer = initializer.HeNormal{}, initializer.Constant{Value: 1}
	for _, l := range []layer.Single{
		layer.Conv1D{Filters: 2, KernelSize: 2, KernelInitializer: he, BiasInitializer: ones},
		layer.Conv2D{Filters: 2, KernelSize: [2]int{2, 1}, KernelInitializer: he, BiasInitializer: ones},
	} {
		in := []int{5, 3}
		if l.Class() == "Conv2D" {
			in = []int{5, 5, 3}
		}
		built, err := l.Build(in)
		if err != nil {
			t.Fatal(err)
		}
		if built.Weights[0].Initializer != he || built.Weights[1].Initializer != ones {
			t.Errorf("%s: initializers %v", l.Class(), built.Weights)
		}
	}
	built, err := layer.Embedding{InputDim: 2, OutputDim: 2, EmbeddingsInitializer: ones}.Build([]int{3})
	if err != nil || built.Weights[0].Initializer != ones {
		t.Errorf("embedding: %v, %v", built.Weights, err)
	}
}

// A float32 cannot tell more indices apart.
func TestEmbeddingTooLarge(t *testing.T) {
	_, err := layer.Embedding{InputDim: 1<<24 + 1, OutputDim: 1}.Apply(layer.Call{Graph: &engine.Graph{DType: tensor.Float32}})
	if want := "expected at most 2^24 rows in a float32 model, got 16777217"; err == nil || err.Error() != want {
		t.Errorf("got %v, expected %s", err, want)
	}
}
