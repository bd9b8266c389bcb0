package optimizer_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"gorgonia.org/tensor"
)

// Six steps of Keras's optimizers, weights compared after each.
func TestKerasTrajectories(t *testing.T) {
	var cases []struct {
		Optimizer string
		Args      json.RawMessage
		W0        []vectors.Array
		Grads     [][]vectors.Array
		W         [][]vectors.Array
	}
	vectors.Read(t, "testdata/optimizers.json", &cases)
	for _, c := range cases {
		t.Run(c.Optimizer+string(c.Args), func(t *testing.T) {
			var weights []*tensor.Dense
			for _, w := range c.W0 {
				weights = append(weights, w.Tensor(tensor.Float32))
			}
			s, err := fromKeras(t, c.Optimizer, c.Args).New(weights)
			if err != nil {
				t.Fatal(err)
			}
			for step := range c.Grads {
				var grads []*tensor.Dense
				for _, g := range c.Grads[step] {
					// Half the gradient, doubled by the scale.
					for i := range g.Data {
						g.Data[i] /= 2
					}
					grads = append(grads, g.Tensor(tensor.Float32))
				}
				if err := s.Step(grads, 2); err != nil {
					t.Fatal(err)
				}
				for i, w := range weights {
					vectors.Equal(t, "weights", vectors.Floats(w), c.W[step][i].Data)
				}
			}
			if s.Iterations() != len(c.Grads) {
				t.Errorf("Iterations() = %d after %d steps", s.Iterations(), len(c.Grads))
			}
		})
	}
	t.Logf("replayed %d optimizer trajectories", len(cases))
}

func fromKeras(t *testing.T, name string, args json.RawMessage) optimizer.Optimizer {
	var a struct {
		LearningRate float64 `json:"learning_rate"`
		Momentum     float64
		Nesterov     bool
		Rho          float64
		Centered     bool
		Beta1        float64 `json:"beta_1"`
		Beta2        float64 `json:"beta_2"`
		Epsilon      float64
		AMSGrad      bool
	}
	dec := json.NewDecoder(strings.NewReader(string(args)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		t.Fatal(err)
	}
	switch name {
	case "SGD":
		return optimizer.SGD{LearningRate: a.LearningRate, Momentum: a.Momentum, Nesterov: a.Nesterov}
	case "RMSprop":
		return optimizer.RMSprop{LearningRate: a.LearningRate, Rho: a.Rho, Momentum: a.Momentum, Epsilon: a.Epsilon, Centered: a.Centered}
	case "Adam":
		return optimizer.Adam{LearningRate: a.LearningRate, Beta1: a.Beta1, Beta2: a.Beta2, Epsilon: a.Epsilon, AMSGrad: a.AMSGrad}
	}
	t.Fatalf("unknown optimizer %q", name)
	return nil
}

var all = []optimizer.Optimizer{
	optimizer.SGD{LearningRate: 0.02}, optimizer.SGD{LearningRate: 0.02, Momentum: 0.9},
	optimizer.SGD{LearningRate: 0.02, Momentum: 0.9, Nesterov: true},
	optimizer.Adam{LearningRate: 0.05}, optimizer.Adam{LearningRate: 0.05, AMSGrad: true},
	optimizer.RMSprop{LearningRate: 0.02}, optimizer.RMSprop{LearningRate: 0.01, Momentum: 0.5, Centered: true},
}

// Every optimizer finds the bottom of a bowl and of a valley, in both types.
func TestAllDescend(t *testing.T) {
	for _, o := range all {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			w := vectors.Array{Shape: []int{2}, Data: []float64{2, -1.5}}.Tensor(dt)
			g := vectors.Array{Shape: []int{2}, Data: []float64{0, 0}}.Tensor(dt)
			s, err := o.New([]*tensor.Dense{w})
			if err != nil {
				t.Fatal(err)
			}
			for range 2000 {
				x, y := at(w, 0), at(w, 1)
				set(g, 0, 2*(x-1))
				set(g, 1, 6*(y-0.5))
				if err := s.Step([]*tensor.Dense{g}, 1); err != nil {
					t.Fatal(err)
				}
			}
			if x, y := at(w, 0), at(w, 1); math.Abs(x-1) > 0.03 || math.Abs(y-0.5) > 0.03 {
				t.Errorf("%T%+v in %v stopped at (%v, %v), expected (1, 0.5)", o, o, dt, x, y)
			}
		}
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	for _, o := range all {
		w := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(30, 64))
		g := []*tensor.Dense{tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(30, 64))}
		s, err := o.New([]*tensor.Dense{w})
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(10, func() { s.Step(g, 0.5) }); n != 0 {
			t.Errorf("%T: a step allocates %v times, expected 0", o, n)
		}
	}
}

