package fit

import (
	"log/slog"
	"strings"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"gorgonia.org/tensor"
)

// running is a fit as its callbacks see it.
type running struct {
	trainer *Trainer
	plan    callback.Plan
	stopped bool
}

func (r *running) Plan() callback.Plan  { return r.plan }
func (r *running) Stop()                { r.stopped = true }
func (r *running) Logger() *slog.Logger { return r.trainer.log }

func (r *running) LearningRate() float64 { return r.trainer.stepper.LearningRate() }

func (r *running) SetLearningRate(rate float64) error {
	return r.trainer.stepper.SetLearningRate(rate)
}

func (r *running) Weights() []*tensor.Dense {
	var values []*tensor.Dense
	for _, w := range r.trainer.model.Weights() {
		values = append(values, w.Value)
	}
	return values
}

func (r *running) SetWeights(values []*tensor.Dense) error {
	return r.trainer.model.SetWeights(values)
}

func (r *running) Direction(key string) metric.Direction {
	return r.trainer.metrics.direction(strings.TrimPrefix(key, "val_"))
}
