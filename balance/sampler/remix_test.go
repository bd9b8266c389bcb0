package sampler_test

import (
	"context"
	"iter"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// batches is a Dataset that knows nothing but its batches.
type batches []data.Batch

func (b batches) Len() int { return -1 }

func (b batches) Batches(data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		for _, b := range b {
			if !yield(b, nil) {
				return
			}
		}
	}
}

// numbered is a batch whose row i is the number i, of class 0 for the first of
// them and of class 1 for the others, with weights that are 10 i.
func numbered(zeros, ones int) data.Batch {
	n := zeros + ones
	x, y, w := make([]float64, n), make([]float64, 2*n), make([]float64, n)
	for i := range x {
		x[i], w[i] = float64(i), 10*float64(i)
		y[2*i] = 1
		if i >= zeros {
			y[2*i], y[2*i+1] = 0, 1
		}
	}
	return data.Batch{X: dense(x, n, 1), Y: dense(y, n, 2), W: dense(w, n)}
}

// pass returns the batches of one pass.
func pass(t *testing.T, ds data.Dataset, o data.Order) []data.Batch {
	t.Helper()
	var out []data.Batch
	for b, err := range ds.Batches(o) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

func TestRemixFavoursTheRareClass(t *testing.T) {
	const zeros, ones = 300, 60
	ds := sampler.Remix{Source: batches{numbered(zeros, ones)}}
	b := pass(t, ds, data.Order{Seed: 1})[0]
	other := map[float64]int{}
	pure, shared := 0, 0
	for i := range zeros + ones {
		x, y := b.X.Float64s()[i], b.Y.Float64s()[2*i:][:2]
		if math.Abs(y[0]+y[1]-1) > 1e-15 {
			t.Fatalf("row %d has the shares %v", i, y)
		}
		// Of class 0 alone or of class 1 alone nothing is decided.
		if i < zeros && x < zeros-1 && y[0] == 1 || i >= zeros && y[1] == 1 {
			continue
		}
		switch y[1] {
		case 1:
			pure++
		default:
			shared++
			// λ of x and of y agree: x = λ i + (1-λ) j with j of the other class.
			lambda := y[0]
			if i >= zeros {
				lambda = y[1]
			}
			j := (x - lambda*float64(i)) / (1 - lambda)
			if math.Abs(j-math.Round(j)) > 1e-6 || (math.Round(j) < zeros) == (i < zeros) || (lambda < .5) == (i < zeros) {
				t.Fatalf("row %d is %v of shares %v: λ %v of row %v", i, x, y, lambda, j)
			}
			if other[math.Round(j)]++; other[math.Round(j)] > 1 {
				t.Fatalf("row %v is the other of two", j)
			}
		}
		if w := b.W.Float64s()[i]; w < 0 || w > 10*(zeros+ones) {
			t.Fatalf("weight %v", w)
		}
	}
	if pure < 10 || shared < 10 {
		t.Errorf("%d mixed rows of the rare class alone, %d of both", pure, shared)
	}
	// At equal numbers, at a high Kappa and at a Tau of 0 it is mixup: targets are
	// mixed as the numbers are.
	for name, ds := range map[string]sampler.Remix{
		"counts": {Counts: map[int]int{0: 5, 1: 5}}, "kappa": {Kappa: math.Inf(1)}, "tau": {Tau: sampler.Zero},
	} {
		in := numbered(zeros, ones)
		for i := range in.Y.Float64s() { // x is the share of class 1
			if i%2 == 1 {
				in.X.Float64s()[i/2] = in.Y.Float64s()[i]
			}
		}
		ds.Source = batches{in}
		b := pass(t, ds, data.Order{Seed: 1})[0]
		for i, x := range b.X.Float64s() {
			if math.Abs(x-b.Y.Float64s()[2*i+1]) > 1e-15 {
				t.Fatalf("%s: row %d is %v of share %v", name, i, x, b.Y.Float64s()[2*i+1])
			}
		}
	}
}

func TestRemixPasses(t *testing.T) {
	in := numbered(6, 2)
	ds, err := data.NewTensors(in.X, in.Y, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := sampler.Remix{Source: ds, Alpha: .2}
	if r.Len() != 8 || (sampler.Remix{}).Len() != 0 {
		t.Errorf("%d rows", r.Len())
	}
	got := map[string][]float64{}
	for name, o := range map[string]data.Order{"first": {BatchSize: 3, Seed: 4}, "again": {BatchSize: 3, Seed: 4}, "next": {BatchSize: 3, Seed: 4, Pass: 1}} {
		for _, b := range pass(t, r, o) {
			got[name] = append(got[name], b.X.Float64s()...)
		}
	}
	if d := cmp.Diff(got["first"], got["again"]); d != "" || cmp.Equal(got["first"], got["next"]) || len(got["first"]) != 8 {
		t.Errorf("passes %v", got)
	}
	if in.X.Float64s()[3] != 3 {
		t.Error("the source has changed")
	}
	b := in
	b.MoreX = []*tensor.Dense{in.X}
	two := pass(t, sampler.Remix{Source: batches{b}}, data.Order{})[0]
	if d := cmp.Diff(two.X.Float64s(), two.MoreX[0].Float64s()); d != "" {
		t.Errorf("two inputs are mixed otherwise (-first +second):\n%s", d)
	}
}

func TestRemixErrors(t *testing.T) {
	in := numbered(2, 2)
	many, sparse, none, alone := in, in, in, in
	many.MoreY = []*tensor.Dense{in.Y}
	sparse.Y, none.Y, alone.Y = labels(0, 1, 2, 1), nil, dense(make([]float64, 8), 4, 1, 2)
	for want, r := range map[string]sampler.Remix{
		"no source":               {},
		"alpha is -1":             {Source: batches{in}, Alpha: -1},
		"kappa is 0.5":            {Source: batches{in}, Kappa: .5},
		"tau is 2":                {Source: batches{in}, Tau: 2},
		"want one":                {Source: batches{many}},
		"row 2 is 2, want 0 or 1": {Source: batches{sparse}},
		"without targets":         {Source: batches{none}},
		"targets of shape":        {Source: batches{alone}},
		"class 1 has 0 rows":      {Source: batches{in}, Counts: map[int]int{0: 3}},
		"row 1 is not one-hot":    {Source: batches{{X: in.X, Y: dense([]float64{1, 0, .5, .5, 1, 0, 0, 1}, 4, 2)}}},
		"want as many rows":       {Source: batches{{X: in.X, Y: in.Y, W: labels(1, 2)}}},
	} {
		seen := 0
		for b, err := range r.Batches(data.Order{}) {
			if seen++; seen > 1 || b.X != nil && err == nil {
				t.Fatalf("%q: a batch, %v", want, err)
			}
			wantError(t, err, want)
		}
		if seen == 0 {
			t.Errorf("%q: no error", want)
		}
	}
}

// Training takes it as any other data.
func TestRemixTrains(t *testing.T) {
	x, y := blobs(400, 3)
	oneHot := make([]float32, 0, 1200)
	for _, c := range y.Float32s() {
		row := make([]float32, 3)
		row[int(c)] = 1
		oneHot = append(oneHot, row...)
	}
	ds, err := data.NewTensors(x, dense(oneHot, 400, 3), nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 3, Activation: layer.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := fit.Compile(m, fit.Config{Loss: loss.CategoricalCrossentropy{}})
	if err != nil {
		t.Fatal(err)
	}
	h, err := trainer.FitDataset(context.Background(), sampler.Remix{Source: ds}, fit.Options{Epochs: 3, Verbose: fit.Silent})
	if err != nil {
		t.Fatal(err)
	}
	if losses := h.Values["loss"]; len(losses) != 3 || !(losses[2] < losses[0]) {
		t.Errorf("losses %v", losses)
	}
}
