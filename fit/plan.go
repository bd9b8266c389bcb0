package fit

import (
	"fmt"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// plan is a compiled model for one mode and batch size. The batch is cut into
// parts, often just one, that are computed side by side.
type plan struct {
	mode     mode
	n        int     // rows of a batch
	heads    []*head // of the outputs
	parts    []*part
	loop     *kernel.Loop
	second   *kernel.Loop  // what has to wait for the factors; nil for nothing
	factors  *tensor.Dense // of the terms of the loss
	feed     feed
	shared   op.Shared
	profiled bool
	trained  []*engine.Param
}

// part is a plan for some rows of the batch.
type part struct {
	*engine.Plan
	lo, hi  int
	rows    []int           // of the arrays that the batch comes from
	xs      []*tensor.Dense // views of the batch's inputs
	shares  []*share        // of its outputs
	penalty *engine.Tensor  // what layers add to the loss; nil for nothing
	dropped []engine.DroppedMask
	err     error
}

// build compiles the model.
func (t *Trainer) build(m mode, n int) (*plan, error) {
	p := &plan{mode: m, n: n, trained: t.trained}
	for _, o := range t.outputs {
		p.heads = append(p.heads, t.newHead(o, m, n))
	}
	var xs []*tensor.Dense
	for _, sample := range t.model.InputShapes() {
		xs = append(xs, tensor.New(tensor.Of(t.model.DType()), tensor.WithShape(batchOf(n, sample)...)))
	}
	cut := t.cut
	cut.Training = m == toTrain
	cut.Together = cut.Together && cut.Training || t.together && m != toPredict
	rows := cut.Rows(n)
	for lo := 0; lo < n; lo += rows {
		part, err := t.buildPart(p, xs, lo, min(lo+rows, n))
		if err != nil {
			return nil, err
		}
		p.parts = append(p.parts, part)
	}
	p.loop = kernel.NewLoop(len(p.parts), 1, func(i, _ int) { p.parts[i].err = p.runPart(p.parts[i]) })
	if p.factors != nil {
		p.second = kernel.NewLoop(len(p.parts), 1, func(i, _ int) { p.parts[i].err = p.parts[i].RunLate(p.profiled) })
	}
	return p, nil
}

func (t *Trainer) buildPart(p *plan, xs []*tensor.Dense, lo, hi int) (*part, error) {
	s := &part{lo: lo, hi: hi, rows: make([]int, hi-lo)}
	for _, x := range xs {
		s.xs = append(s.xs, rowsOf(x, p.n, lo, hi))
	}
	for _, h := range p.heads {
		s.shares = append(s.shares, h.part(p.n, lo, hi))
	}
	var outs, masks []*engine.Tensor
	var err error
	s.Plan, err = engine.Build(t.model.DType(), p.mode == toTrain, &t.state, func(g *engine.Graph) (cost *engine.Tensor, keep []*engine.Tensor, err error) {
		g.FirstRow, g.Shared = lo, &p.shared
		call := layer.Call{Graph: g}
		for i, x := range s.xs {
			in, err := g.InputOver(fmt.Sprint("inputs ", i), x)
			if err != nil {
				return nil, nil, err
			}
			call.Inputs = append(call.Inputs, in)
		}
		if outs, err = t.model.Apply(call); err != nil || p.mode == toPredict {
			return nil, outs, err
		}
		for i, h := range p.heads {
			if h.loss != nil && h.rows > 1 {
				g.DropMask(outs[i], "the loss of "+t.outputs[i].name)
			}
		}
		s.dropped = g.DroppedMasks()
		masks = make([]*engine.Tensor, len(outs))
		var terms []*engine.Tensor
		for i, h := range p.heads {
			if h.loss == nil {
				continue
			}
			sum, err := t.term(g, p, s, i, outs[i], masks)
			if err != nil {
				return nil, nil, err
			}
			terms = append(terms, sum)
		}
		keep = append(keep, outs...)
		for _, m := range masks {
			if m != nil {
				keep = append(keep, m)
			}
		}
		if s.penalty, err = penalty(g); err != nil {
			return nil, nil, err
		}
		if s.penalty != nil {
			terms = append(terms, s.penalty)
			keep = append(keep, s.penalty)
		}
		switch {
		case p.mode == toTest:
			return nil, append(keep, terms...), nil
		case len(terms) == 1 && !t.summed:
			return terms[0], keep, nil
		}
		cost, err = p.add(g, terms)
		return cost, keep, err
	})
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	for i, v := range s.shares {
		v.ownOut = s.Dense(outs[i])
		if masks != nil && masks[i] != nil {
			v.ownMask = s.Dense(masks[i])
		}
	}
	return s, nil
}

// term adds the loss of an output to the graph of a part.
func (t *Trainer) term(g *engine.Graph, p *plan, s *part, i int, out *engine.Tensor, masks []*engine.Tensor) (*engine.Tensor, error) {
	h, v := p.heads[i], s.shares[i]
	y, err := g.InputOver(fmt.Sprint("targets ", i), v.y)
	if err != nil {
		return nil, err
	}
	w, err := g.InputOver(fmt.Sprint("weights ", i), v.w)
	if err != nil {
		return nil, err
	}
	if out.Mask != nil {
		if w, masks[i], err = maskedWeights(g, out, w); err != nil {
			return nil, err
		}
		h.masked(v, p.n, s.lo, s.hi)
	}
	term, err := h.loss.Term(g, out, y, w)
	if err != nil {
		return nil, err
	}
	v.ownLosses, v.ownCounts = term.Rows, term.Counts
	if (v.ownCounts != nil || v.mask != nil) && h.counts == nil {
		h.counts = make([]bool, p.n*h.rows)
	}
	if h.counts != nil {
		v.counts = h.counts[s.lo*h.rows : s.hi*h.rows]
	}
	return term.Sum, nil
}

// run computes a batch, or as much of it as does not depend on the factors.
func (p *plan) run(f feed) error {
	p.feed = f
	p.shared.Prepare()
	p.loop.Run()
	for i, h := range p.heads {
		h.ones = f.weight(i) == nil
	}
	if p.second != nil {
		return p.failure()
	}
	return p.finish()
}

// failure returns the error of the first part that has one.
func (p *plan) failure() error {
	for _, s := range p.parts {
		if s.err != nil {
			return fmt.Errorf("fit: %w", s.err)
		}
	}
	return nil
}

// finish adds up the gradients of the parts.
func (p *plan) finish() error {
	if err := p.failure(); err != nil || p.mode != toTrain {
		return err
	}
	for _, param := range p.trained {
		sum := p.grad(param)
		for _, s := range p.parts[1:] {
			addTo(sum, s.Grad(param))
		}
	}
	return nil
}

// grad returns the gradient of the whole batch's weighted sum of losses.
func (p *plan) grad(param *engine.Param) *tensor.Dense { return p.parts[0].Grad(param) }

// runPart fetches a part's rows and computes them.
func (p *plan) runPart(s *part) error {
	f := &p.feed
	f.rows(s.rows, s.lo)
	for i, x := range s.xs {
		if err := data.Gather(x, f.input(i), s.rows, f.y, f.w); err != nil {
			return err
		}
	}
	for i, h := range p.heads {
		if h.y == nil {
			continue
		}
		v, w := s.shares[i], f.weight(i)
		if err := data.Gather(v.y, f.target(i), s.rows); err != nil {
			return err
		}
		var err error
		switch {
		case w == nil && !h.ones:
			spread(v.w, nil)
		case w == nil:
		case h.perTimestep(w):
			err = data.Gather(v.w, w, s.rows)
		default: // one weight for all timesteps of a sample
			err = data.Gather(v.given, w, s.rows)
			spread(v.w, v.given)
		}
		if err != nil {
			return err
		}
	}
	if err := s.RunEarly(p.profiled); err != nil {
		return err
	}
	for _, v := range s.shares {
		v.keep()
	}
	return nil
}

func batchOf(n int, sample []int) tensor.Shape { return append(tensor.Shape{n}, sample...) }
