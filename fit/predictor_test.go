package fit_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/counterweight-go/counterweight/data"
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
		batch := make([]float32, 18)
		for j := range batch {
			batch[j] = float32(flat.Float64s()[j])
		}
		several, err := p.Predict(batch)
		mustNot(t, err)
		for i := range 3 {
			one, err := p.Predict(batch[6*i : 6*i+6])
			mustNot(t, err)
			if !slices.Equal(one, several[4*i:4*i+4]) {
				t.Errorf("row %d of three is %v, alone %v", i, several[4*i:4*i+4], one)
			}
		}
		for _, bad := range []error{p.PredictTo(out, row[:5]), p.PredictTo(out[:1], row), p.PredictTo(nil, nil), p.PredictTo(out, batch)} {
			if bad == nil || !strings.Contains(bad.Error(), "expected 6 and 4 for each row") {
				t.Errorf("wrong sizes: %v", bad)
			}
		}
	}
	if _, err := (&fit.Trainer{}).Predictor(); err == nil {
		t.Error("a trainer that is not compiled has a predictor")
	}
}

// A model of several inputs and outputs: rows by hand, arrays and data sets say
// the same, from several goroutines at once.
func TestPredictorOfSeveral(t *testing.T) {
	g := model.Config{}.Graph()
	a, b := g.Add(layer.Input{Shape: []int{3}, Name: "a"}), g.Add(layer.Input{Shape: []int{2}, Name: "b"})
	h := g.Add(layer.Concatenate{}, a, b)
	m, err := g.Model(g.Add(layer.Dense{Units: 1, Name: "p", Activation: layer.Sigmoid}, h), g.Add(layer.Dense{Units: 4, Name: "q", Activation: layer.Softmax}, h))
	mustNot(t, err)
	trainer, err := fit.Compile(m, fit.Config{Losses: map[string]loss.Loss{"p": loss.BinaryCrossentropy{}, "q": loss.SparseCategoricalCrossentropy{}}})
	mustNot(t, err)
	xa, _ := table(50, 3)
	xb, _ := table(50, 2)
	want, err := trainer.PredictMany(ctx, fit.List{xa, xb}, fit.PredictOptions{})
	mustNot(t, err)
	memory, err := data.NewMany([]tensor.Tensor{xa, xb}, nil, nil)
	mustNot(t, err)
	for name, ds := range map[string]data.Dataset{"tensors": memory, "stream": streamed{Dataset: memory, length: -1}} {
		var wg sync.WaitGroup
		for size := range 3 {
			wg.Go(func() {
				got, err := trainer.PredictDatasetMany(ctx, ds, fit.PredictOptions{BatchSize: 7 * size})
				if err != nil || len(got) != 2 {
					t.Errorf("%s: %d arrays, %v", name, len(got), err)
					return
				}
				for i := range got {
					if !got[i].Shape().Eq(want[i].Shape()) {
						t.Errorf("%s: output %d has shape %v, expected %v", name, i, got[i].Shape(), want[i].Shape())
					}
					for j, v := range got[i].Float32s() {
						if d := v - want[i].Float32s()[j]; d > 1e-6 || d < -1e-6 {
							t.Errorf("%s: output %d: %v, expected %v", name, i, v, want[i].Float32s()[j])
						}
					}
				}
			})
		}
		wg.Wait()
	}
	p, err := trainer.Predictor()
	mustNot(t, err)
	row := func(x *tensor.Dense, i, n int) []float32 {
		v := make([]float32, n)
		for j := range v {
			v[j] = float32(x.Float64s()[n*i+j])
		}
		return v
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 50 {
				got, err := p.PredictMany(row(xa, i, 3), row(xb, i, 2))
				if err != nil {
					t.Error(err)
					return
				}
				for k, width := range []int{1, 4} {
					for j, v := range got[k] {
						if d := v - want[k].Float32s()[width*i+j]; d > 1e-6 || d < -1e-6 {
							t.Errorf("row %d, output %d: %v, expected %v", i, k, v, want[k].Float32s()[width*i+j])
						}
					}
				}
			}
		})
	}
	wg.Wait()
	rows, outs := [][]float32{make([]float32, 3), make([]float32, 2)}, [][]float32{make([]float32, 1), make([]float32, 4)}
	if n := testing.AllocsPerRun(50, func() { mustNot(t, p.PredictManyTo(outs, rows)) }); n != 0 {
		t.Errorf("a prediction allocates %v times", n)
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{p.PredictManyTo(outs, rows[:1]), "rows for inputs have [3] numbers, expected [3 2]"},
		{p.PredictManyTo(outs[:1], rows), "room for outputs have [1] numbers, expected [1 4]"},
		{p.PredictTo(outs[0], rows[0]), "expected PredictMany"},
		{second(p.Predict(rows[0])), "expected PredictMany"},
		{second(trainer.PredictDataset(ctx, memory, fit.PredictOptions{})), "expected PredictDatasetMany"},
		{second(trainer.PredictDatasetMany(ctx, tensors(t, xa, nil, nil), fit.PredictOptions{})), `a batch has 1 inputs, expected one for each of ["a" "b"]`},
		{second(trainer.PredictDatasetMany(ctx, nil, fit.PredictOptions{})), "the data set is nil"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("error %v, expected %q", c.err, c.want)
		}
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
