package main

import (
	"context"
	"math"

	"gorgonia.org/tensor"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/layer"
)

// method is a way to train on a long tail.
type method struct {
	name     string
	loss     func(counts []float64) loss.Loss // cross-entropy if nil
	weights  balance.ClassWeight
	balanced bool // batches with as many of each class
	cosine   bool // a last layer of cosines, which margins want
	adjust   bool // logits of the trained network, by the shares of classes
}

func methods(epochs int) []method {
	ldam := func(counts []float64) loss.Loss { return loss.LDAM{Counts: counts, FromLogits: true} }
	late := balance.Deferred{Epochs: epochs * 4 / 5}
	return []method{
		{name: "plain"},
		{name: "class weights, auto", weights: balance.Auto{}},
		{name: "class weights, effective .999", weights: balance.EffectiveNumber{Beta: .999}},
		{name: "class weights, deferred", weights: late},
		{name: "class-balanced batches", balanced: true},
		{name: "plain, cosines", cosine: true, loss: func([]float64) loss.Loss {
			return loss.LDAM{Counts: equal, FromLogits: true, MaxMargin: loss.Zero}
		}},
		{name: "LDAM", cosine: true, loss: ldam},
		{name: "LDAM, deferred weights", cosine: true, loss: ldam, weights: late},
		{name: "logit adjustment, loss", loss: func(counts []float64) loss.Loss {
			return loss.BalancedSoftmax{Counts: counts, FromLogits: true}
		}},
		{name: "logit adjustment, afterwards", adjust: true},
	}
}

// equal are counts that give each class the same margin.
var equal = []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}

func (m method) network(seed uint64) (*model.Model, error) {
	hidden := []layer.Layer{
		layer.Input{Shape: []int{side * side}},
		layer.Dense{Units: 128, Activation: layer.ReLU},
		layer.Dense{Units: 64, Activation: layer.ReLU},
	}
	if m.cosine {
		return model.NewFromSeed(seed, append(hidden, layer.UnitNormalization{},
			layer.Dense{Units: digits, NoBias: true, KernelConstraint: constraint.UnitNorm{}})...)
	}
	return model.NewFromSeed(seed, append(hidden, layer.Dense{Units: digits})...)
}

// groups are shares of test images that are taken for another digit, over all
// digits and over those of one frequency.
type groups struct{ all, frequent, between, rare float64 }

// run trains a network and says how often it errs.
func (m method) run(ctx context.Context, trained, tested images, epochs int, seed uint64) (groups, error) {
	counts := trained.counts()
	var of loss.Loss = loss.SparseCategoricalCrossentropy{FromLogits: true}
	if m.loss != nil {
		of = m.loss(counts)
	}
	network, err := m.network(seed)
	if err != nil {
		return groups{}, err
	}
	trainer, err := fit.Compile(network, fit.Config{Optimizer: optimizer.Adam{LearningRate: .002}, Loss: of})
	if err != nil {
		return groups{}, err
	}
	x, y := trained.tensors()
	rows, err := data.NewTensors(x, y, nil)
	if err != nil {
		return groups{}, err
	}
	var source data.Dataset = rows
	if m.balanced {
		source = data.ClassBalanced{Source: rows}
	}
	o := fit.Options{Epochs: epochs, BatchSize: 64, ClassWeight: m.weights, Verbose: fit.Silent}
	if _, err := trainer.FitDataset(ctx, source, o); err != nil {
		return groups{}, err
	}
	x, _ = tested.tensors()
	logits, err := trainer.Predict(ctx, x, fit.PredictOptions{BatchSize: 1000})
	if err != nil {
		return groups{}, err
	}
	if !m.adjust {
		counts = equal
	}
	return wrong(logits, counts, tested.labels), nil
}

// wrong decides for the digit with the largest z - ln n, Menon et al.'s rule for
// a balanced test, and counts errors. The same n for all digits leaves z alone.
func wrong(logits *tensor.Dense, n []float64, labels []int) groups {
	z := logits.Data().([]float32)
	var errors, images [digits]float64
	for i, label := range labels {
		best, top := 0, math.Inf(-1)
		for c := range digits {
			if v := float64(z[i*digits+c]) - math.Log(n[c]); v > top {
				best, top = c, v
			}
		}
		images[label]++
		if best != label {
			errors[label]++
		}
	}
	share := func(from, to int) float64 {
		sum, seen := 0., 0.
		for c := from; c < to; c++ {
			if images[c] > 0 {
				sum += errors[c] / images[c]
				seen++
			}
		}
		return sum / max(1, seen)
	}
	return groups{all: share(0, digits), frequent: share(0, 3), between: share(3, 7), rare: share(7, digits)}
}
