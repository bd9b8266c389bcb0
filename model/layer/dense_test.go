package layer_test

import (
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
)

func TestDenseInitializers(t *testing.T) {
	var glorot, zeros, he, ones initializer.Initializer = initializer.GlorotUniform{}, initializer.Constant{}, initializer.HeNormal{}, initializer.Constant{Value: 1}
	tests := []struct {
		name  string
		layer layer.Dense
		want  []initializer.Initializer
	}{
		{"defaults", layer.Dense{Units: 2}, []initializer.Initializer{glorot, zeros}},
		{"given", layer.Dense{Units: 2, KernelInitializer: he, BiasInitializer: ones}, []initializer.Initializer{he, ones}},
		{"no bias", layer.Dense{Units: 2, NoBias: true, BiasInitializer: ones}, []initializer.Initializer{glorot}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			built, err := test.layer.Build([]int{3})
			if err != nil {
				t.Fatal(err)
			}
			var got []initializer.Initializer
			for _, w := range built.Weights {
				got = append(got, w.Initializer)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, expected %v", got, test.want)
			}
		})
	}
}

// An activation inside a dense layer is the same as one behind it.
func TestDenseActivation(t *testing.T) {
	for f := layer.Linear; f <= layer.GLU; f++ {
		inside := layerCase{layer: layer.Dense{Units: 6, Activation: f}, in: []int{5}}.use(t, mode{rows: 7})
		logits := layerCase{layer: layer.Dense{Units: 6}, in: []int{5}}.use(t, mode{rows: 7})
		behind := layerCase{layer: layer.Activation{Func: f}, in: []int{6}}.use(t, mode{rows: 7})
		copy(behind.x.Value.Float64s(), logits.run(t))
		near(t, f.String(), inside.run(t), behind.run(t), 1e-14)
	}
}

// Sequences and images are rows in another arrangement.
func TestDenseOnMoreAxes(t *testing.T) {
	l := layer.Dense{Units: 3, Activation: layer.Mish}
	rows := layerCase{layer: l, in: []int{5}}.use(t, mode{rows: 8})
	images := layerCase{layer: l, in: []int{2, 2, 5}}.use(t, mode{rows: 2})
	copy(images.x.Value.Float64s(), vectors.Floats(rows.x.Value))
	near(t, "images", images.run(t), rows.run(t), 1e-14)
}
