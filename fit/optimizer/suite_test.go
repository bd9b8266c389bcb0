package optimizer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"gorgonia.org/tensor"
)

// falling leads a rate down to almost nothing, which makes optimizers settle
// whose steps do not shrink with the gradient.
func falling(from float64) schedule.Schedule {
	return schedule.PolynomialDecay{InitialLearningRate: from, DecaySteps: descent, EndLearningRate: from / 1e4}
}

const descent = 5000 // steps of TestAllDescend

// all are the optimizers that every test of the suite goes through.
var all = []struct {
	name string
	optimizer.Optimizer
	whole bool // looks at weights whole, so NaN spreads
	moves bool // moves without a gradient
}{
	{name: "sgd", Optimizer: optimizer.SGD{LearningRate: 0.02}},
	{name: "momentum", Optimizer: optimizer.SGD{LearningRate: 0.002, Momentum: 0.9}},
	{name: "nesterov", Optimizer: optimizer.SGD{LearningRate: 0.002, Momentum: 0.9, Nesterov: true}},
	{name: "adam", Optimizer: optimizer.Adam{LearningRate: 0.05}},
	{name: "amsgrad", Optimizer: optimizer.Adam{LearningRate: 0.05, AMSGrad: true}},
	{name: "adamw", Optimizer: optimizer.AdamW{LearningRate: 0.05, Common: optimizer.Common{WeightDecay: 1e-4}}, moves: true},
	{name: "adagrad", Optimizer: optimizer.Adagrad{LearningRate: 0.5}},
	{name: "adadelta", Optimizer: optimizer.Adadelta{Schedule: falling(2), Epsilon: 1e-5}},
	{name: "adamax", Optimizer: optimizer.Adamax{LearningRate: 0.05}},
	{name: "nadam", Optimizer: optimizer.Nadam{LearningRate: 0.05}},
	{name: "rmsprop", Optimizer: optimizer.RMSprop{Schedule: falling(0.02)}},
	{name: "rmsprop centered", Optimizer: optimizer.RMSprop{Schedule: falling(0.02), Momentum: 0.5, Centered: true}},
	{name: "ftrl", Optimizer: optimizer.Ftrl{LearningRate: 1}, moves: true},
	{name: "lion", Optimizer: optimizer.Lion{Schedule: falling(0.01)}},
	{name: "lamb", Optimizer: optimizer.Lamb{Schedule: falling(0.02)}, whole: true},
	{name: "adafactor", Optimizer: optimizer.Adafactor{LearningRate: 0.05}, whole: true},
	{name: "muon", Optimizer: optimizer.Muon{Schedule: falling(0.05), Common: optimizer.Common{WeightDecay: 1e-5}, AdamWeightDecay: 1e-5}, whole: true, moves: true},
	{name: "schedule free", Optimizer: optimizer.ScheduleFreeAdamW{LearningRate: 0.1, WarmupSteps: 20}, moves: true},
	{name: "clipnorm", Optimizer: optimizer.SGD{LearningRate: 0.02, Common: optimizer.Common{ClipNorm: 1}}, whole: true},
	{name: "global clipnorm", Optimizer: optimizer.Adam{LearningRate: 0.05, Common: optimizer.Common{GlobalClipNorm: 1}}, whole: true},
	{name: "clipvalue", Optimizer: optimizer.SGD{LearningRate: 0.02, Common: optimizer.Common{ClipValue: 1}}},
	{name: "accumulation", Optimizer: optimizer.Nadam{LearningRate: 0.05, Common: optimizer.Common{GradientAccumulationSteps: 2, ClipNorm: 9}}, whole: true},
	{name: "averages", Optimizer: optimizer.SGD{LearningRate: 0.01, Common: optimizer.Common{UseEMA: true, EMAMomentum: 0.5, EMAOverwriteFrequency: 3}}},
	{name: "all together", Optimizer: optimizer.RMSprop{Schedule: falling(0.02), Momentum: 0.3, Common: optimizer.Common{
		WeightDecay: 1e-4, ExcludeFromWeightDecay: []string{"bias"}, ClipValue: 5, UseEMA: true, GradientAccumulationSteps: 3,
	}}, moves: true},
}

var types = []tensor.Dtype{tensor.Float32, tensor.Float64}

// pair is a kernel (rows, cols) and a bias (cols) with their gradients.
type pair struct {
	weights []optimizer.Weight
	grads   []*tensor.Dense
}

func newPair(dt tensor.Dtype, rows, cols int) pair {
	var p pair
	for i, shape := range [][]int{{rows, cols}, {cols}} {
		name := []string{"dense/kernel", "dense/bias"}[i]
		p.weights = append(p.weights, optimizer.Weight{Name: name, Value: tensor.New(tensor.Of(dt), tensor.WithShape(shape...))})
		p.grads = append(p.grads, tensor.New(tensor.Of(dt), tensor.WithShape(shape...)))
	}
	return p
}

