package optimizer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// step is what the rules of one update share.
type step struct {
	scale float64 // what the gradient of the weight is multiplied by
	rate  float64
	t     int // updates, this one included
}

// rule updates a weight, or a piece of it. slots are the arrays of the method.
type rule[T kernel.Float] func(w, g []T, slots [][]T, s step)

// method is how an optimizer moves one weight.
type method[T kernel.Float] struct {
	rule  rule[T]
	slots []slot
	whole bool     // the rule needs the whole weight, not pieces of any size
	decay *float64 // nil for that of the optimizer
}

// slot is an array that belongs to a weight.
type slot struct {
	name  string
	group int     // slots of a later group stand behind those of all weights
	first float64 // what its elements are before the first step
	shape []int   // nil for that of the weight
	// copies makes the slot begin as the weight, which may still be set between
	// New and the first step.
	copies bool
}

// recipe is how an optimizer moves the weights of one element type.
type recipe[T kernel.Float] struct {
	method func(w Weight) method[T]
	// shared are numbers of the state that belong to no weight; begin is called
	// with them before each update, the t-th.
	shared   []slot
	begin    func(t int, shared [][]T)
	positive bool // the learning rate cannot be 0
}

// simple is a recipe with one method for all weights, cut as it comes.
func simple[T kernel.Float](slots []slot, r rule[T]) recipe[T] {
	return recipe[T]{method: func(Weight) method[T] { return method[T]{rule: r, slots: slots} }}
}

// named are slots that begin at 0 and stand side by side for each weight.
func named(names ...string) []slot {
	var slots []slot
	for _, n := range names {
		slots = append(slots, slot{name: n})
	}
	return slots
}

// start checks the settings and makes the stepper for the weights' type.
func start(b base, settings []setting, weights []Weight, f32 recipe[float32], f64 recipe[float64]) (Stepper, error) {
	if err := b.check(settings); err != nil {
		return nil, err
	}
	for i, w := range weights {
		if w.Value == nil {
			return nil, fmt.Errorf("optimizer: %s: weight %d is nil", b.name, i)
		}
	}
	if len(weights) > 0 && weights[0].Value.Dtype() == tensor.Float64 {
		return newStepper(b, weights, f64)
	}
	return newStepper(b, weights, f32)
}