func TestSlots(t *testing.T) {
	w := []*tensor.Dense{tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(2, 3)), tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(3))}
	s, err := optimizer.RMSprop{Momentum: 0.5, Centered: true}.New(w)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, slot := range s.Slots() {
		names = append(names, slot.Name)
		if len(slot.Values) != 2 || !slot.Values[0].Shape().Eq(tensor.Shape{2, 3}) || !slot.Values[1].Shape().Eq(tensor.Shape{3}) {
			t.Errorf("slot %q does not have the shapes of the weights", slot.Name)
		}
	}
	if got, want := strings.Join(names, " "), "velocity momentum average_gradient"; got != want {
		t.Errorf("slots %q, expected Keras's order %q", got, want)
	}
}

func TestZeroIsZero(t *testing.T) {
	// Adam with beta 1 = 0 forgets the first gradient at once.
	w := vectors.Array{Shape: []int{1}, Data: []float64{0}}.Tensor(tensor.Float64)
	s, err := optimizer.Adam{Beta1: optimizer.Zero}.New([]*tensor.Dense{w})
	if err != nil {
		t.Fatal(err)
	}
	step := func(g float64) {
		if err := s.Step([]*tensor.Dense{vectors.Array{Shape: []int{1}, Data: []float64{g}}.Tensor(tensor.Float64)}, 1); err != nil {
			t.Fatal(err)
		}
	}
	step(100)
	if got := at(s.Slots()[0].Values[0], 0); got != 100 {
		t.Errorf("momentum after a gradient of 100 is %v", got)
	}
	step(-3)
	if got := at(s.Slots()[0].Values[0], 0); got != -3 {
		t.Errorf("momentum after a gradient of -3 is %v", got)
	}
}

func TestErrors(t *testing.T) {
	w32 := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(2))
	w64 := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(2))
	for _, c := range []struct {
		name    string
		o       optimizer.Optimizer
		weights []*tensor.Dense
		want    string
	}{
		{"no weights", optimizer.Adam{}, nil, "no weights"},
		{"negative rate", optimizer.SGD{LearningRate: -1}, []*tensor.Dense{w32}, "learning rate -1"},
		{"NaN rate", optimizer.RMSprop{LearningRate: math.NaN()}, []*tensor.Dense{w32}, "learning rate NaN"},
		{"momentum above 1", optimizer.SGD{Momentum: 1.5}, []*tensor.Dense{w32}, "momentum 1.5"},
		{"beta of 1", optimizer.Adam{Beta2: 1}, []*tensor.Dense{w32}, "beta 2 1"},
		{"mixed types", optimizer.Adam{}, []*tensor.Dense{w32, w64}, "weight 1 is of float64"},
	} {
		if _, err := c.o.New(c.weights); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, expected one with %q", c.name, err, c.want)
		}
	}
	s, err := optimizer.SGD{}.New([]*tensor.Dense{w32})
	if err != nil {
		t.Fatal(err)
	}
	for name, grads := range map[string][]*tensor.Dense{
		"none": nil, "other type": {w64}, "other size": {tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(3))},
	} {
		if err := s.Step(grads, 1); err == nil {
			t.Errorf("gradients %s: no error", name)
		}
	}
	if err := s.SetLearningRate(math.Inf(1)); err == nil {
		t.Error("an infinite learning rate was taken")
	}
	if err := s.SetLearningRate(0.5); err != nil || s.LearningRate() != 0.5 {
		t.Errorf("SetLearningRate(0.5): %v, rate %v", err, s.LearningRate())
	}
}

func at(d *tensor.Dense, i int) float64 { return vectors.Floats(d)[i] }

func set(d *tensor.Dense, i int, v float64) {
	if d.Dtype() == tensor.Float32 {
		d.Float32s()[i] = float32(v)
	} else {
		d.Float64s()[i] = v
	}
}
