package engine

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A newer Go must not refuse to start: see the last lines of go.mod.
func TestTensorStartsOnThisGo(t *testing.T) {
	if n := tensor.New(tensor.WithShape(2, 3), tensor.Of(tensor.Float32)).Size(); n != 6 {
		t.Fatalf("a tensor of shape (2, 3) has %d elements", n)
	}
}

func param(name string, shape ...int) *Param {
	t := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(shape...))
	for i, d := 0, t.Float64s(); i < len(d); i++ {
		d[i] = math.Sin(float64(i + len(name)))
	}
	return &Param{Name: name, Value: t, Trainable: true}
}

// net is x·W1 (tanh) feeding two branches that are trained to the same targets:
// the hidden layer has two consumers, so Gorgonia adds their gradients.
type net struct {
	w1, w2, w3 *Param
	x, y, sum  *Tensor
	plan       *Plan
}

func build(t testing.TB, rows int, trainable bool) *net {
	t.Helper()
	n := &net{w1: param("hidden/kernel", 3, 4), w2: param("left/kernel", 4, 2), w3: param("right/kernel", 4, 2)}
	for _, p := range []*Param{n.w1, n.w2, n.w3} {
		p.Trainable = trainable
	}
	var err error
	n.plan, err = Build(tensor.Float64, true, &op.State{}, func(g *Graph) (*Tensor, []*Tensor, error) {
		if n.x, err = g.Input("x", tensor.Shape{rows, 3}); err != nil {
			return nil, nil, err
		}
		dense := func(layer string, x *Tensor, w *Param, act kernel.Activation) (*Tensor, error) {
			wt, err := g.Param(w)
			if err != nil {
				return nil, err
			}
			o, err := op.Dense(g.DType, op.DenseConfig{Layer: layer, X: x.Shape, Units: w.Value.Shape()[1], Activation: act, InputGrad: x.Differentiable})
			if err != nil {
				return nil, err
			}
			return g.Apply(o, x, wt)
		}
		h, err := dense("hidden", n.x, n.w1, kernel.Tanh)
		if err != nil {
			return nil, nil, err
		}
		left, err := dense("left", h, n.w2, kernel.Linear)
		if err != nil {
			return nil, nil, err
		}
		right, err := dense("right", h, n.w3, kernel.Sigmoid)
		if err != nil {
			return nil, nil, err
		}
		if n.y, err = g.Input("y", tensor.Shape{rows, 2}); err != nil {
			return nil, nil, err
		}
		w, err := g.Input("w", tensor.Shape{rows})
		if err != nil {
			return nil, nil, err
		}
		for i := range w.Node.Value().(*tensor.Dense).Float64s() {
			w.Node.Value().(*tensor.Dense).Float64s()[i] = 1
		}
		// Both branches are trained to the same targets, so the losses are added.
		var sums []*Tensor
		for _, pred := range []*Tensor{left, right} {
			o, _, err := op.Loss(g.DType, op.LossConfig{Kernel: op.RowLoss{Float64: kernel.SquaredError[float64]{N: pred.Shape[1]}}, Pred: pred.Shape})
			if err != nil {
				return nil, nil, err
			}
			s, err := g.Apply(o, pred, n.y, w)
			if err != nil {
				return nil, nil, err
			}
			sums = append(sums, s)
		}
		total, err := G.Add(sums[0].Node, sums[1].Node)
		if err != nil {
			return nil, nil, err
		}
		n.sum = &Tensor{Node: total, Shape: total.Shape(), Differentiable: trainable}
		return n.sum, []*Tensor{n.x, left}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, d := 0, n.plan.Dense(n.x).Float64s(); i < len(d); i++ {
		d[i] = math.Cos(float64(2 * i))
	}
	return n
}

func (n *net) cost(t testing.TB) float64 {
	t.Helper()
	if err := n.plan.Run(); err != nil {
		t.Fatal(err)
	}
	return float64(*n.plan.Value(n.sum).(*G.F64))
}

// Gradients through a tensor with two consumers, whose sum is a stock
// operation of Gorgonia, agree with finite differences.
func TestSharedTensorGradient(t *testing.T) {
	n := build(t, 5, true)
	for _, p := range []*Param{n.w1, n.w2, n.w3} {
		n.cost(t)
		got := append([]float64(nil), n.plan.Grad(p).Float64s()...)
		for i := range got {
			d := p.Value.Float64s()
			v := d[i]
			const h = 1e-6
			d[i] = v + h
			up := n.cost(t)
			d[i] = v - h
			down := n.cost(t)
			d[i] = v
			if want := (up - down) / (2 * h); math.Abs(got[i]-want) > 1e-6*(1+math.Abs(want)) {
				t.Errorf("%s[%d]: gradient %v, finite differences give %v", p.Name, i, got[i], want)
			}
		}
	}
}

func TestNothingTrainable(t *testing.T) {
	n := build(t, 5, false)
	if n.plan.Grad(n.w1) != nil {
		t.Error("a fixed parameter has a gradient")
	}
	if all := build(t, 5, true).plan.Steps(); n.plan.Steps() >= all {
		t.Errorf("%d steps without gradients, %d with them", n.plan.Steps(), all)
	}
}

func TestTwoArraysOfOneName(t *testing.T) {
	_, err := Build(tensor.Float32, false, &op.State{}, func(g *Graph) (*Tensor, []*Tensor, error) {
		if _, err := g.Input("x", tensor.Shape{1, 1}); err != nil {
			return nil, nil, err
		}
		_, err := g.Input("x", tensor.Shape{1, 1})
		return nil, nil, err
	})
	if err == nil || !strings.Contains(err.Error(), `"x"`) {
		t.Errorf("error %v, expected one that names x", err)
	}
}

// A panic inside an operation comes back as an error that names the layer, also
// from another goroutine, and the plan can run again.
func TestPanicNamesLayer(t *testing.T) {
	var x, y *Tensor
	rows := 64
	plan, err := Build(tensor.Float64, false, &op.State{}, func(g *Graph) (*Tensor, []*Tensor, error) {
		var err error
		if x, err = g.Input("x", tensor.Shape{rows, 3}); err != nil {
			return nil, nil, err
		}
		if y, err = g.Input("y", tensor.Shape{rows}); err != nil {
			return nil, nil, err
		}
		w, err := g.Input("w", tensor.Shape{rows})
		if err != nil {
			return nil, nil, err
		}
		o, _, err := op.Loss(g.DType, op.LossConfig{
			Kernel: op.RowLoss{Float64: kernel.SoftmaxCE[float64]{N: x.Shape[1], Sparse: true}}, Pred: x.Shape, Target: y.Shape,
		})
		if err != nil {
			return nil, nil, err
		}
		s, err := g.Apply(o, x, y, w)
		return s, []*Tensor{x, y}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	plan.Dense(y).Float64s()[40] = 7 // there are three classes
	if err := plan.Run(); err == nil || !strings.Contains(err.Error(), `"loss"`) || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("error %v, expected one that names the loss and the cause", err)
	}
	plan.Dense(y).Float64s()[40] = 2
	if err := plan.Run(); err != nil {
		t.Errorf("after the data was mended: %v", err)
	}
}

func TestParallelBuilds(t *testing.T) {
	var wg sync.WaitGroup
	costs := make([]float64, 8)
	for i := range costs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			costs[i] = build(t, 5, true).cost(t)
		}()
	}
	wg.Wait()
	for i, c := range costs {
		if c != costs[0] {
			t.Errorf("plan %d gives %v, plan 0 %v", i, c, costs[0])
		}
	}
}

func BenchmarkRun(b *testing.B) {
	for _, rows := range []int{32, 256} {
		b.Run(fmt.Sprint("rows=", rows), func(b *testing.B) {
			n := build(b, rows, true)
			b.ReportAllocs()
			for b.Loop() {
				if err := n.plan.Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
