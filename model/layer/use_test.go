package layer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// mode is a way to use a layer. The zero value is inference in float64.
type mode struct {
	rows, first int // of the batch; the number of its first row
	training    bool
	single      bool // float32
	gradient    bool // of the inputs, too
	masked      bool // the inputs have masks: every third timestep is missing
	zeros       bool // the inputs are zeros
	seed, step  uint64
	apart       bool // no operation shares memory with another
}

// use is a layer in a graph.
type use struct {
	plan        *engine.Plan
	x           *engine.Param // the first of xs
	xs          []*engine.Param
	weights     []*engine.Param
	out         *engine.Tensor   // the first of outs
	outs, again []*engine.Tensor // of two uses with equal weights, the second ones not trained
	masks       []*engine.Tensor // of the inputs
	cost        *engine.Tensor
}

// ins are the shapes of all inputs.
func (c layerCase) ins() [][]int { return append([][]int{c.in}, c.more...) }

// allOuts are the shapes of all outputs.
func (c layerCase) allOuts() [][]int { return append([][]int{c.out}, c.moreOut...) }

func (c layerCase) build(t testing.TB) layer.Built {
	t.Helper()
	var in [][]int
	for _, shape := range c.ins() {
		in = append(in, slices.Clone(shape))
	}
	built, err := layer.Build(c.layer, in)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.ins(), in); diff != "" {
		t.Errorf("building changed the input shapes: %s", diff)
	}
	return built
}

// use applies the layer twice to random numbers; the cost is a weighted square
// of the first outputs.
func (c layerCase) use(t testing.TB, m mode) *use {
	t.Helper()
	dt := tensor.Float64
	if m.single {
		dt = tensor.Float32
	}
	array := func(data []float64, shape ...int) *tensor.Dense {
		return vectors.Array{Shape: shape, Data: data}.Tensor(dt)
	}
	u := &use{}
	for at, in := range c.ins() {
		var numbers []float64
		for i := range m.rows {
			numbers = append(numbers, normal(uint64(1000*at+m.first+i), tensor.Shape(in).TotalSize())...)
		}
		for i, z := range numbers {
			switch {
			case m.zeros:
				numbers[i] = 0
			case c.indices > 0:
				numbers[i] = math.Floor(math.Mod(math.Abs(1000*z), float64(c.indices)))
			}
		}
		u.xs = append(u.xs, &engine.Param{
			Name: fmt.Sprint("x", at), Value: array(numbers, append([]int{m.rows}, in...)...), Trainable: m.gradient && c.indices == 0,
		})
	}
	u.x = u.xs[0]
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
		g.Apart = m.apart
		call := layer.Call{Graph: g, Name: "layer", Params: u.weights}
		for at, p := range u.xs {
			x, err := g.Param(p)
			if err != nil {
				return nil, nil, err
			}
			if m.masked && !(c.flat && at > 0) {
				steps := c.ins()[at][0]
				mask := make([]float64, m.rows*steps)
				for i := range mask {
					mask[i] = min(float64((i+m.first*steps+at)%3), 1)
				}
				missing, err := g.Param(&engine.Param{Name: fmt.Sprint("mask", at), Value: array(mask, m.rows, steps)})
				if err != nil {
					return nil, nil, err
				}
				x = x.WithMask(missing)
				u.masks = append(u.masks, missing)
			}
			call.Inputs = append(call.Inputs, x)
		}
		if u.outs, err = layer.Apply(c.layer, call); err != nil {
			return nil, nil, err
		}
		u.out = u.outs[0]
		call.Name, call.Params = "again", params("again", false)
		if u.again, err = layer.Apply(c.layer, call); err != nil {
			return nil, nil, err
		}
		var costs []*engine.Tensor
		for _, y := range u.outs {
			cost, err := squares(g, y, len(costs))
			if err != nil {
				return nil, nil, err
			}
			costs = append(costs, cost)
			if y.Mask != nil {
				keep = append(keep, y.Mask)
			}
		}
		costs = append(costs, g.Penalties()[:len(g.Penalties())/2]...)
		o, err := op.Add(dt, op.AddConfig{Shape: tensor.ScalarShape(), Terms: len(costs)})
		if err != nil {
			return nil, nil, err
		}
		u.cost, err = g.Apply(o, costs...)
		return u.cost, slices.Concat(keep, u.outs, u.again), err
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// squares adds Σ w·mean((y-target)²) over rows to a graph.
func squares(g *engine.Graph, y *engine.Tensor, at int) (*engine.Tensor, error) {
	shapes := []tensor.Shape{y.Shape, {y.Shape.TotalSize() / y.Shape[len(y.Shape)-1]}}
	in := []*engine.Tensor{y}
	for i, name := range []string{"target", "weight"} {
		value := vectors.Array{Shape: shapes[i], Data: normal(uint64(200+10*at+i), shapes[i].TotalSize())}.Tensor(g.DType)
		t, err := g.Param(&engine.Param{Name: fmt.Sprint(name, at), Value: value})
		if err != nil {
			return nil, err
		}
		in = append(in, t)
	}
	n := y.Shape[len(y.Shape)-1]
	o, _, err := op.Loss(g.DType, op.LossConfig{Pred: y.Shape, Kernel: op.RowLoss{
		Float32: kernel.SquaredError[float32]{N: n}, Float64: kernel.SquaredError[float64]{N: n},
	}})
	if err != nil {
		return nil, err
	}
	return g.Apply(o, in...)
}

// run runs the plan and returns the outputs, one after the other.
func (u *use) run(t testing.TB) []float64 {
	t.Helper()
	if err := u.plan.Run(); err != nil {
		t.Fatal(err)
	}
	return u.values(u.outs)
}

func (u *use) values(of []*engine.Tensor) (all []float64) {
	for _, y := range of {
		all = append(all, vectors.Floats(u.plan.Dense(y))...)
	}
	return all
}

func (u *use) loss() float64 { return float64(*u.plan.Value(u.cost).(*G.F64)) }

// state returns copies of the inputs, one after the other, and of the weights.
func (u *use) state() (xs []float64, weights [][]float64) {
	for _, x := range u.xs {
		xs = append(xs, vectors.Floats(x.Value)...)
	}
	for _, w := range u.weights {
		weights = append(weights, slices.Clone(vectors.Floats(w.Value)))
	}
	return xs, weights
}

// trained returns what has a gradient: the inputs, where they have one, and the
// trainable weights.
func (u *use) trained() []*engine.Param {
	var all []*engine.Param
	for _, w := range slices.Concat(u.xs, u.weights) {
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
