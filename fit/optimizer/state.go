package optimizer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// variable is an array of the state and where it lies.
type variable[T kernel.Float] struct {
	name  string
	shape []int
	data  []T
}

// allocate makes the state of the weights and lists it in Keras's order.
func (s *stepper[T]) allocate(weights []Weight) {
	add := func(name string, shape []int, first float64) []T {
		n := 1
		for _, d := range shape {
			n *= d
		}
		data := make([]T, n)
		for i := range data {
			data[i] = T(first)
		}
		s.state = append(s.state, variable[T]{name, slices.Clone(shape), data})
		return data
	}
	if s.common.UseEMA {
		for i, w := range weights {
			s.weights[i].average = add(w.Name+"/average", w.Value.Shape(), 0)
		}
	}
	if s.common.GradientAccumulationSteps > 0 {
		for i, w := range weights {
			s.weights[i].sum = add(w.Name+"/gradient_accumulator", w.Value.Shape(), 0)
		}
	}
	last := 0
	for i := range s.weights {
		slots := s.weights[i].method.slots
		s.weights[i].slots = make([][]T, len(slots))
		for _, slot := range slots {
			last = max(last, slot.group)
		}
	}
	for group := range last + 1 {
		for i, w := range weights {
			for k, slot := range s.weights[i].method.slots {
				if slot.group != group {
					continue
				}
				shape := slot.shape
				if shape == nil {
					shape = w.Value.Shape()
				}
				s.weights[i].slots[k] = add(w.Name+"/"+slot.name, shape, slot.first)
				if slot.copies {
					copy(s.weights[i].slots[k], s.weights[i].data)
				}
			}
		}
	}
	for _, slot := range s.recipe.shared {
		s.shared = append(s.shared, add(slot.name, slot.shape, slot.first))
	}
}

func (s *stepper[T]) State() ([]Variable, error) {
	all := []Variable{{"iteration", tensor.New(tensor.FromScalar(int64(s.t)))}}
	if s.schedule == nil {
		all = append(all, Variable{"learning_rate", tensor.New(tensor.FromScalar(s.rate))})
	}
	for _, v := range s.state {
		all = append(all, Variable{v.name, tensor.New(tensor.WithShape(v.shape...), tensor.WithBacking(slices.Clone(v.data)))})
	}
	return all, nil
}

func (s *stepper[T]) SetState(values []*tensor.Dense) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("optimizer: %s: state: %w", s.name, fmt.Errorf(format, args...))
	}
	head := 1
	if s.schedule == nil {
		head = 2
	}
	if len(values) != head+len(s.state) {
		return fail("expected %d values, got %d", head+len(s.state), len(values))
	}
	t, err := steps(values[0])
	if err != nil {
		return fail("iteration: %w", err)
	}
	taken := make([][]T, len(s.state))
	for i, v := range s.state {
		if taken[i], err = converted[T](values[head+i], v.shape); err != nil {
			return fail("%s: %w", v.name, err)
		}
	}
	if s.schedule == nil {
		rate, err := converted[float64](values[1], nil)
		if err != nil {
			return fail("learning_rate: %w", err)
		}
		if err := s.setRate(rate[0]); err != nil {
			return err
		}
	}
	for i, v := range s.state {
		copy(v.data, taken[i])
	}
	s.t, s.swapped = t, false
	return nil
}

// steps reads a number of steps.
func steps(v *tensor.Dense) (int, error) {
	if v == nil || v.Shape().TotalSize() != 1 {
		return 0, fmt.Errorf("expected one integer, got %s", describe(v))
	}
	var t int
	switch n := v.Get(0).(type) {
	case int:
		t = n
	case int32:
		t = int(n)
	case int64:
		t = int(n)
	default:
		return 0, fmt.Errorf("expected an integer, got %s", describe(v))
	}
	if t < 0 {
		return 0, fmt.Errorf("expected 0 or more, got %d", t)
	}
	return t, nil
}

// converted returns the elements of v, which must be floats of a shape.
func converted[T kernel.Float](v *tensor.Dense, shape []int) ([]T, error) {
	if v == nil || !slices.Equal(v.Shape(), shape) || v.Dtype() != tensor.Float32 && v.Dtype() != tensor.Float64 {
		return nil, fmt.Errorf("expected float32 or float64 of shape %v, got %s", tensor.Shape(shape), describe(v))
	}
	if v.DataOrder().IsColMajor() || v.RequiresIterator() {
		return nil, fmt.Errorf("expected an array in row-major order, got a view or column-major")
	}
	if v.Dtype() == tensor.Float32 {
		return cast[T](v.Float32s()), nil
	}
	return cast[T](v.Float64s()), nil
}

func cast[T, F kernel.Float](x []F) []T {
	y := make([]T, len(x))
	for i, v := range x {
		y[i] = T(v)
	}
	return y
}

func describe(v *tensor.Dense) string {
	if v == nil {
		return "nil"
	}
	return fmt.Sprintf("%v of shape %v", v.Dtype(), v.Shape())
}
