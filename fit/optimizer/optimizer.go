package optimizer

import (
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// Optimizer is the description of an update rule.
type Optimizer interface {
	// Name is Keras's name, such as "adam".
	Name() string
	// New checks the settings and makes the state for updating weights, which
	// are float32 or float64, all alike. An integer step counter starts at 0.
	New(weights []*tensor.Dense) (Stepper, error)
}

// Stepper is an optimizer at work on a set of weights.
type Stepper interface {
	// Step moves the weights once. grads are the gradients in the order of
	// the weights; each is multiplied by scale first. Nothing is allocated.
	Step(grads []*tensor.Dense, scale float64) error
	// Iterations returns how many steps were taken.
	Iterations() int
	// LearningRate returns the learning rate of the next step.
	LearningRate() float64
	// SetLearningRate changes it: a finite number that is not negative.
	SetLearningRate(rate float64) error
	// Slots returns the state, by name, in the order of the weights. The
	// arrays are the optimizer's own.
	Slots() []Slot
}

// Slot is one kind of state, with an array for each weight.
type Slot struct {
	Name   string // "momentum"
	Values []*tensor.Dense
}

// Zero stands for an explicit 0 in fields where 0 means a default that is not
// 0. It is the smallest number above 0, and 0 in any computation that follows.
const Zero = math.SmallestNonzeroFloat64

func or(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}

// rule updates one weight at step t (counted from 1). slots are the arrays of
// that weight.
type rule[T kernel.Float] func(w, g []T, slots [][]T, scale, rate float64, t int)

// stepper is the Stepper of every optimizer here: it keeps the slots and calls
// the rule for each weight.
type stepper[T kernel.Float] struct {
	name    string
	rule    rule[T]
	weights [][]T
	slots   [][][]T // by weight, then by slot
	named   []Slot
	rate    float64
	t       int
}

// setting is a number of a config with the range that it must lie in.
type setting struct {
	name      string
	v, lo, hi float64 // lo and hi are allowed values
}

// start checks the settings and makes the stepper for the weights' dtype.
func start(name string, rate float64, settings []setting, slots []string, weights []*tensor.Dense, f32 rule[float32], f64 rule[float64]) (Stepper, error) {
	for _, s := range append(settings, setting{"learning rate", rate, 0, math.MaxFloat64}) {
		if !(s.v >= s.lo && s.v <= s.hi) {
			return nil, fmt.Errorf("optimizer: %s: %s %v, expected a number from %v to %v", name, s.name, s.v, s.lo, s.hi)
		}
	}
	if len(weights) == 0 {
		return nil, fmt.Errorf("optimizer: %s: there are no weights to train", name)
	}
	if weights[0].Dtype() == tensor.Float64 {
		return newStepper(name, rate, slots, weights, f64)
	}
	return newStepper(name, rate, slots, weights, f32)
}

func newStepper[T kernel.Float](name string, rate float64, slots []string, weights []*tensor.Dense, r rule[T]) (Stepper, error) {
	s := &stepper[T]{name: name, rule: r, rate: rate}
	for _, slot := range slots {
		s.named = append(s.named, Slot{Name: slot})
	}
	for i, w := range weights {
		data, ok := w.Data().([]T)
		if !ok {
			return nil, fmt.Errorf("optimizer: %s: weight %d is of %v, expected the type of weight 0, %v", name, i, w.Dtype(), weights[0].Dtype())
		}
		s.weights = append(s.weights, data)
		var own [][]T
		for k := range slots {
			v := tensor.New(tensor.Of(w.Dtype()), tensor.WithShape(w.Shape()...))
			s.named[k].Values = append(s.named[k].Values, v)
			own = append(own, v.Data().([]T))
		}
		s.slots = append(s.slots, own)
	}
	return s, nil
}

func (s *stepper[T]) Step(grads []*tensor.Dense, scale float64) error {
	if len(grads) != len(s.weights) {
		return fmt.Errorf("optimizer: %s: expected %d gradients, got %d", s.name, len(s.weights), len(grads))
	}
	s.t++
	for i, g := range grads {
		data := memory[T](g)
		if len(data) != len(s.weights[i]) {
			return fmt.Errorf("optimizer: %s: gradient %d has %d elements, expected %d of the weights' type", s.name, i, len(data), len(s.weights[i]))
		}
		s.rule(s.weights[i], data, s.slots[i], scale, s.rate, s.t)
	}
	return nil
}

func (s *stepper[T]) Iterations() int       { return s.t }
func (s *stepper[T]) LearningRate() float64 { return s.rate }
func (s *stepper[T]) Slots() []Slot         { return s.named }

func (s *stepper[T]) SetLearningRate(rate float64) error {
	if !(rate >= 0 && rate <= math.MaxFloat64) {
		return fmt.Errorf("optimizer: %s: learning rate %v, expected a finite number that is not negative", s.name, rate)
	}
	s.rate = rate
	return nil
}

// memory returns the elements of t without boxing a slice header, or nil if
// they are not of type T.
func memory[T kernel.Float](t *tensor.Dense) []T {
	var data []T
	switch p := any(&data).(type) {
	case *[]float32:
		if t.Dtype() == tensor.Float32 {
			*p = t.Float32s()
		}
	case *[]float64:
		if t.Dtype() == tensor.Float64 {
			*p = t.Float64s()
		}
	}
	return data
}
