package main

import (
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// workload is a network and what to measure with it.
type workload struct {
	name    string
	loss    loss.Loss
	layers  []layer.Layer // without the input
	measure func(workload, *spec) (*result, error)
}

// result is what one run found.
type result struct {
	RowsPerSecond float64   `json:"rows_per_second"`
	Loss          float64   `json:"loss"`
	EpochSeconds  []float64 `json:"epoch_seconds,omitempty"`
}

func workloads() []workload {
	return slices.Concat(denseWorkloads(), sequenceWorkloads(), imageWorkloads(), predictWorkloads())
}

func find(name string) (workload, error) {
	all := workloads()
	i := slices.IndexFunc(all, func(w workload) bool { return w.name == name })
	if i < 0 {
		return workload{}, fmt.Errorf("workload %q is not here yet", name)
	}
	return all[i], nil
}

// trainer compiles the network for samples of a shape; initial weights are the
// model's own where none are given.
func (w workload) trainer(sample []int, initial []*tensor.Dense) (*fit.Trainer, error) {
	m, err := model.Sequential(append([]layer.Layer{layer.Input{Shape: sample}}, w.layers...)...)
	if err != nil {
		return nil, err
	}
	if initial != nil {
		if err := m.SetWeights(initial); err != nil {
			return nil, err
		}
	}
	return fit.Compile(m, fit.Config{
		Optimizer: optimizer.Adam{}, Loss: w.loss, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
}
