package sampler_test

import (
	"context"
	"encoding/json"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// entry is what one sampler of imbalanced-learn returns.
type entry struct {
	X, Y    vectors.Array
	N       int
	Indices []int `json:"sample_indices"`
}

// replayed are the samplers of samplers.json, as their names there say.
var replayed = map[string]sampler.Sampler{
	"ROS":         sampler.RandomOverSampler{Seed: 42},
	"ROS_shrink1": sampler.RandomOverSampler{Seed: 42, Shrinkage: sampler.Shrink(1)},
	"RUS":         sampler.RandomUnderSampler{Seed: 42},
	"RUS_repl":    sampler.RandomUnderSampler{Seed: 42, Replacement: true},
}

func TestImbalancedLearnsRows(t *testing.T) {
	var file map[string]json.RawMessage
	vectors.Read(t, "testdata/samplers.json", &file)
	var x, y vectors.Array
	decode(t, file["X"], &x)
	decode(t, file["y"], &y)
	rows, cols := x.Shape[0], x.Shape[1]
	done := 0
	for name, raw := range file {
		if name == "X" || name == "y" || name == "source" {
			continue
		}
		s, ok := replayed[name]
		if !ok {
			continue
		}
		done++
		var want entry
		decode(t, raw, &want)
		for dt, tol := range map[tensor.Dtype]float64{tensor.Float32: 2e-6, tensor.Float64: 1e-12} {
			t.Run(name+" "+dt.String(), func(t *testing.T) {
				xs, ys, err := s.Resample(context.Background(), x.Tensor(dt), y.Tensor(dt))
				if err != nil {
					t.Fatal(err)
				}
				if got := xs.Shape()[0]; got != want.N || ys.Shape()[0] != want.N || xs.Dtype() != dt || ys.Dtype() != dt {
					t.Fatalf("%d rows of %v and %v, expected %d of %v", got, xs.Dtype(), ys.Shape(), want.N, dt)
				}
				gotX, gotY := vectors.Floats(xs), vectors.Floats(ys)
				wantX, wantY := want.X.Data, want.Y.Data
				if len(wantY) < want.N { // only what follows the rows of x
					wantX = append(append([]float64(nil), x.Data...), wantX...)
					wantY = append(append([]float64(nil), y.Data...), wantY...)
				}
				if len(wantY) != want.N || rows == 0 {
					t.Fatalf("the file has %d rows, want %d", len(wantY), want.N)
				}
				if d := cmp.Diff(wantY, gotY); d != "" {
					t.Errorf("y (-want +got):\n%s", d)
				}
				for i, w := range wantX {
					if !(math.Abs(gotX[i]-w) <= tol*(1+math.Abs(w))) {
						t.Fatalf("row %d, column %d is %v, expected %v", i/cols, i%cols, gotX[i], w)
					}
				}
				if want.Indices == nil {
					return
				}
				got, err := s.(sampler.Selector).SampleIndices(context.Background(), x.Tensor(dt), y.Tensor(dt))
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(want.Indices, got); d != "" {
					t.Errorf("indices (-want +got):\n%s", d)
				}
			})
		}
	}
	t.Logf("%d of %d samplers replayed, each in float32 and float64", done, len(file)-3)
}

func decode(t *testing.T, raw json.RawMessage, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}
