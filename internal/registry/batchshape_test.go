package registry_test

import (
	"testing"

	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
)

// The first of batch_shape is the number of rows of a batch, or null for any.
func TestBatchShape(t *testing.T) {
	for _, test := range []struct {
		in   layer.Input
		want []any
	}{
		{layer.Input{Shape: []int{4, 2}}, []any{nil, 4., 2.}},
		{layer.Input{Shape: []int{4, 2}, BatchSize: 8}, []any{8., 4., 2.}},
	} {
		object, err := registry.Encode(test.in)
		if err != nil {
			t.Fatal(err)
		}
		raw := through(t, object).(map[string]any)
		if diff := cmp.Diff(test.want, raw["config"].(map[string]any)["batch_shape"]); diff != "" {
			t.Errorf("%+v: %s", test.in, diff)
		}
		again, err := registry.Decode[layer.Layer](raw)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(layer.Layer(test.in), again); diff != "" {
			t.Error(diff)
		}
	}
}
