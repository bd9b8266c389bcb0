package sampler_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// A network judges which rows are hard.
func ExampleInstanceHardnessThreshold() {
	x := tensor.New(tensor.WithShape(12, 1), tensor.WithBacking([]float32{-4, -3, -2, -5, 3, -3, -2, -4, 2, 3, 4, 5}))
	y := tensor.New(tensor.WithShape(12), tensor.WithBacking([]float32{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1}))
	train := func(ctx context.Context, x, y *tensor.Dense) (sampler.Classifier, error) {
		m, err := model.Sequential(layer.Input{Shape: []int{1}}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
		if err != nil {
			return nil, err
		}
		trainer, err := fit.Compile(m, fit.Config{Optimizer: optimizer.Adam{LearningRate: .1}, Loss: loss.BinaryCrossentropy{}})
		if err != nil {
			return nil, err
		}
		if _, err := trainer.Fit(ctx, x, y, fit.Options{Epochs: 50, Verbose: fit.Silent}); err != nil {
			return nil, err
		}
		return trainer.Predictor()
	}
	s := sampler.InstanceHardnessThreshold{Train: train, CV: 2, Strategy: sampler.Counts{0: 7}}
	rows, err := s.SampleIndices(context.Background(), x, y)
	fmt.Println(rows, err) // all but row 4, which is among those of class 1
	// Output: [0 1 2 3 5 6 7 8 9 10 11] <nil>
}

// told says what it was trained on, and gives each row the probability that its
// first number says.
type told struct{ columns int }

func (m told) Predict(row []float32) ([]float32, error) {
	if m.columns == 0 {
		return nil, errors.New("no idea")
	}
	out := make([]float32, m.columns)
	for i := range out {
		out[i] = row[0]
	}
	return out, nil
}

func TestHardnessByAModel(t *testing.T) {
	x := dense([]float64{.1, .9, .5, .4, .2, .7, .3, .8}, 8, 1, 1)
	y := labels(-1, -1, -1, -1, 7, 7, 7, 7)
	var seen []float64
	rows := 0
	s := sampler.InstanceHardnessThreshold{CV: 2, Strategy: sampler.Counts{-1: 2, 7: 1}, Train: func(_ context.Context, x, y *tensor.Dense) (sampler.Classifier, error) {
		seen = append(seen, y.Float64s()...)
		rows += x.Shape()[0]
		return told{2}, nil
	}}
	got, err := s.SampleIndices(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int{1, 2, 7}, got); d != "" {
		t.Errorf("rows kept (-want +got):\n%s", d)
	}
	slices.Sort(seen)
	if d := cmp.Diff([]float64{0, 0, 0, 0, 1, 1, 1, 1}, seen); d != "" || rows != 8 {
		t.Errorf("targets that models were trained on, %d rows (-want +got):\n%s", rows, d)
	}

	// One number is the probability of the second class, of which the first has
	// the rest.
	s.Train = func(context.Context, *tensor.Dense, *tensor.Dense) (sampler.Classifier, error) { return told{1}, nil }
	got, err = s.SampleIndices(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int{0, 3, 7}, got); d != "" {
		t.Errorf("rows kept by one number (-want +got):\n%s", d)
	}

	// One-hot targets stay as they are, a column without rows among them.
	oneHot := make([]float64, 0, 24)
	for _, v := range y.Float64s() {
		oneHot = append(oneHot, map[float64][]float64{-1: {1, 0, 0}, 7: {0, 0, 1}}[v]...)
	}
	s.Strategy, s.Train = sampler.Counts{0: 2, 2: 1}, func(_ context.Context, _, y *tensor.Dense) (sampler.Classifier, error) {
		return told{y.Shape()[1]}, nil
	}
	got, err = s.SampleIndices(context.Background(), x, dense(oneHot, 8, 3))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int{1, 2, 7}, got); d != "" {
		t.Errorf("rows kept of one-hot targets (-want +got):\n%s", d)
	}

	for want, train := range map[string]func(context.Context, *tensor.Dense, *tensor.Dense) (sampler.Classifier, error){
		"no model came": func(context.Context, *tensor.Dense, *tensor.Dense) (sampler.Classifier, error) { return nil, nil },
		"too late": func(context.Context, *tensor.Dense, *tensor.Dense) (sampler.Classifier, error) {
			return nil, errors.New("too late")
		},
		"no idea": func(context.Context, *tensor.Dense, *tensor.Dense) (sampler.Classifier, error) { return told{}, nil },
		"gives 3 numbers for a row, want the probabilities of 2 classes": func(context.Context, *tensor.Dense, *tensor.Dense) (sampler.Classifier, error) { return told{3}, nil },
	} {
		_, _, err := sampler.InstanceHardnessThreshold{CV: 2, Train: train}.Resample(context.Background(), x, y)
		wantError(t, err, want)
	}
	logits := dense([]float64{4, 4, 4, 4, 4, 4, 4, 4}, 8, 1)
	_, _, err = sampler.InstanceHardnessThreshold{CV: 2, Train: func(context.Context, *tensor.Dense, *tensor.Dense) (sampler.Classifier, error) { return told{2}, nil }}.Resample(context.Background(), logits, y)
	wantError(t, err, "probability 4, want 0 to 1")
}
