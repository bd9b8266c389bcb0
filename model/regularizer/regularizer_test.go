package regularizer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model/regularizer"
	"gorgonia.org/tensor"
)

var matrix = []float64{1.5, -2, 0.25, -0.5, 0, 3, 0.1, 0.7, -1, 2, -0.3, 0.6}

func array(dt tensor.Dtype) *tensor.Dense {
	return vectors.Array{Shape: []int{4, 3}, Data: matrix}.Tensor(dt)
}

// The penalties are those that Keras 3.15.1 computes for the matrix.
var penalties = []struct {
	regularizer regularizer.Regularizer
	want        float64
}{
	{regularizer.L1{}, 0.1195},
	{regularizer.L1{L1: 0.3}, 3.585},
	{regularizer.L1{L1: regularizer.Zero}, 0},
	{regularizer.L2{}, 0.215125},
	{regularizer.L2{L2: 0.3}, 6.45375},
	{regularizer.L1L2{}, 0},
	{regularizer.L1L2{L1: 0.1, L2: 0.2}, 5.4975},
	{regularizer.Orthogonal{}, 0.0039576878771185875},
	{regularizer.Orthogonal{Factor: 0.5, Columns: true}, 0.1415412575006485},
}

func TestPenalties(t *testing.T) {
	for _, c := range penalties {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			if err := c.regularizer.Check([]int{4, 3}); err != nil {
				t.Error(err)
			}
			if got := c.regularizer.Penalty(array(dt), nil, 1); !vectors.Near(got, c.want) {
				t.Errorf("%+v of %v: %v, Keras has %v", c.regularizer, dt, got, c.want)
			}
		}
	}
}

// Gradients are those of finite differences, added to what is there.
func TestGradients(t *testing.T) {
	for _, c := range penalties {
		w, grad := array(tensor.Float64), array(tensor.Float64)
		c.regularizer.Penalty(w, grad, 3)
		single := array(tensor.Float32)
		c.regularizer.Penalty(array(tensor.Float32), single, 3)
		const h = 1e-6
		for i, v := range matrix {
			if v == 0 {
				continue // |w| has no gradient there
			}
			data := w.Float64s()
			data[i] = v + h
			up := c.regularizer.Penalty(w, nil, 1)
			data[i] = v - h
			want := matrix[i] + 3*(up-c.regularizer.Penalty(w, nil, 1))/(2*h)
			data[i] = v
			if got := grad.Float64s()[i]; math.Abs(got-want) > 1e-8*max(1, math.Abs(want)) {
				t.Errorf("%+v: element %d is %v, expected %v", c.regularizer, i, got, want)
			}
			if got := float64(single.Float32s()[i]); math.Abs(got-want) > 1e-5*max(1, math.Abs(want)) {
				t.Errorf("%+v in float32: element %d is %v, expected %v", c.regularizer, i, got, want)
			}
		}
		if n := testing.AllocsPerRun(5, func() { c.regularizer.Penalty(w, grad, 3) }); n != 0 {
			t.Errorf("%+v: %v allocations, expected 0", c.regularizer, n)
		}
	}
}

func TestOrthogonalEdges(t *testing.T) {
	for _, c := range []struct {
		rows []float64
		want float64
	}{
		{[]float64{1, 2}, 0},
		{[]float64{0, 0, 1, 2}, 0},
		{[]float64{1, 0, 0, 5}, 0},
		{[]float64{1, 2, -2, -4}, 0.01},
	} {
		w := tensor.New(tensor.WithShape(len(c.rows)/2, 2), tensor.WithBacking(c.rows))
		if got := (regularizer.Orthogonal{}).Penalty(w, nil, 1); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%v: %v, expected %v", c.rows, got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		regularizer regularizer.Regularizer
		want        string
	}{
		{regularizer.L1{L1: -1}, "regularizer: expected a finite l1 of at least 0, got -1"},
		{regularizer.L2{L2: nan}, "regularizer: expected a finite l2 of at least 0, got NaN"},
		{regularizer.L1L2{L1: math.Inf(1)}, "regularizer: expected a finite l1 of at least 0, got +Inf"},
		{regularizer.L1L2{L2: -1}, "regularizer: expected a finite l2 of at least 0, got -1"},
		{regularizer.Orthogonal{Factor: -1}, "regularizer: expected a finite factor of at least 0, got -1"},
	} {
		if err := c.regularizer.Check([]int{2, 2}); fmt.Sprint(err) != c.want {
			t.Errorf("got %v, expected %s", err, c.want)
		}
	}
	want := "regularizer: expected a matrix, got shape [2]"
	if err := (regularizer.Orthogonal{}).Check([]int{2}); fmt.Sprint(err) != want {
		t.Errorf("got %v, expected %s", err, want)
	}
}

func TestNames(t *testing.T) {
	for want, r := range map[string]regularizer.Regularizer{
		"l1": regularizer.L1{}, "l2": regularizer.L2{}, "l1_l2": regularizer.L1L2{}, "orthogonal_regularizer": regularizer.Orthogonal{},
	} {
		if r.Name() != want {
			t.Errorf("%T: name %q, expected %q", r, r.Name(), want)
		}
	}
}
