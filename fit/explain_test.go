package fit_test

import (
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

// A small network is cut by rows, a large one by products, one whose rows act
// on each other not at all.
func TestExplain(t *testing.T) {
	for _, c := range []struct {
		name   string
		layers []layer.Layer
		want   []string
	}{
		{"small", []layer.Layer{layer.Dense{Units: 64, Activation: layer.ReLU}, layer.Dense{Units: 1, Activation: layer.Sigmoid}},
			[]string{"kernels", "parts of", `dense of layer "dense"`, "(64)", "loss gradient"}},
		{"large", []layer.Layer{layer.Dense{Units: 2000, Activation: layer.ReLU}, layer.Dense{Units: 100}, layer.Dense{Units: 1, Activation: layer.Sigmoid}},
			[]string{"the batch whole; large products are cut", "2048 rows"}},
		{"together", []layer.Layer{layer.BatchNormalization{}, layer.Dense{Units: 1, Activation: layer.Sigmoid}},
			[]string{"its rows act on each other", "batch normalisation"}},
	} {
		m, err := model.Sequential(append([]layer.Layer{layer.Input{Shape: []int{30}}}, c.layers...)...)
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := fit.Compile(m, fit.Config{Loss: loss.BinaryCrossentropy{}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := trainer.Explain(2048)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", c.name, want, got)
			}
		}
		if _, err := trainer.Explain(0); err == nil || !strings.Contains(err.Error(), "0 rows") {
			t.Errorf("0 rows: error %v", err)
		}
	}
}
