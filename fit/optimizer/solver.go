package optimizer

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// FromSolver makes an optimizer of one of Gorgonia's solvers, or of one written
// against its interface. rate is its learning rate, which is set; 0 leaves the
// solver's own, which cannot be read: LearningRate is NaN then. The solver gets
// gradients that are already averaged, so gorgonia.WithBatchSize has no place.
//
// A solver keeps its state to itself: there is no State, no SetState, and one
// solver serves one trainer. A step allocates. It is an error to set the rate of
// AdaGradSolver or of a solver that is not Gorgonia's.
//
// Gorgonia 0.9.18's solvers are not all right:
//
//	VanillaSolver, AdamSolver   right, several times slower than SGD and Adam
//	RMSPropSolver               ρ is 0.999 unless set, L2 is not multiplied by the rate
//	Momentum                    L1 and L2 go into the velocity
//	AdaGradSolver               ignores all of its options
//	BarzilaiBorweinSolver       float64 only
//	AdamW                       never moves a weight; it is refused, use [AdamW]
func FromSolver(s gorgonia.Solver, rate float64) Optimizer {
	return fromSolver{s, rate, new(atomic.Bool)}
}

type fromSolver struct {
	solver gorgonia.Solver
	rate   float64
	used   *atomic.Bool
}

func (fromSolver) Name() string { return "solver" }

func (o fromSolver) New(weights []Weight) (Stepper, error) {
	switch o.solver.(type) {
	case nil:
		return nil, errors.New("optimizer: solver: it is nil")
	case *gorgonia.AdamW:
		return nil, errors.New("optimizer: solver: gorgonia.AdamW never moves a weight: use optimizer.AdamW")
	}
	s := &solverStepper{solver: o.solver, rate: math.NaN()}
	for i, w := range weights {
		if w.Value == nil || w.Value.Dtype() != tensor.Float32 && w.Value.Dtype() != tensor.Float64 {
			return nil, fmt.Errorf("optimizer: solver: weight %d is %s, expected float32 or float64", i, describe(w.Value))
		}
		p := &valueGrad{w.Value, tensor.New(tensor.Of(w.Value.Dtype()), tensor.WithShape(w.Value.Shape()...))}
		s.weights, s.pairs = append(s.weights, p), append(s.pairs, p)
	}
	if o.rate != 0 {
		if err := s.SetLearningRate(or(o.rate, 0)); err != nil {
			return nil, err
		}
	}
	if o.used.Swap(true) {
		return nil, errors.New("optimizer: solver: it is at work already, and its state belongs to other weights: make another one")
	}
	return s, nil
}

// valueGrad is a weight as solvers see it.
type valueGrad struct{ value, grad *tensor.Dense }

func (v *valueGrad) Value() gorgonia.Value         { return v.value }
func (v *valueGrad) Grad() (gorgonia.Value, error) { return v.grad, nil }

type solverStepper struct {
	solver  gorgonia.Solver
	weights []*valueGrad
	pairs   []gorgonia.ValueGrad // the same
	rate    float64
	t       int
}

func (s *solverStepper) Step(grads []*tensor.Dense, scale float64) (err error) {
	if len(grads) != len(s.weights) {
		return fmt.Errorf("optimizer: solver: expected %d gradients, got %d", len(s.weights), len(grads))
	}
	for i, g := range grads {
		w := s.weights[i]
		if g == nil || g.Dtype() != w.value.Dtype() || g.Shape().TotalSize() != w.value.Shape().TotalSize() {
			return fmt.Errorf("optimizer: solver: gradient %d is %s, expected %s", i, describe(g), describe(w.value))
		}
		if g.Dtype() == tensor.Float32 {
			scaled(w.grad.Float32s(), g.Float32s(), scale)
		} else {
			scaled(w.grad.Float64s(), g.Float64s(), scale)
		}
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("optimizer: solver: %T panicked: %v", s.solver, p)
		}
	}()
	if err := s.solver.Step(s.pairs); err != nil {
		return fmt.Errorf("optimizer: solver: %T: %w", s.solver, err)
	}
	s.t++
	return nil
}

func scaled[T kernel.Float](to, x []T, scale float64) {
	for i, v := range x {
		to[i] = v * T(scale)
	}
}

func (s *solverStepper) Iterations() int       { return s.t }
func (s *solverStepper) LearningRate() float64 { return s.rate }
func (s *solverStepper) Finalize()             {}

func (s *solverStepper) SetLearningRate(rate float64) error {
	if !(rate >= 0 && rate <= math.MaxFloat64) {
		return fmt.Errorf("optimizer: solver: learning rate %v, expected a finite number that is not negative", rate)
	}
	switch s.solver.(type) {
	case *gorgonia.VanillaSolver, *gorgonia.AdamSolver, *gorgonia.RMSPropSolver, *gorgonia.Momentum, *gorgonia.BarzilaiBorweinSolver:
		gorgonia.WithLearnRate(rate)(s.solver)
		s.rate = rate
		return nil
	}
	return fmt.Errorf("optimizer: solver: the learning rate of a %T cannot be set", s.solver)
}

func (s *solverStepper) SwapAverages() error {
	return errors.New("optimizer: solver: there are no averages to swap: a solver keeps none")
}

func (s *solverStepper) State() ([]Variable, error) {
	return nil, fmt.Errorf("optimizer: solver: the state of a %T cannot be read", s.solver)
}

func (s *solverStepper) SetState([]*tensor.Dense) error {
	return fmt.Errorf("optimizer: solver: the state of a %T cannot be set", s.solver)
}
