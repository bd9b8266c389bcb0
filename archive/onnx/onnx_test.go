package onnx_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/archive/onnx"
	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

const rows = 3

// randomize gives all weights numbers that zeros and ones cannot hide; moving
// variances stay positive.
func randomize(t testing.TB, m *model.Model) {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, 8))
	var values []*tensor.Dense
	for _, w := range m.Weights() {
		if v, ok := w.Value.Data().([]float32); ok {
			for i := range v {
				v[i] += float32(0.3 * rng.NormFloat64())
				if strings.Contains(w.Name, "variance") {
					v[i] = 0.5 + float32(rng.Float64())
				}
			}
		}
		values = append(values, w.Value)
	}
	if err := m.SetWeights(values); err != nil {
		t.Fatal(err)
	}
}

// predict runs a model in inference.
func predict(t testing.TB, m *model.Model, xs []*tensor.Dense) (all []*tensor.Dense) {
	t.Helper()
	var outs []*engine.Tensor
	plan, err := engine.Build(m.DType(), false, &op.State{}, func(g *engine.Graph) (cost *engine.Tensor, keep []*engine.Tensor, err error) {
		var in []*engine.Tensor
		for i, x := range xs {
			one, err := g.InputOver(fmt.Sprint("input", i), x)
			if err != nil {
				return nil, nil, err
			}
			in = append(in, one)
		}
		outs, err = m.Apply(layer.Call{Graph: g, Inputs: in})
		return nil, outs, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Run(); err != nil {
		t.Fatal(err)
	}
	for _, y := range outs {
		all = append(all, plan.Dense(y))
	}
	return all
}

// inputs makes a batch: numbers around 0, a few of which are 0, or whole ones
// below a limit.
func inputs(m *model.Model, limit int) (all []*tensor.Dense) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, shape := range m.InputShapes() {
		x := make([]float32, rows*tensor.Shape(shape).TotalSize())
		for i := range x {
			x[i] = float32(rng.NormFloat64())
			if limit > 0 {
				x[i] = float32(rng.IntN(limit))
			}
		}
		// Some timesteps are left out where there is a mask for it.
		if last := shape[len(shape)-1]; len(shape) > 1 {
			for row := range len(x) / last {
				if rng.IntN(3) == 0 {
					clear(x[row*last:][:last])
				}
			}
		}
		all = append(all, tensor.New(tensor.WithShape(append([]int{rows}, shape...)...), tensor.WithBacking(x)))
	}
	return all
}

// The models are checked by onnx and run by onnxruntime, whose outputs are those
// of this project.
func TestOnnxruntimeReads(t *testing.T) {
	python := os.Getenv("COUNTERWEIGHT_PYTHON")
	if python == "" {
		t.Skip("COUNTERWEIGHT_PYTHON names no Python with onnx and onnxruntime")
	}
	folder := t.TempDir()
	for _, c := range cases(t) {
		randomize(t, c.m)
		name := filepath.Join(folder, strings.NewReplacer(" ", "_", "/", "_").Replace(c.name))
		if err := onnx.WriteFile(name+".onnx", c.m); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		xs := inputs(c.m, c.limit)
		var arrays []npy.Array
		for i, x := range xs {
			arrays = append(arrays, npy.Array{Name: "in/" + c.m.InputNames()[i], Value: x})
		}
		for i, y := range predict(t, c.m, xs) {
			for _, v := range y.Float32s() {
				if math.IsInf(float64(v), 0) || math.IsNaN(float64(v)) && !c.nan {
					t.Errorf("%s: a prediction of %v", c.name, v)
					break
				}
			}
			arrays = append(arrays, npy.Array{Name: "out/" + c.m.OutputNames()[i], Value: y})
		}
		var b bytes.Buffer
		if err := npy.WriteZip(&b, arrays); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name+".npz", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(python, filepath.Join("testdata", "check.py"), folder).CombinedOutput()
	if err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
	t.Logf("%s", out)
}