// fill sets the elements of t to random numbers that follow from seed.
func fill(t *tensor.Dense, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range t.Shape().TotalSize() {
		set(t, i, 2*r.Float64()-1)
	}
}

func (p pair) step(t testing.TB, s optimizer.Stepper, seed uint64) {
	t.Helper()
	for i, g := range p.grads {
		fill(g, seed+uint64(i)<<32)
	}
	if err := s.Step(p.grads, 0.5); err != nil {
		t.Fatal(err)
	}
}

func (p pair) start(t testing.TB, o optimizer.Optimizer) optimizer.Stepper {
	t.Helper()
	s, err := o.New(p.weights)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// each runs a test for every optimizer in both types.
func each(t *testing.T, test func(t *testing.T, k int, dt tensor.Dtype)) {
	for k, o := range all {
		for _, dt := range types {
			t.Run(fmt.Sprint(o.name, " ", dt), func(t *testing.T) { test(t, k, dt) })
		}
	}
}

// Every optimizer finds the bottom of a bowl and of a bent valley.
func TestAllDescend(t *testing.T) {
	each(t, func(t *testing.T, k int, dt tensor.Dtype) {
		p := newPair(dt, 2, 2)
		kernel, bias := p.weights[0].Value, p.weights[1].Value
		for i, v := range []float64{2, -1.5, 0.5, -0.3} {
			set(kernel, i, v)
		}
		set(bias, 0, -0.5)
		set(bias, 1, 1)
		s := p.start(t, all[k].Optimizer)
		bottom := []float64{1, 0.5, -1, 0.7}
		for range descent {
			for i, b := range bottom {
				set(p.grads[0], i, 2*(at(kernel, i)-b))
			}
			x, y := at(bias, 0), at(bias, 1)
			set(p.grads[1], 0, -2*(1-x)-20*x*(y-x*x)) // of (1-x)² + 5(y-x²)²
			set(p.grads[1], 1, 10*(y-x*x))
			if err := s.Step(p.grads, 1); err != nil {
				t.Fatal(err)
			}
		}
		for i, b := range bottom {
			if got := at(kernel, i); math.Abs(got-b) > 0.02 {
				t.Errorf("in the bowl: element %d stopped at %v, expected %v", i, got, b)
			}
		}
		if x, y := at(bias, 0), at(bias, 1); math.Abs(x-1) > 0.05 || math.Abs(y-1) > 0.1 {
			t.Errorf("in the valley: stopped at (%v, %v), expected (1, 1)", x, y)
		}
	})
}

// What State gives is all that a stepper needs to go on to the same bits.
func TestStateContinues(t *testing.T) {
	each(t, func(t *testing.T, k int, dt tensor.Dtype) {
		p := newPair(dt, 3, 4)
		for i, w := range p.weights {
			fill(w.Value, uint64(i))
		}
		s := p.start(t, all[k].Optimizer)
		for step := range 5 {
			p.step(t, s, uint64(10+step))
		}
		state, err := s.State()
		if err != nil {
			t.Fatal(err)
		}
		q := newPair(dt, 3, 4)
		for i, w := range q.weights {
			if err := tensor.Copy(w.Value, p.weights[i].Value); err != nil {
				t.Fatal(err)
			}
		}
		other := q.start(t, all[k].Optimizer)
		var values []*tensor.Dense
		for _, v := range state {
			values = append(values, v.Value)
		}
		if err := other.SetState(values); err != nil {
			t.Fatal(err)
		}
		for step := range 4 {
			p.step(t, s, uint64(20+step))
			q.step(t, other, uint64(20+step))
		}
		if s.Iterations() != other.Iterations() {
			t.Errorf("%d iterations, expected %d", other.Iterations(), s.Iterations())
		}
		for i, w := range p.weights {
			if !reflect.DeepEqual(w.Value.Data(), q.weights[i].Value.Data()) {
				t.Errorf("%s: %v after going on, expected %v", w.Name, q.weights[i].Value.Data(), w.Value.Data())
			}
		}
		again, err := s.State()
		if err != nil {
			t.Fatal(err)
		}
		mine, err := other.State()
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range again {
			if v.Name != mine[i].Name || !reflect.DeepEqual(v.Value.Data(), mine[i].Value.Data()) {
				t.Errorf("state %s differs after going on", v.Name)
			}
		}
		// State gave copies: the steps after it changed nothing there.
		if got := state[0].Value.Get(0); got != int64(5) {
			t.Errorf("the iteration of a state taken after 5 steps became %v", got)
		}
	})
}

func TestZeroGradient(t *testing.T) {
	each(t, func(t *testing.T, k int, dt tensor.Dtype) {
		p := newPair(dt, 3, 4)
		for i, w := range p.weights {
			fill(w.Value, uint64(i))
		}
		before := p.weights[0].Value.Clone().(*tensor.Dense)
		s := p.start(t, all[k].Optimizer)
		for range 6 {
			if err := s.Step(p.grads, 1); err != nil {
				t.Fatal(err)
			}
		}
		for i, v := range vectors.Floats(p.weights[0].Value) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("element %d became %v", i, v)
			}
			if moved := v != at(before, i); moved && !all[k].moves {
				t.Fatalf("element %d moved from %v to %v", i, at(before, i), v)
			}
		}
	})
}

