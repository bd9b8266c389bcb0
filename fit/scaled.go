package fit

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// A loss that is a sum, over several outputs or with what layers add, has a
// divisor of its own for each term, and some follow from masks that the forward
// pass finds. So such a plan runs in two halves: first what does not depend on
// the divisors, in all parts; then the factors of the terms are set, and the
// gradients are computed.

// add makes the cost, Σ factor·term.
func (p *plan) add(g *engine.Graph, terms []*engine.Tensor) (*engine.Tensor, error) {
	if p.factors == nil {
		p.factors = tensor.New(tensor.Of(g.DType), tensor.WithShape(len(terms)))
	}
	in, err := g.InputOver("factors", p.factors)
	if err != nil {
		return nil, err
	}
	g.Late(in)
	o, err := op.FactoredSum(g.DType, op.FactoredSumConfig{Layer: "loss", Terms: len(terms)})
	if err != nil {
		return nil, err
	}
	return g.Apply(o, append([]*engine.Tensor{in}, terms...)...)
}

// penalty adds up what layers add, nil for nothing.
func penalty(g *engine.Graph) (*engine.Tensor, error) {
	all := g.Penalties()
	if len(all) < 2 {
		return append(all, nil)[0], nil
	}
	o, err := op.Add(g.DType, op.AddConfig{Layer: "loss", Shape: tensor.ScalarShape(), Terms: len(all)})
	if err != nil {
		return nil, err
	}
	return g.Apply(o, all...)
}

// backward sets the factors and computes the gradients of a batch.
func (p *plan) backward() error {
	at := 0
	set := func(v float64) {
		if p.factors.Dtype() == tensor.Float32 {
			p.factors.Float32s()[at] = float32(v)
		} else {
			p.factors.Float64s()[at] = v
		}
		at++
	}
	for _, h := range p.heads {
		switch {
		case h.loss == nil:
		case h.denominator == 0: // a batch that weighs nothing moves nothing
			set(0)
		default:
			set(h.weight / h.denominator)
		}
	}
	if p.parts[0].penalty != nil {
		set(1 / float64(p.n))
	}
	p.second.Run()
	return p.finish()
}

// added returns what the layers add to the loss of a batch, for their outputs.
func (p *plan) added() float64 {
	sum := 0.
	for _, s := range p.parts {
		if s.penalty != nil {
			sum += s.Scalar(s.penalty)
		}
	}
	return sum / float64(p.n)
}

// regularize returns the penalties of the weights and, where grads is not nil,
// adds their gradients to it.
func (t *Trainer) regularize(grads []*tensor.Dense) float64 {
	sum := 0.
	for i, param := range t.trained {
		if param.Regularizer == nil {
			continue
		}
		var grad *tensor.Dense
		if grads != nil {
			grad = grads[i]
		}
		sum += param.Regularizer.Penalty(param.Value, grad, 1)
	}
	return sum
}

// constrain moves weights back to where their constraints want them.
func (t *Trainer) constrain() {
	for _, param := range t.trained {
		if param.Constraint != nil {
			param.Constraint.Constrain(param.Value)
		}
	}
}

// maskedWeights multiplies the weights of the rows of a loss by the mask of the
// predictions. It returns the mask in the shape of the rows, too.
func maskedWeights(g *engine.Graph, pred, w *engine.Tensor) (weights, mask *engine.Tensor, err error) {
	if mask = pred.Mask; mask.Shape.TotalSize() != w.Shape.TotalSize() {
		return nil, nil, fmt.Errorf("expected a mask of as many numbers as the loss has rows, %d, got shape %v", w.Shape.TotalSize(), mask.Shape)
	}
	if len(mask.Shape) > 1 {
		o, err := op.Reshape(g.DType, op.ReshapeConfig{Layer: "loss", X: mask.Shape, Y: w.Shape})
		if err != nil {
			return nil, nil, err
		}
		if mask, err = g.Apply(o, mask); err != nil {
			return nil, nil, err
		}
	}
	o, err := op.MultiplyRows(g.DType, op.MultiplyRowsConfig{Layer: "loss", X: w.Shape, Factors: mask.Shape})
	if err != nil {
		return nil, nil, err
	}
	weights, err = g.Apply(o, w, mask)
	return weights, mask, err
}
