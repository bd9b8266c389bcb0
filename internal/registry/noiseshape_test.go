package registry_test

import (
	"testing"

	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
)

// None in a noise shape is 0 here, and null in a config.
func TestNoiseShape(t *testing.T) {
	l := layer.Dropout{Rate: 0.5, NoiseShape: []int{0, 1, 3}}
	object, err := registry.Encode(l)
	if err != nil {
		t.Fatal(err)
	}
	config := object.(map[string]any)["config"].(map[string]any)
	if diff := cmp.Diff([]any{nil, 1.0, 3.0}, config["noise_shape"]); diff != "" {
		t.Error(diff)
	}
	back, err := registry.Decode[layer.Layer](object)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(layer.Layer(l), back); diff != "" {
		t.Error(diff)
	}
}
