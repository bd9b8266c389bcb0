package main

import (
	"context"
	"slices"
	"time"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

func predictWorkloads() []workload {
	layers := dense(layer.Sigmoid, 64, 32, 1)
	return []workload{
		{"predict-one", loss.BinaryCrossentropy{}, layers, predictOne},
		{"predict-bulk", loss.BinaryCrossentropy{}, layers, predictBulk},
	}
}

// predictOne measures the median time of predicting one row.
func predictOne(w workload, s *spec) (*result, error) {
	r, trainer, err := predicting(w, s)
	if err != nil {
		return nil, err
	}
	row, err := data.Rows(s.X.values, 0, 1)
	if err != nil {
		return nil, err
	}
	calls := 20000
	if s.Quick {
		calls = 200
	}
	seconds, err := medianTime(calls, func() error {
		_, err := trainer.Predict(context.Background(), row, fit.PredictOptions{})
		return err
	})
	r.RowsPerSecond = 1 / seconds
	return r, err
}

// predictBulk measures predicting all rows, at the best of some batch sizes.
func predictBulk(w workload, s *spec) (*result, error) {
	r, trainer, err := predicting(w, s)
	if err != nil {
		return nil, err
	}
	times := 9
	if s.Quick {
		times = 3
	}
	for _, size := range []int{2048, 8192, 65536, s.X.rows()} {
		seconds, err := medianTime(times, func() error {
			_, err := trainer.Predict(context.Background(), s.X.values, fit.PredictOptions{BatchSize: size})
			return err
		})
		if err != nil {
			return nil, err
		}
		r.RowsPerSecond = max(r.RowsPerSecond, float64(s.X.rows())/seconds)
	}
	return r, nil
}

// predicting returns a trainer, and a result with the mean prediction in the
// place of a loss.
func predicting(w workload, s *spec) (*result, *fit.Trainer, error) {
	trainer, err := w.trainer(s.X.sample(), s.initial())
	if err != nil {
		return nil, nil, err
	}
	p, err := trainer.Predict(context.Background(), s.X.values, fit.PredictOptions{BatchSize: 2048})
	if err != nil {
		return nil, nil, err
	}
	return &result{Loss: mean(p)}, trainer, nil
}

func mean(d *tensor.Dense) float64 {
	var sum float64
	for _, v := range d.Float32s() {
		sum += float64(v)
	}
	return sum / float64(len(d.Float32s()))
}

// medianTime returns the median seconds of a call, after a tenth as many calls
// that do not count.
func medianTime(calls int, f func() error) (float64, error) {
	took := make([]float64, calls)
	for i := -(calls/10 + 1); i < calls; i++ {
		start := time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		if i >= 0 {
			took[i] = time.Since(start).Seconds()
		}
	}
	return median(took), nil
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}
