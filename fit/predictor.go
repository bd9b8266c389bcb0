package fit

import (
	"errors"
	"fmt"
)

// Predictor predicts one row at a time, for services. It is safe for use by
// several goroutines at once, as long as the model is not being trained.
type Predictor struct {
	trainer *Trainer
	idle    chan *plan
	in, out int // elements of a row and of a prediction
}

// Predictor makes a predictor of the model.
func (t *Trainer) Predictor() (*Predictor, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	if len(t.model.InputNames()) > 1 || len(t.outputs) > 1 {
		return nil, fmt.Errorf("fit: a predictor of single rows takes a model of one input and one output, got %q and %q", t.model.InputNames(), t.model.OutputNames())
	}
	if t.model.BatchSize() > 0 {
		return nil, errors.New("fit: a predictor of single rows takes no model whose layers keep states between batches")
	}
	p := &Predictor{trainer: t, idle: make(chan *plan, 64), in: 1, out: 1}
	for _, n := range t.model.InputShape() {
		p.in *= n
	}
	for _, n := range t.model.OutputShape() {
		p.out *= n
	}
	first, err := t.build(toPredict, 1)
	if err != nil {
		return nil, err
	}
	p.idle <- first
	return p, nil
}

// Predict returns the model's output for one row, flat in row-major order. It
// allocates nothing but the result.
func (p *Predictor) Predict(row []float32) ([]float32, error) {
	out := make([]float32, p.out)
	return out, p.PredictTo(out, row)
}

// PredictTo is [Predictor.Predict] with memory for the result.
func (p *Predictor) PredictTo(out, row []float32) error {
	if len(row) != p.in || len(out) != p.out {
		return fmt.Errorf("fit: a row of %d numbers and room for %d, expected %d and %d", len(row), len(out), p.in, p.out)
	}
	var own *plan
	select {
	case own = <-p.idle:
	default:
		var err error
		if own, err = p.trainer.build(toPredict, 1); err != nil {
			return err
		}
	}
	s := own.parts[0]
	setFloats(s.xs[0], row)
	err := s.Run()
	if err == nil {
		getFloats(out, s.shares[0].ownOut)
	} else {
		err = fmt.Errorf("fit: %w", err)
	}
	select {
	case p.idle <- own:
	default:
	}
	return err
}
