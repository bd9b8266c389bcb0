package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/model"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gorgonia.org/tensor"
)

// command runs the program in this process; its status must be 0.
func command(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if status := execute(context.Background(), newRoot(), args, &stdout, &stderr); status != done {
		t.Fatalf("%v: exit status %d: %s", args, status, stderr.String())
	}
	return stdout.String()
}

// TestKeras trains the models of testdata/keras from the command line: histories,
// values of evaluate and predictions are Keras's.
func TestKeras(t *testing.T) {
	folder, err := filepath.Abs("testdata/keras")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name     string
		Args     []string
		X, Y     []string
		History  map[string][]float64
		Evaluate map[string]float64
		Predict  map[string][]float64
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	near := cmp.Options{cmpopts.EquateApprox(1e-4, 1e-6)}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			out := t.TempDir()
			t.Chdir(folder)
			at := func(name string) string { return filepath.Join(out, name) }
			command(t, slices.Concat([]string{"fit", "--model", c.Name + ".keras", "--no-shuffle", "--output", at("out.keras"), "--history", at("h.json")}, c.Args)...)
			text, err := os.ReadFile(at("h.json"))
			if err != nil {
				t.Fatal(err)
			}
			var h struct {
				Epoch   []int
				History map[string][]float64
				Seconds []float64
			}
			if err := json.Unmarshal(text, &h); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.History, h.History, near); diff != "" {
				t.Errorf("history: %s", diff)
			}
			if len(h.Epoch) == 0 || len(h.Seconds) != len(h.Epoch) {
				t.Errorf("%d epochs and %d times", len(h.Epoch), len(h.Seconds))
			}

			args := []string{"--model", at("out.keras")}
			for _, x := range c.X {
				args = append(args, "--x", x)
			}
			command(t, slices.Concat([]string{"predict", "--output", at("p.npz")}, args)...)
			for _, y := range c.Y {
				args = append(args, "--y", y)
			}
			var evaluated map[string]float64
			if err := json.Unmarshal([]byte(command(t, append([]string{"evaluate", "--json"}, args...)...)), &evaluated); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.Evaluate, evaluated, near); diff != "" {
				t.Errorf("evaluate: %s", diff)
			}
			predicted, err := npy.ReadZipFile(at("p.npz"))
			if err != nil {
				t.Fatal(err)
			}
			if len(predicted) != len(c.Predict) {
				t.Errorf("%d outputs predicted, want %d", len(predicted), len(c.Predict))
			}
			for _, p := range predicted {
				if p.Value.Dtype() != tensor.Float32 {
					t.Errorf("%s is %v", p.Name, p.Value.Dtype())
				}
				for i, v := range p.Value.Float32s() {
					if want := c.Predict[p.Name][i]; math.Abs(float64(v)-want) > 1e-4 {
						t.Fatalf("%s[%d] is %v, Keras predicts %v", p.Name, i, v, want)
					}
				}
			}
		})
	}
}

func mustLoad(t *testing.T, path string) *model.Model {
	t.Helper()
	a, err := archive.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return a.Model
}
