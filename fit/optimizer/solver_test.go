package optimizer_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// The right ones among the stock solvers move as our own do.
func TestFromSolver(t *testing.T) {
	for _, dt := range types {
		for name, c := range map[string]struct {
			solver gorgonia.Solver
			same   optimizer.Optimizer
		}{
			"vanilla": {gorgonia.NewVanillaSolver(), optimizer.SGD{LearningRate: 0.05}},
			"adam":    {gorgonia.NewAdamSolver(gorgonia.WithEps(1e-12)), optimizer.Adam{LearningRate: 0.05, Epsilon: 1e-12}},
		} {
			p, q := newPair(dt, 2, 3), newPair(dt, 2, 3)
			s, own := p.start(t, optimizer.FromSolver(c.solver, 0.05)), q.start(t, c.same)
			for step := range 5 {
				p.step(t, s, uint64(step))
				q.step(t, own, uint64(step))
			}
			for i, w := range p.weights {
				vectors.Equal(t, name, vectors.Floats(w.Value), vectors.Floats(q.weights[i].Value))
			}
			if s.Iterations() != 5 || s.LearningRate() != 0.05 {
				t.Errorf("%s: %d iterations, rate %v", name, s.Iterations(), s.LearningRate())
			}
			// Its own gradients were zeroed, not the caller's.
			if at(p.grads[0], 0) == 0 {
				t.Errorf("%s: the caller's gradient is gone", name)
			}
		}
	}
}

// own is a solver of somebody else's.
type own struct {
	err   error
	panik bool
}

func (o *own) Step(pairs []gorgonia.ValueGrad) error {
	if o.panik {
		panic("boom")
	}
	return o.err
}

func TestFromSolverErrors(t *testing.T) {
	p := newPair(tensor.Float32, 2, 3)
	for name, c := range map[string]struct {
		solver gorgonia.Solver
		rate   float64
		want   string
	}{
		"nil":             {nil, 0, "nil"},
		"AdamW":           {gorgonia.NewAdamW(), 0, "use optimizer.AdamW"},
		"negative rate":   {gorgonia.NewVanillaSolver(), -1, "learning rate -1"},
		"rate of AdaGrad": {gorgonia.NewAdaGradSolver(), 0.1, "cannot be set"},
		"rate of own":     {&own{}, 0.1, "cannot be set"},
	} {
		if _, err := optimizer.FromSolver(c.solver, c.rate).New(p.weights); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, expected one with %q", name, err, c.want)
		}
	}
	o := optimizer.FromSolver(&own{}, 0)
	s := p.start(t, o)
	if _, err := o.New(p.weights); err == nil {
		t.Error("one solver was taken twice")
	}
	if !math.IsNaN(s.LearningRate()) {
		t.Errorf("rate %v, expected NaN for one that is not known", s.LearningRate())
	}
	if err := s.Step(p.grads[:1], 1); err == nil {
		t.Error("a missing gradient: no error")
	}
	if err := s.Step([]*tensor.Dense{p.grads[1], p.grads[0]}, 1); err == nil {
		t.Error("gradients of other sizes: no error")
	}
	if _, err := s.State(); err == nil {
		t.Error("a state was read")
	}
	if s.SetState(nil) == nil || s.SwapAverages() == nil {
		t.Error("a state was set or averages swapped")
	}
	broken := errors.New("broken")
	if err := p.start(t, optimizer.FromSolver(&own{err: broken}, 0)).Step(p.grads, 1); !errors.Is(err, broken) {
		t.Errorf("error %v, expected the solver's", err)
	}
	if err := p.start(t, optimizer.FromSolver(&own{panik: true}, 0)).Step(p.grads, 1); err == nil || !strings.Contains(err.Error(), "boom") {
		t.Errorf("error %v, expected the solver's panic", err)
	}
}
