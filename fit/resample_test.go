package fit_test

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// outcome is the weights and the history of a fit on arrays.
func outcome(t *testing.T, x, y *tensor.Dense, o fit.Options) (w []float64, h *fit.History) {
	t.Helper()
	o.Verbose, o.BatchSize = fit.Silent, 16
	m := network(t, x.Shape()[1])
	trainer := compile(t, m, fit.Config{Metrics: []metric.Metric{metric.Accuracy{}}, WeightedMetrics: []metric.Metric{metric.Recall{}}})
	h, err := trainer.Fit(ctx, x, y, o)
	mustNot(t, err)
	return weights(m), h
}

func rowsOf(t *testing.T, d *tensor.Dense, from, to int) *tensor.Dense {
	t.Helper()
	part, err := data.Rows(d, from, to)
	mustNot(t, err)
	return part
}

// A fit with a sampler is one on rows that were resampled before, bit for bit,
// and validates on the rows that a split set aside, as they are.
func TestResampleIsResamplingBefore(t *testing.T) {
	x, y := table(200, 3)
	sampleWeights := array([]int{200}, make([]float64, 200)...)
	for i := range sampleWeights.Float64s() {
		sampleWeights.Float64s()[i] = float64(i%5) + 0.5
	}
	for name, s := range map[string]sampler.Sampler{
		"makes": sampler.SMOTE{Seed: 4}, "makes by shrinkage": sampler.RandomOverSampler{Seed: 2, Shrinkage: sampler.Shrink(0.3)},
		"picks": sampler.RandomUnderSampler{Seed: 9}, "cleans": sampler.EditedNearestNeighbours{}, "both": sampler.SMOTETomek{},
	} {
		t.Run(name, func(t *testing.T) {
			const held = 150
			trainX, trainY := rowsOf(t, x, 0, held), rowsOf(t, y, 0, held)
			xs, ys, err := s.Resample(ctx, trainX, trainY)
			mustNot(t, err)
			o := fit.Options{Epochs: 3, ClassWeight: balance.Auto{}}
			byHand := o
			byHand.ValidationData = &fit.Validation{X: rowsOf(t, x, held, 200), Y: rowsOf(t, y, held, 200)}
			o.ValidationSplit, o.Resample.Sampler = 0.25, s
			want, wantHistory := outcome(t, xs, ys, byHand)
			got, history := outcome(t, x, y, o)
			if !slices.Equal(got, want) || !maps.EqualFunc(history.Values, wantHistory.Values, slices.Equal) {
				t.Error("another result than that of rows resampled before")
			}
			if history.Params != wantHistory.Params {
				t.Errorf("params %+v, expected %+v", history.Params, wantHistory.Params)
			}
			picks, ok := sampler.Picks(s)
			if !ok {
				return
			}
			// Picked rows keep their sample weights.
			rows, err := picks.SampleIndices(ctx, trainX, trainY)
			mustNot(t, err)
			byHand.SampleWeight, err = data.Take(sampleWeights, rows)
			mustNot(t, err)
			byHand.ClassWeight, o.ClassWeight = nil, nil
			byHand.ValidationData.SampleWeight = rowsOf(t, sampleWeights, held, 200)
			o.SampleWeight = sampleWeights
			want, wantHistory = outcome(t, xs, ys, byHand)
			got, history = outcome(t, x, y, o)
			if !slices.Equal(got, want) || !maps.EqualFunc(history.Values, wantHistory.Values, slices.Equal) {
				t.Error("with sample weights: another result than that of rows resampled before")
			}
		})
	}
}

// Anew for each epoch: a fit of single epochs on rows resampled with the seed of
// each, in memory as arrays and as a data set.
func TestResampleEachEpoch(t *testing.T) {
	x, y := table(120, 3)
	o := fit.Options{Epochs: 4, BatchSize: 16, Verbose: fit.Silent, ClassWeight: balance.Deferred{Epochs: 2, Then: balance.Map{0: 1, 1: 3}}}
	for name, s := range map[string]sampler.Sampler{"makes": sampler.SMOTE{Seed: 4}, "picks": sampler.RandomUnderSampler{Seed: 4}} {
		m := network(t, 3)
		trainer := compile(t, m, fit.Config{})
		for epoch := range 4 {
			one := fit.Options{InitialEpoch: epoch, Epochs: epoch + 1, BatchSize: 16, Verbose: fit.Silent}
			if epoch >= 2 {
				one.ClassWeight = balance.Map{0: 1, 1: 3}
			}
			xs, ys, err := s.(sampler.Seeded).Reseeded(uint32(epoch)).Resample(ctx, x, y)
			mustNot(t, err)
			_, err = trainer.Fit(ctx, xs, ys, one)
			mustNot(t, err)
		}
		o.Resample = sampler.Resampling{Sampler: s, EachEpoch: true}
		same := network(t, 3)
		_, err := compile(t, same, fit.Config{}).Fit(ctx, x, y, o)
		mustNot(t, err)
		if !slices.Equal(weights(same), weights(m)) {
			t.Errorf("%s: other weights than those of single epochs", name)
		}
		same = network(t, 3)
		_, err = compile(t, same, fit.Config{}).FitDataset(ctx, tensors(t, x, y, nil), o)
		mustNot(t, err)
		if !slices.Equal(weights(same), weights(m)) {
			t.Errorf("%s: other weights of a data set", name)
		}
	}
}

