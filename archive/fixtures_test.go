package archive_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"gorgonia.org/tensor"
)

// fixture is an archive that Keras has written, and what Keras predicts.
type fixture struct {
	File        string `json:"file"`
	WeightsFile string `json:"weights_file"`
	Inputs      any    `json:"inputs"`
	Predict     any    `json:"predict"`
	Weights     []struct {
		Path  string `json:"path"`
		Shape []int  `json:"shape"`
	} `json:"weights"`
}

func fixtures(t *testing.T) (all []fixture) {
	t.Helper()
	text, err := os.ReadFile("testdata/index.json")
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil || len(all) == 0 {
		t.Fatalf("%d fixtures, %v", len(all), err)
	}
	return all
}

// arrays turns nested lists, or a list or an object of them for several
// outputs, into arrays.
func arraysOf(t *testing.T, names []string, raw any) (all []*tensor.Dense) {
	t.Helper()
	if len(names) == 1 {
		return []*tensor.Dense{arrayOf(raw)}
	}
	for i, name := range names {
		switch raw := raw.(type) {
		case map[string]any:
			all = append(all, arrayOf(raw[name]))
		case []any:
			all = append(all, arrayOf(raw[i]))
		default:
			t.Fatalf("expected arrays, got %T", raw)
		}
	}
	return all
}

func arrayOf(raw any) *tensor.Dense {
	var shape []int
	var values []float32
	var walk func(v any, depth int)
	walk = func(v any, depth int) {
		list, ok := v.([]any)
		if !ok {
			values = append(values, float32(v.(float64)))
			return
		}
		if len(shape) == depth {
			shape = append(shape, len(list))
		}
		for _, e := range list {
			walk(e, depth+1)
		}
	}
	walk(raw, 0)
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
}

// predictions of a model on the inputs of a fixture.
func predictions(t *testing.T, m *model.Model, x []*tensor.Dense) []*tensor.Dense {
	t.Helper()
	c := fit.Config{Losses: map[string]loss.Loss{}}
	for _, name := range m.OutputNames() {
		c.Losses[name] = loss.MeanSquaredError{}
	}
	trainer, err := fit.Compile(m, c)
	if err != nil {
		t.Fatal(err)
	}
	var in fit.List
	for _, one := range x {
		in = append(in, one)
	}
	y, err := trainer.PredictMany(t.Context(), in, fit.PredictOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return y
}

func TestFixtures(t *testing.T) {
	for _, f := range fixtures(t) {
		t.Run(f.File, func(t *testing.T) {
			a, err := archive.Load(filepath.Join("testdata", f.File))
			if err != nil {
				t.Fatal(err)
			}
			x := arraysOf(t, a.Model.InputNames(), f.Inputs)
			want := arraysOf(t, a.Model.OutputNames(), f.Predict)
			same(t, predictions(t, a.Model, x), want, 1e-5)

			path := filepath.Join(t.TempDir(), "again.keras")
			if a.Compiled != nil {
				trainer, err := a.Trainer()
				if err != nil {
					t.Fatal(err)
				}
				err = archive.Save(path, trainer)
				if err != nil {
					t.Fatal(err)
				}
			} else if err := archive.SaveModel(path, a.Model); err != nil {
				t.Fatal(err)
			}
			b, err := archive.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			same(t, predictions(t, b.Model, x), want, 1e-5)
			if (a.Compiled == nil) != (b.Compiled == nil) {
				t.Errorf("compiled: %v, and saved and loaded again: %v", a.Compiled, b.Compiled)
			}
			t.Log(b.Compiled)
		})
	}
}

func same(t *testing.T, got, want []*tensor.Dense, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d outputs, expected %d", len(got), len(want))
	}
	for i := range want {
		g, w := float64s(t, got[i]), float64s(t, want[i])
		if fmt.Sprint(got[i].Shape()) != fmt.Sprint(want[i].Shape()) {
			t.Fatalf("output %d: shape %v, expected %v", i, got[i].Shape(), want[i].Shape())
		}
		for j := range w {
			if !(math.Abs(g[j]-w[j]) <= tol*math.Max(1, math.Abs(w[j]))) {
				t.Fatalf("output %d, number %d: %v, expected %v", i, j, g[j], w[j])
			}
		}
	}
}

func float64s(t *testing.T, v *tensor.Dense) []float64 {
	t.Helper()
	wide, err := data.AsType(v, tensor.Float64)
	if err != nil {
		t.Fatal(err)
	}
	return wide.Float64s()
}
