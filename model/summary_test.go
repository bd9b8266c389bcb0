package model_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// The golden files are printed by Keras: testdata/summary/golden.py makes them.
// What -update changes in them is a difference from Keras.
var update = flag.Bool("update", false, "write our own summaries into testdata/summary")

func TestSummary(t *testing.T) {
	dense := func(name string) layer.Layer { return layer.Dense{Units: 8, Name: name} }
	norm := func(name string) layer.Layer { return layer.BatchNormalization{Name: name} }
	detector := []layer.Layer{
		layer.Input{Shape: []int{30}}, layer.Dense{Units: 64, Activation: layer.ReLU}, layer.Dropout{Rate: 0.3},
		layer.Dense{Units: 1, Activation: layer.Sigmoid},
	}
	x := func(n int) string { return strings.Repeat("x", n) }
	tests := []struct {
		name   string
		config model.Config
		layers []layer.Layer
	}{
		{"dense", model.Config{}, detector},
		{"float64", model.Config{DType: tensor.Float64}, detector},
		{"automatic_names", model.Config{}, []layer.Layer{
			layer.Input{Shape: []int{20}},
			layer.Dense{Units: 100}, layer.BatchNormalization{}, layer.Activation{Func: layer.ReLU}, layer.Dropout{Rate: 0.5},
			layer.Dense{Units: 100}, layer.BatchNormalization{NoCenter: true}, layer.Activation{Func: layer.ReLU}, layer.Dropout{Rate: 0.5},
			layer.Dense{Units: 3, Activation: layer.Softmax},
		}},
		{"image", model.Config{Name: "digits"}, []layer.Layer{
			layer.Input{Shape: []int{28, 28, 1}}, layer.BatchNormalization{}, layer.Activation{Func: layer.Tanh}, layer.Flatten{},
			layer.Dense{Units: 10, Activation: layer.Softmax},
		}},
		{"long_shapes", model.Config{}, []layer.Layer{
			layer.Input{Shape: []int{128, 256, 32, 1024}}, layer.Activation{Func: layer.ReLU}, layer.Dense{Units: 2}, layer.Flatten{},
			layer.Dropout{Rate: 0.1},
		}},
		{"shape_widths", model.Config{}, []layer.Layer{
			layer.Input{Shape: []int{100, 1000, 1}}, layer.Dense{Units: 1234}, layer.Dense{Units: 12345, NoBias: true}, layer.Dense{Units: 3},
		}},
		{"long_names", model.Config{}, []layer.Layer{
			layer.Input{Shape: []int{8}},
			dense(x(23)), dense(x(24)), dense(x(30)), dense(x(31)), dense(x(32)), dense(x(40)),
			norm("bn"), norm(x(10)), norm(x(11)),
			dense("first block output of the encoder"), dense("first block " + x(33) + " end"), dense(x(33) + " end"),
			dense(" lead"), dense("two  spaces"), dense(x(33) + "  end"), dense(x(29) + "   end"), dense("[red]x"), dense("größe"),
		}},
		{"input_only", model.Config{}, []layer.Layer{layer.Input{Shape: []int{5}}}},
		{"no_weights", model.Config{Name: `a "quoted" \ name in größe`}, []layer.Layer{layer.Input{Shape: []int{5}}, layer.Activation{Func: layer.ReLU}}},
		{"megabytes", model.Config{}, []layer.Layer{
			layer.Input{Shape: []int{1000}}, layer.Dense{Units: 1100}, layer.Dense{Units: 1000}, layer.BatchNormalization{},
		}},
		{"kilobyte", model.Config{}, []layer.Layer{layer.Input{Shape: []int{16}}, layer.Dense{Units: 16, NoBias: true}}},
	}
	seen := map[string]bool{}
	all := map[string]string{}
	for _, test := range tests {
		all[test.name] = sequential(t, test.config, test.layers...).Summary()
	}
	for name, make := range graphs {
		all[name] = make(t, model.Config{}).Summary()
	}
	for name, got := range all {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", "summary", name+".txt")
			seen[path] = true
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("- Keras, + ours:\n%s", diff)
			}
		})
	}
	files, err := filepath.Glob("testdata/summary/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(seen) {
		t.Errorf("%d golden files, expected one for each of %d models", len(files), len(seen))
	}
}

// Whatever names and sizes a model has, its table is 76 columns wide.
func TestSummaryIsATable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringMatching(`[a-z ß…]{0,80}`).Draw(rt, "name")
		shape := rapid.SliceOfN(rapid.IntRange(1, 30), 1, 6).Draw(rt, "shape")
		class := rapid.StringMatching(`[A-Z][A-Za-z ]{0,40}`).Draw(rt, "class")
		m := sequential(t, model.Config{}, layer.Input{Shape: shape}, custom{class: class, name: name}, layer.Flatten{Name: "last layer"})
		lines := strings.Split(m.Summary(), "\n")
		for _, l := range lines[1 : len(lines)-4] {
			if n := utf8.RuneCountInString(l); n != 76 {
				rt.Fatalf("line of %d columns: %s", n, l)
			}
		}
	})
}
