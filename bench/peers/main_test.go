package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sample is what one row of a workload looks like, and its initial weights.
type sample struct {
	x, y        []int
	classes     int
	initial     [][]int
	classWeight []float64
	weighted    bool // by arrays of the shape of y
}

// write makes a workload's files as data.py does, with 70 rows.
func write(t *testing.T, name string, d sample) string {
	t.Helper()
	const rows = 70
	folder, rng := t.TempDir(), rand.New(rand.NewPCG(1, 2))
	file := func(name string, next func(i int) float32, shape ...int) map[string]any {
		n := 1
		for _, size := range shape {
			n *= size
		}
		var raw bytes.Buffer
		for i := range n {
			if err := binary.Write(&raw, binary.LittleEndian, next(i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(folder, name), raw.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return map[string]any{"file": name, "shape": shape}
	}
	noise := func(int) float32 { return rng.Float32()/4 - 0.125 }
	var initial []any
	for i, shape := range d.initial {
		initial = append(initial, file(fmt.Sprint("initial", i), noise, shape...))
	}
	targets := append([]int{rows}, d.y...)
	s := map[string]any{
		"workload": name, "batch": 32, "epochs": 3, "quick": true, "saves": true, "class_weight": d.classWeight,
		"x": file("x", noise, append([]int{rows}, d.x...)...), "w": nil, "initial": initial,
		"y": file("y", func(i int) float32 { return float32(i % d.classes) }, targets...),
	}
	if d.weighted {
		s["w"] = file("w", func(i int) float32 { return float32(i % 3) }, targets...)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, name+".json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func samples() map[string]sample {
	table := sample{x: []int{30}, classes: 2, initial: denseShapes(30, 64, 32, 1), classWeight: []float64{1, 50}}
	lstm := append([][]int{{16, 256}, {64, 256}, {256}}, denseShapes(64, 1)...)
	conv := [][]int{{3, 3, 1, 32}, {32}, {3, 3, 32, 64}, {64}}
	return map[string]sample{
		"tabular": table, "tabular-256": table, "predict-one": table, "predict-bulk": table,
		"mnist-mlp":     {x: []int{784}, classes: 10, initial: denseShapes(784, 256, 10), weighted: true},
		"wide":          {x: []int{256}, classes: 10, initial: denseShapes(256, 1024, 1024, 10)},
		"tiny":          {x: []int{10}, classes: 2, initial: denseShapes(10, 16, 1)},
		"lstm":          {x: []int{20, 16}, classes: 2, initial: lstm, weighted: true},
		"lstm-temporal": {x: []int{20, 16}, y: []int{20}, classes: 2, initial: lstm, weighted: true},
		"cnn":           {x: []int{28, 28, 1}, classes: 10, initial: append(conv, denseShapes(1600, 128, 10)...)},
	}
}

// denseShapes are the shapes of the weights of dense layers.
func denseShapes(sizes ...int) [][]int {
	var shapes [][]int
	for i := range len(sizes) - 1 {
		shapes = append(shapes, sizes[i:i+2], sizes[i+1:i+2])
	}
	return shapes
}

func TestWorkloads(t *testing.T) {
	for _, w := range workloads() {
		t.Run(w.name, func(t *testing.T) {
			d, ok := samples()[w.name]
			if !ok {
				t.Fatal("no sample")
			}
			var out bytes.Buffer
			if err := run([]string{"-spec", write(t, w.name, d)}, &out); err != nil {
				t.Fatal(err)
			}
			var r result
			if err := json.Unmarshal(out.Bytes(), &r); err != nil {
				t.Fatalf("%q: %v", out.String(), err)
			}
			if !(r.RowsPerSecond > 0) || !(r.Loss > 0) || r.Loss > 40 {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestOverhead(t *testing.T) {
	for _, name := range []string{"tabular", "mnist-mlp", "tiny"} { // class weights, sample weights, neither
		var out bytes.Buffer
		if err := run([]string{"-overhead", "-spec", write(t, name, samples()[name])}, &out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var p percent
		if err := json.Unmarshal(out.Bytes(), &p); err != nil || p.Pairs < 2 || p.Percent <= -100 || math.IsNaN(p.Percent) {
			t.Errorf("%s: %q, %v", name, out.String(), err)
		}
	}
}

// The weights that a description names are those that the fit starts from.
func TestInitialWeights(t *testing.T) {
	for _, w := range workloads() {
		t.Run(w.name, func(t *testing.T) {
			s, err := load(write(t, w.name, samples()[w.name]))
			if err != nil {
				t.Fatal(err)
			}
			trainer, err := w.trainer(s.X.sample(), s.initial())
			if err != nil {
				t.Fatal(err)
			}
			var raw bytes.Buffer
			if err := writeWeights(&raw, trainer.Model()); err != nil {
				t.Fatal(err)
			}
			var want []byte
			for _, a := range s.Initial {
				if want, err = binary.Append(want, binary.LittleEndian, a.values.Float32s()); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(raw.Bytes(), want) {
				t.Error("the weights differ from those of the files")
			}
		})
	}
}

func TestList(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-list"}, &out); err != nil {
		t.Fatal(err)
	}
	if names := strings.Fields(out.String()); !slices.Contains(names, "tabular") || len(names) != len(workloads()) {
		t.Errorf("got %q", names)
	}
}

func TestGrowth(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-growth", "all", "-quick"}, &out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "|--:|"); n < len(axes()) {
		t.Errorf("%d tables, expected %d:\n%s", n, len(axes()), out.String())
	}
	if strings.Contains(out.String(), "NaN") || strings.Contains(out.String(), "Inf") {
		t.Errorf("got\n%s", out.String())
	}
}

func TestErrors(t *testing.T) {
	short := write(t, "tiny", samples()["tiny"])
	if err := os.Truncate(filepath.Join(filepath.Dir(short), "x"), 40); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"nothing", nil, "nothing to do"},
		{"argument", []string{"tabular"}, "unexpected argument"},
		{"no file", []string{"-spec", filepath.Join(t.TempDir(), "none.json")}, "none.json"},
		{"unknown workload", []string{"-spec", write(t, "unheard-of", samples()["tiny"])}, "not here yet"},
		{"short file", []string{"-spec", short}, "number 10"},
		{"wrong network", []string{"-spec", write(t, "wide", samples()["tiny"])}, "wide"},
		{"axis", []string{"-growth", "height"}, "unknown axis"},
	} {
		if err := run(c.args, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, expected one with %q", c.name, err, c.want)
		}
	}
}
