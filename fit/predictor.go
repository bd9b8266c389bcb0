package fit

import (
	"errors"
	"fmt"
)

// Predictor predicts rows as they come, for services. It is safe for use by
// several goroutines at once, as long as the model is not being trained.
type Predictor struct {
	trainer *Trainer
	idle    chan *plan
	in, out []int // numbers of a row, for each input, and of a prediction, for each output
}

// Predictor makes a predictor of the model. A model whose layers keep states
// between batches is an error: its predictions depend on those before.
func (t *Trainer) Predictor() (*Predictor, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	if t.model.BatchSize() > 0 {
		return nil, errors.New("fit: a predictor of single rows takes no model whose layers keep states between batches")
	}
	p := &Predictor{trainer: t, idle: make(chan *plan, 64)}
	for _, shape := range t.model.InputShapes() {
		p.in = append(p.in, volume(shape))
	}
	for _, o := range t.outputs {
		p.out = append(p.out, volume(o.shape))
	}
	first, err := t.build(toPredict, 1)
	if err != nil {
		return nil, err
	}
	p.idle <- first
	return p, nil
}

func volume(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Predict returns the model's output for one row, or for several that stand one
// after the other, flat in row-major order. It allocates nothing but the result.
// The model has one input and one output.
func (p *Predictor) Predict(rows []float32) ([]float32, error) {
	if err := p.single(); err != nil {
		return nil, err
	}
	out := make([]float32, max(1, len(rows)/p.in[0])*p.out[0])
	if err := p.PredictTo(out, rows); err != nil {
		return nil, err
	}
	return out, nil
}

// PredictTo is [Predictor.Predict] with memory for the result.
func (p *Predictor) PredictTo(out, rows []float32) error {
	if err := p.single(); err != nil {
		return err
	}
	n := len(rows) / p.in[0]
	if n == 0 || len(rows) != n*p.in[0] || len(out) != n*p.out[0] {
		return fmt.Errorf("fit: rows of %d numbers and room for %d, expected %d and %d for each row", len(rows), len(out), p.in[0], p.out[0])
	}
	own, err := p.take()
	if err != nil {
		return err
	}
	defer p.give(own)
	s := own.parts[0]
	for i := range n {
		setFloats(s.xs[0], rows[i*p.in[0]:(i+1)*p.in[0]])
		if err := s.Run(); err != nil {
			return fmt.Errorf("fit: %w", err)
		}
		getFloats(out[i*p.out[0]:(i+1)*p.out[0]], s.shares[0].ownOut)
	}
	return nil
}

// PredictMany is [Predictor.Predict] for a model of several inputs or outputs:
// it takes one row for each input, in the order of the model's inputs, and
// returns one prediction for each output.
func (p *Predictor) PredictMany(rows ...[]float32) ([][]float32, error) {
	outs := make([][]float32, len(p.out))
	for i, n := range p.out {
		outs[i] = make([]float32, n)
	}
	if err := p.PredictManyTo(outs, rows); err != nil {
		return nil, err
	}
	return outs, nil
}

// PredictManyTo is [Predictor.PredictMany] with memory for the results.
func (p *Predictor) PredictManyTo(outs, rows [][]float32) error {
	if err := fits("rows for inputs", rows, p.in); err != nil {
		return err
	}
	if err := fits("room for outputs", outs, p.out); err != nil {
		return err
	}
	own, err := p.take()
	if err != nil {
		return err
	}
	defer p.give(own)
	s := own.parts[0]
	for i, row := range rows {
		setFloats(s.xs[i], row)
	}
	if err := s.Run(); err != nil {
		return fmt.Errorf("fit: %w", err)
	}
	for i, out := range outs {
		getFloats(out, s.shares[i].ownOut)
	}
	return nil
}

// fits compares lengths.
func fits(what string, lists [][]float32, want []int) error {
	same := len(lists) == len(want)
	for i := range lists {
		same = same && len(lists[i]) == want[i]
	}
	if same {
		return nil
	}
	got := make([]int, len(lists))
	for i, l := range lists {
		got[i] = len(l)
	}
	return fmt.Errorf("fit: %s have %d numbers, expected %d", what, got, want)
}

// single judges whether the model has one input and one output.
func (p *Predictor) single() error {
	if len(p.in) > 1 || len(p.out) > 1 {
		m := p.trainer.model
		return fmt.Errorf("fit: the model has inputs %q and outputs %q: expected PredictMany", m.InputNames(), m.OutputNames())
	}
	return nil
}

// take returns a plan that nobody else uses.
func (p *Predictor) take() (*plan, error) {
	select {
	case own := <-p.idle:
		return own, nil
	default:
		return p.trainer.build(toPredict, 1)
	}
}

// give keeps a plan for the next one.
func (p *Predictor) give(own *plan) {
	select {
	case p.idle <- own:
	default:
	}
}