// Interrupted within an epoch and resumed, a fit that resamples each epoch gives
// the bits of one that ran through.
func TestResampleResumes(t *testing.T) {
	x, y := table(150, 3)
	boom := errors.New("boom")
	with := func(dir string, freq int, more ...fit.Callback) *job {
		j := newJob(t, dir, freq, more...)
		j.options.Resample = sampler.Resampling{Sampler: sampler.SMOTE{Seed: 1}, EachEpoch: true}
		return j
	}
	whole := with(t.TempDir(), 0)
	h, err := whole.trainer.Fit(ctx, x, y, whole.options)
	mustNot(t, err)
	want := whole.outcome(t, h)
	for _, at := range []int{3, 13, 20} {
		dir, done := t.TempDir(), 0
		j := with(dir, 1, callback.LambdaCallback{OnBatchEnd: func(callback.Run, int, *callback.Logs) error {
			if done++; done == at {
				return boom
			}
			return nil
		}})
		if _, err := j.trainer.Fit(ctx, x, y, j.options); !errors.Is(err, boom) {
			t.Fatalf("after %d batches: %v", at, err)
		}
		again := with(dir, 1, callback.LambdaCallback{})
		h, err := again.trainer.Fit(ctx, x, y, again.options)
		mustNot(t, err)
		if got := again.outcome(t, h); got != want {
			t.Errorf("resumed after %d batches in %s: another outcome", at, filepath.Base(dir))
		}
	}
}

// Images are picked, whatever their rank.
func TestResampleImages(t *testing.T) {
	_, y := table(60, 4)
	images := array([]int{60, 2, 2, 1}, make([]float64, 240)...)
	for i := range images.Float64s() {
		images.Float64s()[i] = float64(i % 7)
	}
	fitOn := func(x, y tensor.Tensor, o fit.Options) ([]float64, error) {
		m, err := model.Config{Seed: 3, DType: tensor.Float64}.Sequential(layer.Input{Shape: []int{2, 2, 1}}, layer.Flatten{}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
		mustNot(t, err)
		o.Verbose = fit.Silent
		_, err = compile(t, m, fit.Config{}).Fit(ctx, x, y, o)
		return weights(m), err
	}
	s := sampler.RandomOverSampler{Seed: 5}
	xs, ys, err := s.Resample(ctx, images, y)
	mustNot(t, err)
	want, err := fitOn(xs, ys, fit.Options{})
	mustNot(t, err)
	got, err := fitOn(images, y, fit.Options{Resample: sampler.Resampling{Sampler: s}})
	mustNot(t, err)
	if !slices.Equal(got, want) {
		t.Error("another result than that of images resampled before")
	}
	if _, err = fitOn(images, y, fit.Options{Resample: sampler.Resampling{Sampler: sampler.SMOTE{}}}); err == nil || !strings.Contains(err.Error(), "want a table") {
		t.Errorf("SMOTE on images: %v", err)
	}
}

func TestResampleErrors(t *testing.T) {
	x, y := table(40, 3)
	smote := sampler.Resampling{Sampler: sampler.SMOTE{}}
	for want, o := range map[string]fit.Options{
		"which makes rows that have none": {Resample: smote, SampleWeight: array([]int{40}, make([]float64, 40)...)},
		"no Sampler":                      {Resample: sampler.Resampling{EachEpoch: true}},
		"too few for 90 neighbours":       {Resample: sampler.Resampling{Sampler: sampler.SMOTE{KNeighbors: 90}}},
		"unknown class 7":                 {Resample: sampler.Resampling{Sampler: sampler.SMOTE{}, EachEpoch: true}, ClassWeight: balance.Map{7: 1}},
		"sample weights have shape (39)":  {Resample: sampler.Resampling{Sampler: sampler.RandomUnderSampler{}}, SampleWeight: array([]int{39}, make([]float64, 39)...)},
	} {
		o.Verbose = fit.Silent
		if _, err := compile(t, network(t, 3), fit.Config{}).Fit(ctx, x, y, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one with %q", err, want)
		}
	}
	o := fit.Options{Verbose: fit.Silent, Resample: smote}
	if _, err := compile(t, network(t, 3), fit.Config{}).FitDataset(ctx, streamed{Dataset: tensors(t, x, y, nil), length: 40}, o); err == nil || !strings.Contains(err.Error(), "only tensors in memory") {
		t.Errorf("a stream: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := compile(t, network(t, 3), fit.Config{}).Fit(cancelled, x, y, o); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}

	trainer, err := fit.Compile(heads(t, model.Config{}), headsConfig())
	mustNot(t, err)
	many := fit.Many{X: fit.List{x}, Y: fit.List{y, y}}
	if _, err := trainer.FitMany(ctx, many, o); err == nil || !strings.Contains(err.Error(), `outputs ["o1" "o2"]: a sampler takes one x and one y`) {
		t.Errorf("two outputs: %v", err)
	}
}

func TestResampleNotices(t *testing.T) {
	x, y := table(40, 3)
	for want, o := range map[string]fit.Options{
		"count the resampled rows":     {Resample: sampler.Resampling{Sampler: sampler.SMOTE{}}, ClassWeight: balance.Auto{}},
		"every epoch has the same":     {Resample: sampler.Resampling{Sampler: sampler.TomekLinks{}, EachEpoch: true}},
		"not shuffled over the whole ": {Resample: sampler.Resampling{Sampler: sampler.TomekLinks{}}, Shuffle: data.ShuffleOff},
	} {
		log, text := recorder()
		o.Verbose, o.Epochs = fit.Silent, 3
		_, err := compile(t, network(t, 3), fit.Config{Logger: log}).Fit(ctx, x, y, o)
		mustNot(t, err)
		if strings.Count(text.String(), want) != 1 {
			t.Errorf("notices %q, expected one with %q", text, want)
		}
	}
}
