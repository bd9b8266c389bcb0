package optimizer_test

import (
	"reflect"
	"testing"

	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A weight that is a scalar moves as one of shape (1), on gradients of either
// shape, and what State gives of it has its shape.
func TestScalarWeights(t *testing.T) {
	each(t, func(t *testing.T, k int, dt tensor.Dtype) {
		run := func(shape ...int) (moved []float64, state []optimizer.Variable) {
			w := optimizer.Weight{Name: "attention/bias", Value: tensor.New(tensor.Of(dt), tensor.WithShape(shape...))}
			fill(w.Value, 3)
			s, err := all[k].New([]optimizer.Weight{w})
			if err != nil {
				t.Fatal(err)
			}
			g := tensor.New(tensor.Of(dt), tensor.WithShape(1))
			for step := range 7 {
				fill(g, uint64(step))
				if err := s.Step([]*tensor.Dense{g}, 0.5); err != nil {
					t.Fatal(err)
				}
				moved = append(moved, vectors.Floats(w.Value)...)
			}
			s.Finalize()
			if state, err = s.State(); err != nil {
				t.Fatal(err)
			}
			var values []*tensor.Dense
			for _, v := range state {
				values = append(values, v.Value)
			}
			if err := s.SetState(values); err != nil {
				t.Errorf("its own state: %v", err)
			}
			return append(moved, vectors.Floats(w.Value)...), state
		}
		scalar, state := run()
		vector, same := run(1)
		if !reflect.DeepEqual(scalar, vector) {
			t.Errorf("moved to %v, expected %v", scalar, vector)
		}
		for i, v := range state {
			if got, want := vectors.Floats(v.Value), vectors.Floats(same[i].Value); v.Name != same[i].Name || !reflect.DeepEqual(got, want) {
				t.Errorf("state %s is %v, expected %s, %v", v.Name, got, same[i].Name, want)
			}
			if !v.Value.IsScalar() {
				t.Errorf("state %s has shape %v, expected that of the weight", v.Name, v.Value.Shape())
			}
		}
	})
}

func TestScalarWeightOfSolver(t *testing.T) {
	w := optimizer.Weight{Name: "attention/scale", Value: tensor.New(tensor.FromScalar(1.5))}
	s, err := optimizer.FromSolver(gorgonia.NewAdamSolver(), 0.1).New([]optimizer.Weight{w})
	if err != nil {
		t.Fatal(err)
	}
	g := tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{3}))
	if err := s.Step([]*tensor.Dense{g}, 1); err != nil {
		t.Fatal(err)
	}
	if got := w.Value.Float64s()[0]; !(got > 1.39 && got < 1.41) { // Adam's first step is the rate
		t.Errorf("moved to %v, expected 1.4", got)
	}
}
