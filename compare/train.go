package compare

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/balance/calibrate"
	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"gorgonia.org/tensor"
)

// outcome is what a strategy did on a fold.
type outcome struct {
	Strategy string
	Fold     int
	Scores   []float32 // of the test rows
	// Threshold is best for F1 on the inner rows, which the network that was
	// asked had not seen.
	Threshold float64
	Weights   [2]float64 // that prior correction undoes
	Trained   int        // rows after sampling
	Seconds   float64    // to sample and train on the whole training fold
	Loss      []float64  // of each epoch, in training on the whole training fold
	InnerLoss []float64  // of each epoch, in training for the threshold
	InnerVal  []float64  // the loss on the inner rows, which have no weights
}

// train trains twice: on most of the training fold to choose a threshold on the
// rest, and on all of it for the test fold.
func (c *comparison) train(ctx context.Context, s *Strategy, f *fold) (*outcome, error) {
	inner, err := c.fit(ctx, s, f, &f.inner)
	if err != nil {
		return nil, err
	}
	out := &outcome{Strategy: s.Name, Fold: f.index, InnerLoss: inner.history.Values["loss"], InnerVal: inner.history.Values["val_loss"]}
	y := widen(f.inner.test.y)
	if out.Threshold, _, err = (calibrate.FBeta{}).Threshold(y, widen(inner.scores), nil); err != nil {
		return nil, err
	}
	outer, err := c.fit(ctx, s, f, &f.outer)
	if err != nil {
		return nil, err
	}
	out.Scores, out.Weights, out.Trained, out.Seconds = outer.scores, outer.weights, outer.trained, outer.seconds
	out.Loss = outer.history.Values["loss"]
	return out, nil
}

// fitted is one training.
type fitted struct {
	history *fit.History
	scores  []float32 // of the test rows of the split
	weights [2]float64
	trained int
	seconds float64
}

// fit trains on one side of a split and predicts the other. The loss on the
// inner test rows is recorded; the outer ones are not looked at.
func (c *comparison) fit(ctx context.Context, s *Strategy, f *fold, at *split) (*fitted, error) {
	start := time.Now()
	train, err := s.resample(ctx, &at.train, f.sampling)
	if err != nil {
		return nil, err
	}
	counts := train.counts()
	out := &fitted{trained: train.n}
	if out.weights, err = s.weights(at.train.counts(), counts); err != nil {
		return nil, err
	}
	trainer, err := c.compile(s, train.layout, counts, f.seed)
	if err != nil {
		return nil, err
	}
	source, err := data.NewMany(train.inputs(), []tensor.Tensor{train.targets()}, nil)
	if err != nil {
		return nil, err
	}
	var set data.Dataset = source
	if s.BalancedBatches {
		set = data.ClassBalanced{Source: source}
	}
	test, err := data.NewMany(at.test.inputs(), []tensor.Tensor{at.test.targets()}, nil)
	if err != nil {
		return nil, err
	}
	o := fit.Options{BatchSize: c.BatchSize, Epochs: c.Epochs, ClassWeight: s.ClassWeight, Verbose: fit.Silent}
	if at == &f.inner {
		o.ValidationData, o.ValidationBatchSize = &fit.Validation{Dataset: test}, predictBatch
	}
	if out.history, err = trainer.FitDataset(ctx, set, o); err != nil {
		return nil, err
	}
	out.seconds = time.Since(start).Seconds()
	p, err := trainer.PredictDataset(ctx, test, fit.PredictOptions{BatchSize: predictBatch})
	if err != nil {
		return nil, err
	}
	out.scores = p.Float32s()
	return out, nil
}

const predictBatch = 1024

// resample returns the rows that a strategy trains on.
func (s *Strategy) resample(ctx context.Context, r *rows, seed uint32) (*rows, error) {
	if s.Sampler == nil {
		return r, nil
	}
	d := Draw{Seed: seed, Ratio: s.Ratio}
	if s.Ratio == HalfWay {
		n := r.counts()
		d.Ratio = math.Sqrt(min(n[0], n[1]) / max(n[0], n[1]))
	}
	x, back := r.wide, r.narrow
	if s.Coded {
		if len(r.categories) == 0 {
			return nil, errors.New("no column is text, expected some for a sampler of categories: use smote")
		}
		for j := range r.categories {
			d.Categorical = append(d.Categorical, r.plain+j)
		}
		x, back = r.coded, r.decoded
	}
	with, err := s.Sampler(d)
	if err != nil {
		return nil, err
	}
	if _, only := with.(sampler.SMOTEN); only && r.plain > 0 {
		return nil, fmt.Errorf("%d columns are numbers, expected text alone: use smotenc", r.plain)
	}
	xs, ys, err := with.Resample(ctx, x(), r.targets())
	if err == nil {
		if n := countsOf(ys.Float32s()); n[0] == 0 || n[1] == 0 {
			err = fmt.Errorf("the sampler leaves %v rows of class 0 and %v of class 1, expected some of each", n[0], n[1])
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w (or leave the strategy out)", err)
	}
	out := back(xs, ys)
	return out, nil
}

// weights are what prior correction undoes: how much more a row of either class
// counts in training than in the data. before and after are the rows of the
// classes in front of and behind the sampler.
func (s *Strategy) weights(before, after [2]float64) ([2]float64, error) {
	w := [2]float64{after[0] / before[0], after[1] / before[1]}
	total := after[0] + after[1]
	if s.BalancedBatches {
		w = [2]float64{1 / before[0], 1 / before[1]}
	}
	if s.ClassWeight != nil {
		class, err := s.ClassWeight.Weights(balance.Counts{{Class: 0, N: int(after[0])}, {Class: 1, N: int(after[1])}})
		if err != nil {
			return w, err
		}
		for k := range w {
			if v, given := class[k]; given {
				w[k] *= v
			}
		}
	}
	if s.Loss == LogitAdjusted {
		for k := range w {
			w[k] *= math.Pow(total/after[k], s.tau())
		}
	}
	for k, v := range w {
		if !(v > 0) || math.IsInf(v, 1) {
			return w, fmt.Errorf("class %d counts for %v in training, expected a number above 0", k, v)
		}
	}
	return w, nil
}

// exact says whether prior correction undoes the strategy exactly: class
// weights, rows taken or left out at random, balanced batches, adjusted logits
// and focal loss. Rows that were made, or cleaned out by their neighbours,
// change more than the shares of the classes.
func (s *Strategy) exact() bool {
	if _, late := s.ClassWeight.(balance.Deferred); late {
		return false
	}
	if s.Sampler == nil {
		return true
	}
	made, err := s.Sampler(Draw{})
	if over, ok := made.(sampler.RandomOverSampler); ok && err == nil {
		return over.Shrinkage == nil
	}
	_, under := made.(sampler.RandomUnderSampler)
	return under
}

// correct undoes what the strategy did to probabilities.
func (s *Strategy) correct(p []float32, weights [2]float64) ([]float32, error) {
	wide := widen(p)
	var err error
	if s.Loss == Focal {
		if wide, err = (calibrate.FocalCorrection{Gamma: s.gamma()}).Binary(wide); err != nil {
			return nil, err
		}
	}
	if wide, err = (calibrate.PriorCorrection{Weights: weights[:]}).Binary(wide); err != nil {
		return nil, err
	}
	out := make([]float32, len(p))
	for i, v := range wide {
		out[i] = float32(v)
	}
	return out, nil
}
