package fit

import (
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// forward runs the plan of a mode on a batch: predictions, loss and, in
// training, gradients. It returns the batch's loss, divided as the reduction
// says, and what the gradients are still to be divided by.
func (t *Trainer) forward(m mode, f feed) (p *plan, value, denominator float64, err error) {
	if p, err = t.planOf(m, f.n); err != nil {
		return nil, 0, 0, err
	}
	p.profiled = t.profiled
	if err := p.run(f); err != nil {
		return nil, 0, 0, err
	}
	for i, h := range p.heads {
		if h.loss == nil {
			continue
		}
		h.output.weights = h.output.weights[:0]
		if w := h.asGiven(f.weight(i)); w != nil && h.needsWeights() {
			h.output.weights = widen(h.output.weights, w)
		}
		h.denominator = h.loss.Reduces().Denominator(p.n*h.rows, h.output.weights, h.counts)
		h.value = loss.Quotient(weightedSum(h.losses, h.w), h.denominator)
		value += h.weight * h.value
		denominator = h.denominator
	}
	if !t.summed {
		return p, value, denominator, nil
	}
	value += p.added() + t.regularize(nil)
	if p.second == nil || math.IsNaN(value) || math.IsInf(value, 0) {
		return p, value, 1, nil
	}
	return p, value, 1, p.backward()
}

// trainStep takes one step on a batch and counts it in the metrics, which see
// the predictions made before the weights moved, as in Keras.
func (t *Trainer) trainStep(f feed) error {
	if len(t.trained) == 0 {
		return errNothingToTrain
	}
	t.state.Step = uint64(t.stepper.Iterations())
	p, value, denominator, err := t.forward(toTrain, f)
	if err != nil {
		return err
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return &DivergedError{Loss: value}
	}
	for i, param := range t.trained {
		t.grads[i] = p.grad(param)
	}
	if t.summed {
		t.regularize(t.grads)
	}
	scale := 0. // a batch that weighs nothing has no gradient; momentum and decay go on
	if denominator != 0 {
		scale = 1 / denominator
	}
	if err := t.stepper.Step(t.grads, scale); err != nil {
		return fmt.Errorf("fit: %w", err)
	}
	if t.constrained {
		t.constrain()
	}
	return t.metrics.update(p, value)
}

// testStep evaluates a batch.
func (t *Trainer) testStep(f feed) error {
	p, value, _, err := t.forward(toTest, f)
	if err != nil {
		return err
	}
	return t.metrics.update(p, value)
}

// DivergedError stops a fit whose loss became NaN or infinite. The weights are
// those from before the batch.
type DivergedError struct {
	Loss         float64
	Epoch, Batch int // counted from 0; both 0 for TrainOnBatch
}

// Error implements error.
func (e *DivergedError) Error() string {
	return fmt.Sprintf("fit: the loss became %v in epoch %d, batch %d (counted from 0): "+
		"lower the learning rate, or look for huge values in x or in the weights", e.Loss, e.Epoch, e.Batch)
}

func weightedSum(losses, weights *tensor.Dense) float64 {
	if losses.Dtype() == tensor.Float32 {
		return kernel.Dot(losses.Float32s(), weights.Float32s())
	}
	return kernel.Dot(losses.Float64s(), weights.Float64s())
}
