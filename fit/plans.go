package fit

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// mode is what a plan computes.
type mode int

const (
	toPredict mode = iota // predictions
	toTest                // predictions and loss, in inference mode
	toTrain               // predictions, loss and gradients
)

// plan is a compiled model for one mode and batch size, its arrays at hand.
type plan struct {
	*engine.Plan
	mode    mode
	n       int           // rows of a batch
	x, y, w *tensor.Dense // inputs to fill; y and w are nil when predicting
	out     *tensor.Dense // predictions
	losses  *tensor.Dense // one for each row of the loss, unweighted
	perRow  int           // rows of the loss for each sample
}

// plans keeps the plans of a model, the last used first.
type plans struct{ recent []*plan }

// maxPlans is enough for a fit with full and last batches in training and
// validation, and for predictions beside it.
const maxPlans = 8

func (ps *plans) get(t *Trainer, m mode, n int) (*plan, error) {
	for i, p := range ps.recent {
		if p.mode == m && p.n == n {
			copy(ps.recent[1:i+1], ps.recent[:i])
			ps.recent[0] = p
			return p, nil
		}
	}
	p, err := t.build(m, n)
	if err != nil {
		return nil, err
	}
	if len(ps.recent) < maxPlans {
		ps.recent = append(ps.recent, nil)
	}
	copy(ps.recent[1:], ps.recent)
	ps.recent[0] = p
	return p, nil
}

func (t *Trainer) build(m mode, n int) (*plan, error) {
	p := &plan{mode: m, n: n, perRow: tensor.Shape(t.target.Rows).TotalSize()}
	var x, y, w, out, sum *engine.Tensor
	var err error
	p.Plan, err = engine.Build(t.model.DType(), m == toTrain, &t.state, func(g *engine.Graph) (cost *engine.Tensor, keep []*engine.Tensor, err error) {
		if x, err = g.Input("inputs", batchOf(n, t.model.InputShape())); err != nil {
			return nil, nil, err
		}
		if out, err = t.model.Apply(g, x); err != nil {
			return nil, nil, err
		}
		keep = []*engine.Tensor{x, out}
		if m == toPredict {
			return nil, keep, nil
		}
		shape := batchOf(n, t.target.Shape)
		if t.target.Form == loss.Indices {
			shape = tensor.Shape{n * p.perRow} // one index for each row of the loss
		}
		if y, err = g.Input("targets", shape); err != nil {
			return nil, nil, err
		}
		if w, err = g.Input("weights", tensor.Shape{n * p.perRow}); err != nil {
			return nil, nil, err
		}
		term, err := t.loss.Term(g, out, y, w)
		if err != nil {
			return nil, nil, err
		}
		sum, p.losses = term.Sum, term.Rows
		return sum, append(keep, y, w), nil
	})
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	p.x, p.out = p.Dense(x), p.Dense(out)
	if m != toPredict {
		p.y, p.w = p.Dense(y), p.Dense(w)
	}
	return p, nil
}

func batchOf(n int, sample []int) tensor.Shape { return append(tensor.Shape{n}, sample...) }
