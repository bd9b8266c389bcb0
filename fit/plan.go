package fit

import (
	"errors"
	"fmt"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// plan is a compiled model for one mode and batch size. The batch is cut into
// parts, often just one, that are computed side by side.
type plan struct {
	mode     mode
	n        int           // rows of a batch
	perRow   int           // rows of the loss for each sample
	y, w     *tensor.Dense // of the whole batch; nil when predicting
	out      *tensor.Dense // predictions
	losses   *tensor.Dense // one for each row of the loss, unweighted
	counts   []bool        // which rows of the loss count; nil for all
	parts    []*part
	loop     *kernel.Loop
	feed     feed
	shared   op.Shared
	ones     bool // w holds ones
	profiled bool
	given    *tensor.Dense // room for one weight for each sample
	trained  []*engine.Param
}

// part is a plan for some rows of the batch.
type part struct {
	*engine.Plan
	lo, hi         int
	rows           []int         // of the arrays that the batch comes from
	x, y, w, given *tensor.Dense // views of the batch's arrays
	out, losses    *tensor.Dense // views too
	ownOut, ownLos *tensor.Dense // what the plan computes
	counts         []bool        // of its rows, as the plan computes them; nil for all
	err            error
}

// build compiles the model.
func (t *Trainer) build(m mode, n int) (*plan, error) {
	p := &plan{mode: m, n: n, perRow: tensor.Shape(t.target.Rows).TotalSize(), trained: t.trained}
	dt := t.model.DType()
	x := tensor.New(tensor.Of(dt), tensor.WithShape(batchOf(n, t.model.InputShape())...))
	if m != toPredict {
		shape := batchOf(n, t.target.Shape)
		if t.target.Form == loss.Indices {
			shape = tensor.Shape{n * p.perRow} // one index for each row of the loss
		}
		p.y = tensor.New(tensor.Of(dt), tensor.WithShape(shape...))
		p.w = tensor.New(tensor.Of(dt), tensor.WithShape(n*p.perRow))
		p.losses = tensor.New(tensor.Of(dt), tensor.WithShape(n*p.perRow))
		p.given = tensor.New(tensor.Of(dt), tensor.WithShape(n))
	}
	p.out = tensor.New(tensor.Of(dt), tensor.WithShape(batchOf(n, t.model.OutputShape())...))
	cut := t.cut
	cut.Training = m == toTrain
	cut.Together = cut.Together && cut.Training || t.target.Together && m != toPredict
	rows := cut.Rows(n)
	for lo := 0; lo < n; lo += rows {
		part, err := t.buildPart(p, x, lo, min(lo+rows, n))
		if err != nil {
			return nil, err
		}
		p.parts = append(p.parts, part)
		if part.counts != nil && p.counts == nil {
			p.counts = make([]bool, n*p.perRow)
		}
	}
	p.loop = kernel.NewLoop(len(p.parts), 1, func(i, _ int) { p.parts[i].err = p.runPart(p.parts[i]) })
	return p, nil
}

func (t *Trainer) buildPart(p *plan, x *tensor.Dense, lo, hi int) (*part, error) {
	s := &part{lo: lo, hi: hi, rows: make([]int, hi-lo), x: rowsOf(x, p.n, lo, hi), out: rowsOf(p.out, p.n, lo, hi)}
	if p.mode != toPredict {
		s.y, s.w, s.given = rowsOf(p.y, p.n, lo, hi), rowsOf(p.w, p.n, lo, hi), rowsOf(p.given, p.n, lo, hi)
		s.losses = rowsOf(p.losses, p.n, lo, hi)
	}
	var out *engine.Tensor
	var err error
	s.Plan, err = engine.Build(t.model.DType(), p.mode == toTrain, &t.state, func(g *engine.Graph) (cost *engine.Tensor, keep []*engine.Tensor, err error) {
		g.FirstRow, g.Shared = lo, &p.shared
		in, err := g.InputOver("inputs", s.x)
		if err != nil {
			return nil, nil, err
		}
		outs, err := t.model.Apply(layer.Call{Graph: g, Inputs: []*engine.Tensor{in}})
		if err != nil {
			return nil, nil, err
		}
		out = outs[0]
		if p.mode == toPredict {
			return nil, []*engine.Tensor{out}, nil
		}
		if out.Mask != nil || len(g.Penalties()) > 0 {
			return nil, nil, errors.New("expected predictions without a mask and no activity regularizers")
		}
		y, err := g.InputOver("targets", s.y)
		if err != nil {
			return nil, nil, err
		}
		w, err := g.InputOver("weights", s.w)
		if err != nil {
			return nil, nil, err
		}
		term, err := t.loss.Term(g, out, y, w)
		if err != nil {
			return nil, nil, err
		}
		s.ownLos, s.counts = term.Rows, term.Counts
		return term.Sum, []*engine.Tensor{out}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	s.ownOut = s.Dense(out)
	return s, nil
}

// run computes a batch.
func (p *plan) run(f feed) error {
	p.feed = f
	p.shared.Prepare()
	p.loop.Run()
	for _, s := range p.parts {
		if s.err != nil {
			return fmt.Errorf("fit: %w", s.err)
		}
	}
	if p.mode == toTrain {
		for _, param := range p.trained {
			sum := p.grad(param)
			for _, s := range p.parts[1:] {
				addTo(sum, s.Grad(param))
			}
		}
	}
	p.ones = f.w == nil
	return nil
}

// grad returns the gradient of the whole batch's weighted sum of losses.
func (p *plan) grad(param *engine.Param) *tensor.Dense { return p.parts[0].Grad(param) }

// runPart fetches a part's rows and computes them.
func (p *plan) runPart(s *part) error {
	f := &p.feed
	f.rows(s.rows, s.lo)
	data.Gather(s.x, f.x, s.rows)
	if p.mode != toPredict {
		data.Gather(s.y, f.y, s.rows)
		switch {
		case f.w == nil && !p.ones:
			spread(s.w, nil)
		case f.w == nil:
		case p.perTimestep(f):
			data.Gather(s.w, f.w, s.rows)
		default: // one weight for all timesteps of a sample
			data.Gather(s.given, f.w, s.rows)
			spread(s.w, s.given)
		}
	}
	run := s.Run
	if p.profiled {
		run = s.RunProfiled
	}
	if err := run(); err != nil {
		return err
	}
	assign(s.out, s.ownOut)
	if p.mode != toPredict {
		assign(s.losses, s.ownLos)
		if s.counts != nil {
			copy(p.counts[s.lo*p.perRow:], s.counts)
		}
	}
	return nil
}

// perTimestep reports whether a feed has a weight for each row of the loss.
func (p *plan) perTimestep(f *feed) bool {
	return f.w.Shape().TotalSize() == f.w.Shape()[0]*p.perRow
}

// weights returns the weights of the batch as they were given, nil for none.
func (p *plan) weights() *tensor.Dense {
	switch {
	case p.feed.w == nil:
		return nil
	case p.perTimestep(&p.feed):
		return p.w
	}
	return p.given
}

func batchOf(n int, sample []int) tensor.Shape { return append(tensor.Shape{n}, sample...) }
