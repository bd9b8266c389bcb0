package layer_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model/layer"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// mode is a way to use a layer. The zero value is inference in float64.
type mode struct {
	rows, first int // of the batch; the number of its first row
	training    bool
	single      bool // float32
	gradient    bool // of the input, too
	seed, step  uint64
}

// use is a layer in a graph.
type use struct {
	plan       *engine.Plan
	x          *engine.Param
	weights    []*engine.Param
	out, again *engine.Tensor // of two uses with equal weights, the second ones not trained
	cost       *engine.Tensor
}

func (c layerCase) build(t testing.TB) layer.Built {
	t.Helper()
	in := slices.Clone(c.in)
	built, err := c.layer.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(in, c.in) {
		t.Errorf("building changed the input shape to %v", in)
	}
	return built
}

// use applies the layer twice to random numbers; the cost is a weighted square
// of the first output.
func (c layerCase) use(t testing.TB, m mode) *use {
	t.Helper()
	dt := tensor.Float64
	if m.single {
		dt = tensor.Float32
	}
	var numbers []float64
	for i := range m.rows {
		numbers = append(numbers, normal(uint64(m.first+i), tensor.Shape(c.in).TotalSize())...)
	}
	for i, z := range numbers {
		if c.indices > 0 {
			numbers[i] = math.Floor(math.Mod(math.Abs(1000*z), float64(c.indices)))
		}
	}
	array := func(data []float64, shape ...int) *tensor.Dense {
		return vectors.Array{Shape: shape, Data: data}.Tensor(dt)
	}
	u := &use{x: &engine.Param{Name: "x", Value: array(numbers, append([]int{m.rows}, c.in...)...), Trainable: m.gradient && c.indices == 0}}
	params := func(name string, trained bool) (all []*engine.Param) {
		for i, w := range c.build(t).Weights {
			values := make([]float64, tensor.Shape(w.Shape).TotalSize())
			if err := w.Initializer.Fill(values, w.Shape, rand.New(rand.NewPCG(1, uint64(i)))); err != nil {
				t.Fatal(err)
			}
			for j, z := range normal(uint64(100+i), len(values)) { // zeros and ones would hide errors
				values[j] += 0.1 * math.Abs(z)
			}
			all = append(all, &engine.Param{Name: name + "/" + w.Name, Value: array(values, w.Shape...), Trainable: trained && !w.Fixed})
		}
		return all
	}
	u.weights = params("layer", true)
	var err error
	u.plan, err = engine.Build(dt, m.training, &op.State{Seed: m.seed, Step: m.step}, func(g *engine.Graph) (cost *engine.Tensor, keep []*engine.Tensor, err error) {
		x, err := g.Param(u.x)
		if err != nil {
			return nil, nil, err
		}
		if u.out, err = c.layer.Apply(layer.Call{Graph: g, Name: "layer", Params: u.weights, Input: x}); err != nil {
			return nil, nil, err
		}
		if u.again, err = c.layer.Apply(layer.Call{Graph: g, Name: "again", Params: params("again", false), Input: x}); err != nil {
			return nil, nil, err
		}
		u.cost, err = squares(g, u.out)
		return u.cost, []*engine.Tensor{u.out, u.again}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// squares adds Σ w·mean((y-target)²) over rows to a graph.
func squares(g *engine.Graph, y *engine.Tensor) (*engine.Tensor, error) {
	shapes := []tensor.Shape{y.Shape, {y.Shape.TotalSize() / y.Shape[len(y.Shape)-1]}}
	in := []*engine.Tensor{y}
	for i, name := range []string{"target", "weight"} {
		value := vectors.Array{Shape: shapes[i], Data: normal(uint64(200+i), shapes[i].TotalSize())}.Tensor(g.DType)
		t, err := g.Param(&engine.Param{Name: name, Value: value})
		if err != nil {
			return nil, err
		}
		in = append(in, t)
	}
	o, _, err := op.Loss(g.DType, op.LossConfig{Kind: op.SquaredError, Pred: y.Shape})
	if err != nil {
		return nil, err
	}
	return g.Apply(o, in...)
}

func (u *use) y() *tensor.Dense { return u.plan.Dense(u.out) }

// run runs the plan and returns the output.
func (u *use) run(t testing.TB) []float64 {
	t.Helper()
	if err := u.plan.Run(); err != nil {
		t.Fatal(err)
	}
	return vectors.Floats(u.y())
}

func (u *use) loss() float64 { return float64(*u.plan.Value(u.cost).(*G.F64)) }

// state returns copies of the input and the weights.
func (u *use) state() (x []float64, weights [][]float64) {
	for _, w := range u.weights {
		weights = append(weights, slices.Clone(vectors.Floats(w.Value)))
	}
	return slices.Clone(vectors.Floats(u.x.Value)), weights
}

// trained returns what has a gradient: the input, where it has one, and the
// trainable weights.
func (u *use) trained() []*engine.Param {
	var all []*engine.Param
	for _, w := range append([]*engine.Param{u.x}, u.weights...) {
		if w.Trainable {
			all = append(all, w)
		}
	}
	return all
}

// normal returns n random numbers of a stream.
func normal(stream uint64, n int) []float64 {
	rng := rand.New(rand.NewPCG(3, stream))
	z := make([]float64, n)
	for i := range z {
		z[i] = rng.NormFloat64()
	}
	return z
}

// near fails the test unless got agrees with want, relative to numbers above 1.
func near(t testing.TB, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d numbers, expected %d", what, len(got), len(want))
		return
	}
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= tolerance*max(1, math.Abs(w))) {
			t.Errorf("%s: element %d is %v, expected %v", what, i, got[i], w)
			return
		}
	}
}
