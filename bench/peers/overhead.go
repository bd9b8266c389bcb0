package main

import (
	"context"
	"time"

	"github.com/counterweight-go/counterweight/fit"
	"gorgonia.org/tensor"
)

// percent is what weights add to a fit.
type percent struct {
	Percent float64 `json:"percent"`
	Pairs   int     `json:"pairs"`
}

// overhead times the workload's fit with and without weights, in pairs whose
// order changes, and returns what the median pair differs by. Checking the
// arguments and resolving the weights are part of each fit; short fits are
// repeated. A workload without weights gets some for each row.
func (w workload) overhead(s *spec) (*percent, error) {
	trainer, err := w.trainer(s.X.sample(), s.initial())
	if err != nil {
		return nil, err
	}
	weighted := s.options()
	if weighted.ClassWeight == nil && weighted.SampleWeight == nil {
		weighted.SampleWeight = ramp(s.X.rows())
	}
	weighted.Epochs = s.Epochs
	plain := fit.Options{BatchSize: s.Batch, Epochs: s.Epochs, Verbose: fit.Silent}
	repeats := 1
	train := func(o fit.Options) (seconds float64, err error) {
		start := time.Now()
		for range repeats {
			if _, err := trainer.Fit(context.Background(), s.X.values, s.Y.values, o); err != nil {
				return 0, err
			}
		}
		return time.Since(start).Seconds(), nil
	}
	if _, err := train(weighted); err != nil { // builds the plans
		return nil, err
	}
	fewest, budget := 5, 20*time.Second
	if s.Quick {
		fewest, budget = 2, 0
	} else if took, err := train(plain); err != nil {
		return nil, err
	} else {
		repeats = int(0.05/took) + 1
	}
	var ratios []float64
	for began := time.Now(); len(ratios) < fewest || len(ratios) < 101 && time.Since(began) < budget; {
		first, second := plain, weighted
		swapped := len(ratios)%2 == 1
		if swapped {
			first, second = second, first
		}
		a, err := train(first)
		if err != nil {
			return nil, err
		}
		b, err := train(second)
		if err != nil {
			return nil, err
		}
		if swapped {
			a, b = b, a
		}
		ratios = append(ratios, b/a)
	}
	return &percent{100 * (median(ratios) - 1), len(ratios)}, nil
}

func ramp(n int) *tensor.Dense {
	w := make([]float32, n)
	for i := range w {
		w[i] = float32(i%7+1) / 4
	}
	return tensor.New(tensor.WithShape(n), tensor.WithBacking(w))
}