// A gradient of NaN makes its weight NaN: nothing hides it. Rules that go
// element by element leave the others alone.
func TestNaNIsSeen(t *testing.T) {
	each(t, func(t *testing.T, k int, dt tensor.Dtype) {
		p := newPair(dt, 3, 4)
		fill(p.weights[0].Value, 1)
		s := p.start(t, all[k].Optimizer)
		for range 3 {
			fill(p.grads[0], 2)
			set(p.grads[0], 5, math.NaN())
			if err := s.Step(p.grads, 1); err != nil {
				t.Fatal(err)
			}
		}
		for i, v := range vectors.Floats(p.weights[0].Value) {
			if i == 5 && !math.IsNaN(v) {
				t.Errorf("the element with the gradient NaN is %v", v)
			}
			if i != 5 && math.IsNaN(v) && !all[k].whole {
				t.Errorf("element %d became NaN, the gradient of element 5 was", i)
			}
		}
	})
}

func TestStepAllocatesNothing(t *testing.T) {
	each(t, func(t *testing.T, k int, dt tensor.Dtype) {
		p := newPair(dt, 130, 140) // more than one chunk
		s := p.start(t, all[k].Optimizer)
		if n := testing.AllocsPerRun(10, func() { s.Step(p.grads, 0.5) }); n != 0 {
			t.Errorf("a step allocates %v times, expected 0", n)
		}
	})
}

// The bits of a step do not depend on the number of cores, and a weight that is
// cut in pieces moves as its elements would alone.
func TestPiecesAndCores(t *testing.T) {
	each(t, func(t *testing.T, k int, dt tensor.Dtype) {
		var results [][]float64
		var p pair
		for _, cores := range []int{1, 4} {
			old := runtime.GOMAXPROCS(cores)
			defer runtime.GOMAXPROCS(old)
			p = newPair(dt, 190, 210)
			fill(p.weights[0].Value, 1)
			s := p.start(t, all[k].Optimizer)
			for step := range 3 {
				p.step(t, s, uint64(step))
			}
			results = append(results, slices.Clone(vectors.Floats(p.weights[0].Value)))
		}
		if !slices.Equal(results[0], results[1]) {
			t.Error("one and four cores give different bits")
		}
		if all[k].whole {
			return
		}
		const from, n = 16380, 10 // across the first cut
		whole, few := newPair(dt, 190, 210), newPair(dt, 1, n)
		few.weights[1].Name = "other/bias"
		fill(whole.weights[0].Value, 1)
		for i := range n {
			set(few.weights[0].Value, i, at(whole.weights[0].Value, from+i))
		}
		s := few.start(t, all[k].Optimizer)
		for step := range 3 {
			fill(whole.grads[0], uint64(step))
			for i := range n {
				set(few.grads[0], i, at(whole.grads[0], from+i))
			}
			if err := s.Step(few.grads, 0.5); err != nil {
				t.Fatal(err)
			}
		}
		for i, v := range vectors.Floats(few.weights[0].Value) {
			if v != results[0][from+i] {
				t.Fatalf("element %d is %v in pieces, %v alone", from+i, results[0][from+i], v)
			}
		}
	})
}

func BenchmarkStep(b *testing.B) {
	for _, o := range all {
		b.Run(o.name, func(b *testing.B) {
			p := newPair(tensor.Float32, 784, 256)
			for i, g := range p.grads {
				fill(g, uint64(i))
			}
			s := p.start(b, o.Optimizer)
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Step(p.grads, 0.5); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func at(d *tensor.Dense, i int) float64 {
	if d.Dtype() == tensor.Float32 {
		return float64(d.Float32s()[i])
	}
	return d.Float64s()[i]
}

func set(d *tensor.Dense, i int, v float64) {
	if d.Dtype() == tensor.Float32 {
		d.Float32s()[i] = float32(v)
	} else {
		d.Float64s()[i] = v
	}
}

// Without weights an optimizer tells its settings, and goes on from a state.
func TestNoWeights(t *testing.T) {
	each(t, func(t *testing.T, k int, dt tensor.Dtype) {
		s, err := all[k].New(nil)
		if err != nil {
			t.Fatal(err)
		}
		s.Finalize()
		state, err := s.State()
		if err != nil {
			t.Fatal(err)
		}
		var values []*tensor.Dense
		for _, v := range state {
			values = append(values, v.Value)
		}
		if err := s.SetState(values); err != nil {
			t.Error(err)
		}
		if !(s.LearningRate() > 0) || s.Iterations() != 0 {
			t.Errorf("rate %v and %d iterations", s.LearningRate(), s.Iterations())
		}
	})
}
