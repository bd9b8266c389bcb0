package main

import (
	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/model/layer"
)

// detector is a kind of model trained with a weighting strategy.
type detector struct {
	model    network
	strategy strategy
	seeds    int
}

// network is an architecture and how it is trained.
type network struct {
	name         string
	layers       []layer.Layer
	learningRate float64
	batch        int
	epochs       int
}

// strategy says how rows are weighted.
type strategy struct {
	name     string
	class    balance.ClassWeight
	byAmount bool // sample weights: a transaction weighs what it is worth
	corrects bool // takes the weights out of the predictions afterwards
}

var strategies = []strategy{
	{name: "unweighted"},
	{name: "class weight 1:50", class: balance.Map{0: 1, 1: 50}},
	{name: "auto", class: balance.Auto{}},
	{name: "auto, prior corrected", class: balance.Auto{}, corrects: true},
	{name: "log-damped 0.15", class: balance.LogDamped{Mu: 0.15}},
	// The class weights are there to show that sample weights win: they have
	// no effect, and the fit says so.
	{name: "by amount", class: balance.Map{0: 1, 1: 50}, byAmount: true},
}

// detectors pairs the architectures with the strategies.
func detectors(s settings) []detector {
	input := layer.Input{Shape: []int{15}}
	out := layer.Dense{Units: 1, Activation: layer.Sigmoid}
	networks := []network{
		{
			name: "logistic", learningRate: 0.02, batch: 1024, epochs: 3 * s.epochs / 2,
			layers: []layer.Layer{input, out},
		}, {
			name: "64-32", learningRate: 1e-3, batch: 256, epochs: s.epochs,
			layers: []layer.Layer{
				input, layer.Dense{Units: 64, Activation: layer.ReLU}, layer.Dense{Units: 32, Activation: layer.ReLU}, out,
			},
		},
	}
	if s.full {
		hidden := layer.Dense{Units: 500, Activation: layer.ReLU}
		networks[1] = network{
			name: "500-500", learningRate: 1e-3, batch: 64, epochs: s.epochs,
			layers: []layer.Layer{input, hidden, layer.Dropout{Rate: 0.2}, hidden, layer.Dropout{Rate: 0.2}, out},
		}
	}
	var all []detector
	for i, n := range networks {
		seeds := 1 // a logistic regression has one optimum
		if i > 0 {
			seeds = s.seeds
		}
		for _, st := range strategies {
			all = append(all, detector{n, st, seeds})
		}
	}
	return all
}
