package optimizer

import (
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// stepper is the Stepper of every optimizer here: it keeps the state, does what
// is common, and calls the rule for pieces of the weights. Pieces are cut by
// size alone, so the bits of a step do not depend on the number of cores.
type stepper[T kernel.Float] struct {
	base
	recipe  recipe[T]
	weights []weight[T]
	shared  [][]T
	state   []variable[T]
	t       int  // steps taken
	swapped bool // averages stand in the weights' place

	chunks          [][]piece[T]
	prepare, update *kernel.Loop // over chunks

	// Of the running step.
	now       step
	updates   bool // rather than only accumulating
	momentum  float64
	overwrite bool
}

// weight is a weight with its part of the state.
type weight[T kernel.Float] struct {
	method  method[T]
	data    []T
	slots   [][]T
	average []T // nil without EMA
	sum     []T // of gradients; nil without accumulation
	decay   float64

	// Of the running step.
	grad  []T // the gradient, or sum
	scale float64
}

// piece is a part of a weight that one call of its rule updates.
type piece[T kernel.Float] struct {
	w      *weight[T]
	lo, hi int
	slots  [][]T
	square float64 // of the part of the gradient
}

// chunkSize is the number of elements that a core takes at a time: enough to be
// worth handing over, few enough for all arrays of a chunk to stay in its cache.
const chunkSize = 1 << 14

func newStepper[T kernel.Float](b base, weights []Weight, r recipe[T]) (Stepper, error) {
	s := &stepper[T]{base: b, recipe: r, weights: make([]weight[T], len(weights))}
	for i, from := range weights {
		data, ok := elements[T](from.Value)
		if !ok {
			return nil, fmt.Errorf("optimizer: %s: weight %d is of %v, expected the type of weight 0, %v", b.name, i, from.Value.Dtype(), weights[0].Value.Dtype())
		}
		s.weights[i] = weight[T]{method: r.method(from), data: data, decay: b.common.WeightDecay}
		if own := s.weights[i].method.decay; own != nil {
			s.weights[i].decay = *own
		}
	}
	if err := s.exclude(weights); err != nil {
		return nil, fmt.Errorf("optimizer: %s: ExcludeFromWeightDecay: %w", b.name, err)
	}
	s.allocate(weights)
	s.cut()
	s.prepare = kernel.NewLoop(len(s.chunks), 1, func(lo, hi int) { s.each(lo, hi, s.preparePiece) })
	s.update = kernel.NewLoop(len(s.chunks), 1, func(lo, hi int) { s.each(lo, hi, s.updatePiece) })
	return s, nil
}

// elements returns the memory of an array, a scalar too.
func elements[T kernel.Float](v *tensor.Dense) ([]T, bool) {
	var all any
	switch v.Dtype() {
	case tensor.Float32:
		all = v.Float32s()
	case tensor.Float64:
		all = v.Float64s()
	}
	data, ok := all.([]T)
	return data, ok
}

// exclude stops the decay of the weights that are excluded from it.
func (s *stepper[T]) exclude(weights []Weight) error {
	patterns := s.common.ExcludeFromWeightDecay
	if len(patterns) == 0 || len(weights) == 0 {
		return nil
	}
	decays := func(w weight[T]) bool { return w.decay > 0 }
	if !slices.ContainsFunc(s.weights, decays) {
		return fmt.Errorf("no weight decays")
	}
	excluded, err := matching(weights, patterns)
	if err != nil {
		return err
	}
	for i := range s.weights {
		if excluded[i] {
			s.weights[i].decay = 0
		}
	}
	return nil
}

// cut makes chunks of about chunkSize elements: pieces of large weights, and
// several small weights together.
func (s *stepper[T]) cut() {
	var chunk []piece[T]
	room := chunkSize
	for i := range s.weights {
		w := &s.weights[i]
		for lo := 0; lo < len(w.data); {
			hi := min(lo+room, len(w.data))
			if w.method.whole {
				hi = len(w.data)
			}
			p := piece[T]{w: w, lo: lo, hi: hi, slots: w.slots}
			if !w.method.whole {
				p.slots = nil
				for _, slot := range w.slots {
					p.slots = append(p.slots, slot[lo:hi])
				}
			}
			chunk = append(chunk, p)
			room -= hi - lo
			if room <= 0 {
				s.chunks = append(s.chunks, chunk)
				chunk, room = nil, chunkSize
			}
			lo = hi
		}
	}
	if chunk != nil {
		s.chunks = append(s.chunks, chunk)
	}
}

func (s *stepper[T]) each(lo, hi int, do func(*piece[T])) {
	for _, chunk := range s.chunks[lo:hi] {
		for i := range chunk {
			do(&chunk[i])
		}
	}
}

func (s *stepper[T]) Step(grads []*tensor.Dense, scale float64) error {
	if s.swapped {
		return fmt.Errorf("optimizer: %s: the averages stand in the weights' place: swap them back before a step", s.name)
	}
	if err := s.take(grads); err != nil {
		return err
	}
	rate := s.LearningRate()
	if !(rate >= 0 && rate <= math.MaxFloat64) || rate == 0 && s.recipe.positive {
		return fmt.Errorf("optimizer: %s: the learning rate of step %d is %v, expected a finite number %s", s.name, s.t, rate, s.least())
	}
	every := max(s.common.GradientAccumulationSteps, 1)
	s.updates = (s.t+1)%every == 0
	s.now = step{scale: scale, rate: rate, t: s.t/every + 1}
	s.clip()
	if s.updates && s.recipe.begin != nil {
		s.recipe.begin(s.now.t, s.shared)
	}
	if s.updates || s.common.UseEMA {
		s.momentum, s.overwrite = s.averaging(s.now.t)
		s.update.Run()
	}
	s.t++
	return nil
}

// take keeps the gradients for the step.
func (s *stepper[T]) take(grads []*tensor.Dense) error {
	if len(grads) != len(s.weights) {
		return fmt.Errorf("optimizer: %s: expected %d gradients, got %d", s.name, len(s.weights), len(grads))
	}
	for i, g := range grads {
		data := memory[T](g)
		if w := &s.weights[i]; len(data) != len(w.data) {
			return fmt.Errorf("optimizer: %s: gradient %d has %d elements, expected %d of the weights' type", s.name, i, len(data), len(w.data))
		}
		s.weights[i].grad = data
	}
	return nil
}

// updatePiece does all of a step that is left once gradients are clipped.
func (s *stepper[T]) updatePiece(p *piece[T]) {
	w := p.w
	data := w.data[p.lo:p.hi]
	if s.updates {
		if s.now.t == 1 {
			for k, slot := range w.method.slots {
				if slot.copies {
					copy(p.slots[k], data)
				}
			}
		}
		if w.decay > 0 {
			kernel.Decay(data, T(w.decay*s.now.rate))
		}
		now := s.now
		now.scale = w.scale
		w.method.rule(data, w.grad[p.lo:p.hi], p.slots, now)
		if w.sum != nil {
			clear(w.sum[p.lo:p.hi])
		}
	}
	if w.average != nil {
		average := w.average[p.lo:p.hi]
		kernel.Average(average, data, s.momentum)
		if s.overwrite {
			copy(data, average)
		}
	}
}

func (s *stepper[T]) Iterations() int { return s.t }

func (s *stepper[T]) LearningRate() float64 {
	if s.schedule != nil {
		return s.schedule.Rate(s.t)
	}
	return s.rate
}

func (s *stepper[T]) SetLearningRate(rate float64) error {
	if s.schedule != nil {
		return fmt.Errorf("optimizer: %s: the learning rate follows a schedule and cannot be set to %v", s.name, rate)
	}
	return s.setRate(rate)
}

func (s *stepper[T]) setRate(rate float64) error {
	if !(rate >= 0 && rate <= math.MaxFloat64) || rate == 0 && s.recipe.positive {
		return fmt.Errorf("optimizer: %s: learning rate %v, expected a finite number %s", s.name, rate, s.least())
	}
	s.rate = rate
	return nil
}

func (s *stepper[T]) least() string {
	if s.recipe.positive {
		return "above 0"
	}
	return "that is not negative"
}

// memory returns the elements of t without boxing a slice header, or nil if
// they are not of type T.
func memory[T kernel.Float](t *tensor.Dense) []T {
	var data []T
	if t == nil {
		return nil
	}
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
