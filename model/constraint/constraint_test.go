package constraint_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model/constraint"
	"gorgonia.org/tensor"
)

// The results are those of Keras 3.15.1 for a matrix.
func TestConstraints(t *testing.T) {
	matrix := []float64{1.5, -2, 0.25, -0.5, 0, 3, 0.1, 0.7, -1, 2, -0.3, 0.6}
	unit := []float64{0.587896, -0.934539, 0.077438, -0.195965, 0, 0.929256, 0.039193, 0.327089, -0.309752, 0.783862, -0.140181, 0.185851}
	for _, c := range []struct {
		name       string
		constraint constraint.Constraint
		want       []float64
	}{
		{"non_neg", constraint.NonNeg{}, []float64{1.5, 0, 0.25, 0, 0, 3, 0.1, 0.7, 0, 2, 0, 0.6}},
		{"max_norm", constraint.MaxNorm{}, []float64{1.175793, -1.869077, 0.154876, -0.391931, 0, 1.858512, 0.078386, 0.654177, -0.619504, 1.567724, -0.280362, 0.371702}},
		{"max_norm", constraint.MaxNorm{MaxValue: 1, Axes: []int{1}}, []float64{0.597022, -0.79603, 0.099504, -0.164399, 0, 0.986394, 0.08165, 0.571548, -0.816496, 0.948091, -0.142214, 0.284427}},
		{"max_norm", constraint.MaxNorm{MaxValue: constraint.Zero}, make([]float64, 12)},
		{"unit_norm", constraint.UnitNorm{}, unit},
		{"unit_norm", constraint.UnitNorm{Axes: []int{0, 1}}, []float64{0.323404, -0.431206, 0.053901, -0.107801, 0, 0.646809, 0.02156, 0.150922, -0.215603, 0.431206, -0.064681, 0.129362}},
		{"min_max_norm", constraint.MinMaxNorm{}, unit},
		{"min_max_norm", constraint.MinMaxNorm{MinValue: 1.5, MaxValue: 2, Rate: 0.5}, []float64{1.337896, -1.934539, 0.202438, -0.445965, 0, 2.429256, 0.089193, 0.677089, -0.809752, 1.783862, -0.290181, 0.485851}},
		{"min_max_norm", constraint.MinMaxNorm{Rate: constraint.Zero}, matrix},
	} {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			w := vectors.Array{Shape: []int{4, 3}, Data: matrix}.Tensor(dt)
			if err := c.constraint.Check(w.Shape()); err != nil {
				t.Error(err)
			}
			c.constraint.Constrain(w)
			vectors.Equal(t, fmt.Sprintf("%+v of %v", c.constraint, dt), vectors.Floats(w), c.want)
			if n := testing.AllocsPerRun(5, func() { c.constraint.Constrain(w) }); n != 0 {
				t.Errorf("%+v: %v allocations, expected 0", c.constraint, n)
			}
		}
		if c.constraint.Name() != c.name {
			t.Errorf("%T: name %q, expected %q", c.constraint, c.constraint.Name(), c.name)
		}
	}
}

// The kernel of a convolution has a vector for each filter.
func TestThreeAxes(t *testing.T) {
	w := tensor.New(tensor.WithShape(2, 2, 2), tensor.WithBacking([]float64{1, 2, 1, 2, 1, 2, 1, 2}))
	constraint.UnitNorm{Axes: []int{0, 1}}.Constrain(w)
	vectors.Equal(t, "filters", vectors.Floats(w), []float64{.5, .5, .5, .5, .5, .5, .5, .5})
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		constraint constraint.Constraint
		shape      []int
		want       string
	}{
		{constraint.MaxNorm{MaxValue: -1}, []int{2}, "constraint: expected a finite norm of at least 0, got -1"},
		{constraint.MaxNorm{MaxValue: math.NaN()}, []int{2}, "constraint: expected a finite norm of at least 0, got NaN"},
		{constraint.MaxNorm{Axes: []int{2}}, []int{2, 2}, "constraint: expected axes from 0 to 1, got 2"},
		{constraint.UnitNorm{Axes: []int{-1}}, []int{2}, "constraint: expected axes from 0 to 0, got -1"},
		{constraint.UnitNorm{Axes: []int{0, 0}}, []int{2}, "constraint: axis 0 twice"},
		{constraint.UnitNorm{}, make([]int, 9), "constraint: expected at most 8 axes, got shape [0 0 0 0 0 0 0 0 0]"},
		{constraint.MinMaxNorm{MinValue: 2}, []int{2}, "constraint: expected finite norms, 0 or more and the least not above the most, got 2 and 1"},
		{constraint.MinMaxNorm{Rate: 2}, []int{2}, "constraint: expected a rate from 0 to 1, got 2"},
	} {
		if err := c.constraint.Check(c.shape); fmt.Sprint(err) != c.want {
			t.Errorf("%+v: got %v, expected %s", c.constraint, err, c.want)
		}
	}
	if err := (constraint.NonNeg{}).Check(nil); err != nil {
		t.Error(err)
	}
}
