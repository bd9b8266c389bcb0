package fit_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

func TestPredictor(t *testing.T) {
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		m, err := model.Config{DType: dt}.Sequential(layer.Input{Shape: []int{2, 3}}, layer.Flatten{},
			layer.Dense{Units: 40, Activation: layer.ReLU}, layer.Dropout{Rate: 0.5}, layer.BatchNormalization{}, layer.Dense{Units: 4, Activation: layer.Softmax})
		mustNot(t, err)
		trainer := compile(t, m, fit.Config{Loss: loss.SparseCategoricalCrossentropy{}})
		flat, _ := table(100, 6)
		x := tensor.New(tensor.WithShape(100, 2, 3), tensor.WithBacking(flat.Float64s()))
		all, err := trainer.Predict(ctx, x, fit.PredictOptions{})
		mustNot(t, err)
		p, err := trainer.Predictor()
		mustNot(t, err)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for i := range 100 {
					row := make([]float32, 6)
					for j := range row {
						row[j] = float32(flat.Float64s()[6*i+j])
					}
					got, err := p.Predict(row)
					if err != nil {
						t.Error(err)
						return
					}
					for j, v := range got {
						var want float64
						if dt == tensor.Float32 {
							want = float64(all.Float32s()[4*i+j])
						} else {
							want = all.Float64s()[4*i+j]
						}
						if d := float64(v) - want; d > 1e-6 || d < -1e-6 {
							t.Errorf("row %d: %v, Predict gives %v", i, v, want)
						}
					}
				}
			})
		}
		wg.Wait()
		row, out := make([]float32, 6), make([]float32, 4)
		if n := testing.AllocsPerRun(50, func() {
			if err := p.PredictTo(out, row); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%v: a prediction allocates %v times", dt, n)
		}
		for _, bad := range []error{p.PredictTo(out, row[:5]), p.PredictTo(out[:1], row)} {
			if bad == nil || !strings.Contains(bad.Error(), "expected 6 and 4") {
				t.Errorf("wrong sizes: %v", bad)
			}
		}
	}
	if _, err := (&fit.Trainer{}).Predictor(); err == nil {
		t.Error("a trainer that is not compiled has a predictor")
	}
}

func TestProfile(t *testing.T) {
	x, y := table(300, 30)
	trainer := compile(t, network(t, 30), fit.Config{})
	var profile fit.Profile
	_, err := trainer.Fit(ctx, x, y, fit.Options{Epochs: 2, BatchSize: 100, Profile: &profile, Verbose: fit.Silent})
	mustNot(t, err)
	text := profile.String()
	for _, want := range []string{`dense of layer "dense"`, `dense gradient of layer "dense_1"`, "loss gradient", "GFLOP/s"} {
		if !strings.Contains(text, want) {
			t.Errorf("the profile lacks %q:\n%s", want, text)
		}
	}
	for _, o := range profile.Ops {
		if o.Runs%6 != 0 || o.Seconds <= 0 {
			t.Errorf("%s: %d runs in %v s, expected a multiple of 6 steps", o.Name, o.Runs, o.Seconds)
		}
	}
}

func BenchmarkPredictor(b *testing.B) {
	m, err := model.Sequential(layer.Input{Shape: []int{30}}, layer.Dense{Units: 64, Activation: layer.ReLU},
		layer.Dense{Units: 32, Activation: layer.ReLU}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
	mustNot(b, err)
	p, err := compile(b, m, fit.Config{}).Predictor()
	mustNot(b, err)
	row, out := make([]float32, 30), make([]float32, 1)
	b.ReportAllocs()
	for b.Loop() {
		if err := p.PredictTo(out, row); err != nil {
			b.Fatal(err)
		}
	}
}
