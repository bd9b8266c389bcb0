package optimizer_test

import (
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"gorgonia.org/tensor"
)

// two are the weights (3,4) and (12) at 0, both with the gradients of the same
// numbers, driven by plain descent with rate 1: a step is minus the gradient
// that is left after clipping.
func two(t *testing.T, c optimizer.Common) (weights, grads []*tensor.Dense, s optimizer.Stepper) {
	t.Helper()
	var named []optimizer.Weight
	for i, n := range []int{2, 1} {
		w := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(n))
		named = append(named, optimizer.Weight{Name: []string{"dense/kernel", "dense/bias"}[i], Value: w})
		weights = append(weights, w)
	}
	grads = []*tensor.Dense{vectors.Array{Shape: []int{2}, Data: []float64{3, 4}}.Tensor(tensor.Float64), vectors.Array{Shape: []int{1}, Data: []float64{12}}.Tensor(tensor.Float64)}
	s, err := optimizer.SGD{LearningRate: 1, Common: c}.New(named)
	if err != nil {
		t.Fatal(err)
	}
	return weights, grads, s
}

func all3(weights []*tensor.Dense) []float64 {
	return append(append([]float64{}, vectors.Floats(weights[0])...), vectors.Floats(weights[1])...)
}

func TestClipping(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name   string
		common optimizer.Common
		grad   float64 // of the bias
		want   []float64
	}{
		{"none", optimizer.Common{}, 12, []float64{-3, -4, -12}},
		{"each norm", optimizer.Common{ClipNorm: 2.5}, 12, []float64{-1.5, -2, -2.5}},
		{"each norm, not needed", optimizer.Common{ClipNorm: 5}, 1, []float64{-3, -4, -1}},
		{"each norm, none", optimizer.Common{ClipNorm: 5}, 0, []float64{-3, -4, 0}},
		{"norm of all, 13", optimizer.Common{GlobalClipNorm: 6.5}, 12, []float64{-1.5, -2, -6}},
		{"norm of all, not needed", optimizer.Common{GlobalClipNorm: 14}, 12, []float64{-3, -4, -12}},
		{"norm of all, infinite", optimizer.Common{GlobalClipNorm: 1}, inf, []float64{nan, nan, nan}},
		{"norm of all, NaN", optimizer.Common{GlobalClipNorm: 1}, nan, []float64{nan, nan, nan}},
		{"each norm, NaN", optimizer.Common{ClipNorm: 5}, nan, []float64{-3, -4, nan}},
		{"value", optimizer.Common{ClipValue: 3.5}, -12, []float64{-3, -3.5, 3.5}},
	} {
		weights, grads, s := two(t, c.common)
		grads[1].Float64s()[0] = c.grad / 4
		grads[0].Float64s()[0], grads[0].Float64s()[1] = 0.75, 1
		if err := s.Step(grads, 4); err != nil {
			t.Fatal(err)
		}
		for i, got := range all3(weights) {
			if !(math.Abs(got-c.want[i]) < 1e-12 || got != got && c.want[i] != c.want[i]) {
				t.Errorf("%s: weights %v, expected %v", c.name, all3(weights), c.want)
				break
			}
		}
	}
}

// All norms at 0: nothing is divided by 0.
func TestClippingOfNothing(t *testing.T) {
	for _, c := range []optimizer.Common{{ClipNorm: 1}, {GlobalClipNorm: 1}, {ClipValue: 1}} {
		weights, grads, s := two(t, c)
		if err := s.Step(grads, 0); err != nil {
			t.Fatal(err)
		}
		vectors.Equal(t, "weights", all3(weights), []float64{0, 0, 0})
	}
}

func TestWeightDecayExclusion(t *testing.T) {
	weights, grads, s := two(t, optimizer.Common{WeightDecay: 0.25, ExcludeFromWeightDecay: []string{"bias$", "nomatch|dense/b"}})
	for _, w := range weights {
		for i := range w.Float64s() {
			w.Float64s()[i] = 8
		}
	}
	if err := s.Step(grads, 0); err != nil {
		t.Fatal(err)
	}
	vectors.Equal(t, "weights", all3(weights), []float64{6, 6, 8})
}

// Three gradients, their mean clipped: nothing moves before the third.
func TestAccumulation(t *testing.T) {
	weights, grads, s := two(t, optimizer.Common{GradientAccumulationSteps: 3, ClipValue: 5})
	for round := range 2 {
		for step := range 3 {
			vectors.Equal(t, "weights before the last step", all3(weights), []float64{-3 * float64(round), -4 * float64(round), -5 * float64(round)})
			grads[0].Float64s()[0] = float64(2 + step)
			if err := s.Step(grads, 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	vectors.Equal(t, "weights", all3(weights), []float64{-6, -8, -10})
	if s.Iterations() != 6 {
		t.Errorf("%d iterations, expected 6", s.Iterations())
	}
}

func TestAverages(t *testing.T) {
	weights, grads, s := two(t, optimizer.Common{UseEMA: true, EMAMomentum: 0.5})
	if err := s.SwapAverages(); err == nil {
		t.Error("averages were swapped before the first step")
	}
	s.Finalize() // does nothing before the first step
	weights[1].Float64s()[0] = 24
	for range 2 {
		if err := s.Step(grads, 1); err != nil {
			t.Fatal(err)
		}
	}
	vectors.Equal(t, "weights", all3(weights), []float64{-6, -8, 0})
	if err := s.SwapAverages(); err != nil {
		t.Fatal(err)
	}
	average := []float64{-4.5, -6, 6}
	vectors.Equal(t, "averages", all3(weights), average)
	if err := s.Step(grads, 1); err == nil || s.Iterations() != 2 {
		t.Errorf("a step with the averages in place: error %v, %d iterations", err, s.Iterations())
	}
	if err := s.SwapAverages(); err != nil {
		t.Fatal(err)
	}
	vectors.Equal(t, "weights swapped back", all3(weights), []float64{-6, -8, 0})
	// Finalize leaves the averages, swapped or not, and training goes on.
	for _, swap := range []bool{false, true} {
		if swap {
			if err := s.SwapAverages(); err != nil {
				t.Fatal(err)
			}
		}
		s.Finalize()
		vectors.Equal(t, "finalized", all3(weights), average)
	}
	if err := s.Step(grads, 1); err != nil {
		t.Fatal(err)
	}
	vectors.Equal(t, "weights after one more step", all3(weights), []float64{-7.5, -10, -6})
	if _, _, plain := two(t, optimizer.Common{}); plain.SwapAverages() == nil {
		t.Error("averages were swapped that are not kept")
	}
}

func TestScheduleInPlaceOfRate(t *testing.T) {
	w := optimizer.Weight{Name: "w", Value: vectors.Array{Shape: []int{1}, Data: []float64{0}}.Tensor(tensor.Float64)}
	g := []*tensor.Dense{vectors.Array{Shape: []int{1}, Data: []float64{1}}.Tensor(tensor.Float64)}
	rates := []float64{4, 2, 1, math.NaN()}
	// A schedule counts all steps, also those that only accumulate.
	s, err := optimizer.SGD{Schedule: schedule.Func(func(step int) float64 { return rates[step] }), Common: optimizer.Common{GradientAccumulationSteps: 3}}.New([]optimizer.Weight{w})
	if err != nil {
		t.Fatal(err)
	}
	for step := range 3 {
		if s.LearningRate() != rates[step] {
			t.Errorf("rate %v before step %d, expected %v", s.LearningRate(), step, rates[step])
		}
		if err := s.Step(g, 1); err != nil {
			t.Fatal(err)
		}
	}
	vectors.Equal(t, "weight", vectors.Floats(w.Value), []float64{-1})
	if err := s.Step(g, 1); err == nil || s.Iterations() != 3 {
		t.Errorf("a rate of NaN: error %v, %d iterations", err, s.Iterations())
	}
	if err := s.SetLearningRate(1); err == nil {
		t.Error("a rate was set although a schedule is at work")
	}
}

func TestFtrlNeedsARate(t *testing.T) {
	p := newPair(tensor.Float32, 1, 1)
	s := p.start(t, optimizer.Ftrl{})
	if err := s.SetLearningRate(0); err == nil {
		t.Error("a rate of 0 was taken")
	}
	s = p.start(t, optimizer.Ftrl{Schedule: schedule.Func(func(int) float64 { return 0 })})
	if err := s.Step(p.grads, 1); err == nil {
		t.Error("a step at rate 0 was taken")
	}
}

// The running mean of a schedule-free optimizer begins at the weights of the
// first step, wherever they were when it was made.
func TestScheduleFreeBeginsAtTheWeights(t *testing.T) {
	p := newPair(tensor.Float64, 2, 3)
	s := p.start(t, optimizer.ScheduleFreeAdamW{})
	fill(p.weights[0].Value, 1)
	before := append([]float64{}, vectors.Floats(p.weights[0].Value)...)
	if err := s.Step(p.grads, 1); err != nil {
		t.Fatal(err)
	}
	vectors.Equal(t, "weights after a step without a gradient", vectors.Floats(p.weights[0].Value), before)
}

// Muon leaves to AdamW what is no matrix, embeddings, and the layers that are
// excluded.
func TestMuonChoosesByWeight(t *testing.T) {
	slots := func(o optimizer.Muon, name string) int {
		p := newPair(tensor.Float32, 2, 3)
		p.weights[0].Name = name
		state, err := p.start(t, o).State()
		if err != nil {
			t.Fatal(err)
		}
		return len(state) - 4 // iteration, rate, and two slots of the bias
	}
	for _, c := range []struct {
		o    optimizer.Muon
		name string
		want int
	}{
		{optimizer.Muon{}, "dense/kernel", 1},
		{optimizer.Muon{}, "Embedding_1/embeddings", 2},
		{optimizer.Muon{IncludeEmbeddings: true}, "embedding/embeddings", 1},
		{optimizer.Muon{ExcludeLayers: []string{"^head/"}}, "head/kernel", 2},
	} {
		if got := slots(c.o, c.name); got != c.want {
			t.Errorf("%+v: %s has %d slots, expected %d", c.o, c.name, got, c.want)
		}
	}
}

func TestSetStateErrors(t *testing.T) {
	p := newPair(tensor.Float32, 2, 3)
	s := p.start(t, optimizer.Adam{LearningRate: 0.5})
	p.step(t, s, 1)
	state, err := s.State()
	if err != nil {
		t.Fatal(err)
	}
	values := func(change func(v []*tensor.Dense)) []*tensor.Dense {
		var v []*tensor.Dense
		for _, x := range state {
			v = append(v, x.Value)
		}
		change(v)
		return v
	}
	scalar := func(x any) *tensor.Dense { return tensor.New(tensor.FromScalar(x)) }
	kernel := func(dt tensor.Dtype, shape ...int) *tensor.Dense {
		return tensor.New(tensor.Of(dt), tensor.WithShape(shape...))
	}
	for name, v := range map[string][]*tensor.Dense{
		"too few":            values(func([]*tensor.Dense) {})[:3],
		"fraction of a step": values(func(v []*tensor.Dense) { v[0] = scalar(1.5) }),
		"negative step":      values(func(v []*tensor.Dense) { v[0] = scalar(-1) }),
		"nil step":           values(func(v []*tensor.Dense) { v[0] = nil }),
		"NaN rate":           values(func(v []*tensor.Dense) { v[1] = scalar(math.NaN()) }),
		"shape of the rate":  values(func(v []*tensor.Dense) { v[1] = kernel(tensor.Float32, 2) }),
		"nil slot":           values(func(v []*tensor.Dense) { v[2] = nil }),
		"shape of a slot":    values(func(v []*tensor.Dense) { v[2] = kernel(tensor.Float32, 3, 2) }),
		"integers":           values(func(v []*tensor.Dense) { v[2] = kernel(tensor.Int, 2, 3) }),
		"last slot":          values(func(v []*tensor.Dense) { v[5] = kernel(tensor.Float32, 4) }),
	} {
		if err := s.SetState(v); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if s.Iterations() != 1 || s.LearningRate() != 0.5 {
		t.Errorf("after errors: %d iterations, rate %v", s.Iterations(), s.LearningRate())
	}
	// Other widths are converted, as Keras does.
	wide := kernel(tensor.Float64, 2, 3)
	wide.Float64s()[0] = 7
	if err := s.SetState(values(func(v []*tensor.Dense) { v[0], v[1], v[2] = scalar(int32(9)), scalar(float32(0.25)), wide })); err != nil {
		t.Fatal(err)
	}
	if s.Iterations() != 9 || s.LearningRate() != 0.25 || first(t, s) != 7 {
		t.Errorf("%d iterations, rate %v, first slot %v, expected 9, 0.25 and 7", s.Iterations(), s.LearningRate(), first(t, s))
	}
}

// The bias moves by Adam with a rate and a decay of its own.
func TestMuonsAdam(t *testing.T) {
	muon := optimizer.Muon{LearningRate: 0.1, AdamLRRatio: 0.5, AdamWeightDecay: 0.02, Common: optimizer.Common{WeightDecay: 0.3}}
	adam := optimizer.AdamW{LearningRate: 0.05, Common: optimizer.Common{WeightDecay: 0.04}} // 0.05·0.04 = 0.1·0.02
	p, q := newPair(tensor.Float64, 2, 3), newPair(tensor.Float64, 2, 3)
	fill(p.weights[1].Value, 1)
	fill(q.weights[1].Value, 1)
	s, same := p.start(t, muon), q.start(t, adam)
	for step := range 4 {
		p.step(t, s, uint64(step))
		q.step(t, same, uint64(step))
	}
	vectors.Equal(t, "bias", vectors.Floats(p.weights[1].Value), vectors.Floats(q.weights[1].Value))
}

// Three steps that accumulate the same gradient are one step: the rules count
// updates.
func TestAccumulationCountsUpdates(t *testing.T) {
	k := optimizer.Common{GradientAccumulationSteps: 3}
	for name, o := range map[string][2]optimizer.Optimizer{
		"adam":      {optimizer.Adam{}, optimizer.Adam{Common: k}},
		"nadam":     {optimizer.Nadam{}, optimizer.Nadam{Common: k}},
		"adafactor": {optimizer.Adafactor{}, optimizer.Adafactor{Common: k}},
	} {
		p, q := newPair(tensor.Float64, 2, 3), newPair(tensor.Float64, 2, 3)
		s, accumulating := p.start(t, o[0]), q.start(t, o[1])
		for step := range 4 {
			p.step(t, s, uint64(step))
			for range 3 {
				q.step(t, accumulating, uint64(step))
			}
			if got, want := at(q.weights[0].Value, 0), at(p.weights[0].Value, 0); math.Abs(got-want) > 1e-12 {
				t.Errorf("%s: weight %v after update %d, expected %v", name, got, step, want)
			}
		}
	}
}

// Several gradients, accumulated, are one step with their mean, whatever the
// optimizer, and the weights decay once for all of them: Keras's
// test_gradient_accumulation_with_weight_decay.
func TestAccumulationDecaysOnce(t *testing.T) {
	once := optimizer.Common{WeightDecay: 0.05}
	thrice := optimizer.Common{WeightDecay: 0.05, GradientAccumulationSteps: 3}
	for name, o := range map[string][2]optimizer.Optimizer{
		"adam": {optimizer.Adam{Common: once}, optimizer.Adam{Common: thrice}}, "sgd": {optimizer.SGD{Common: once}, optimizer.SGD{Common: thrice}},
		"adamw": {optimizer.AdamW{Common: once}, optimizer.AdamW{Common: thrice}}, "adagrad": {optimizer.Adagrad{Common: once}, optimizer.Adagrad{Common: thrice}},
		"rmsprop": {optimizer.RMSprop{Common: once}, optimizer.RMSprop{Common: thrice}}, "adadelta": {optimizer.Adadelta{Common: once}, optimizer.Adadelta{Common: thrice}},
		"adamax": {optimizer.Adamax{Common: once}, optimizer.Adamax{Common: thrice}}, "lion": {optimizer.Lion{Common: once}, optimizer.Lion{Common: thrice}},
		"nadam": {optimizer.Nadam{Common: once}, optimizer.Nadam{Common: thrice}}, "ftrl": {optimizer.Ftrl{Common: once}, optimizer.Ftrl{Common: thrice}},
		"adafactor": {optimizer.Adafactor{Common: once}, optimizer.Adafactor{Common: thrice}},
	} {
		p, q := newPair(tensor.Float64, 2, 1), newPair(tensor.Float64, 2, 1)
		for _, w := range []*tensor.Dense{p.weights[0].Value, q.weights[0].Value} {
			copy(w.Float64s(), []float64{0.9, 0.5})
		}
		s, accumulating := p.start(t, o[0]), q.start(t, o[1])
		for update := range 8 {
			for i, g := range p.grads {
				clear(g.Float64s())
				for part := range 3 {
					fill(q.grads[i], uint64(3*update+part)+uint64(i)<<32)
					for j, v := range q.grads[i].Float64s() {
						g.Float64s()[j] += v / 3
					}
				}
			}
			if err := s.Step(p.grads, 1); err != nil {
				t.Fatal(err)
			}
			for part := range 3 {
				for i, g := range q.grads {
					fill(g, uint64(3*update+part)+uint64(i)<<32)
				}
				if err := accumulating.Step(q.grads, 1); err != nil {
					t.Fatal(err)
				}
			}
		}
		for i, w := range p.weights {
			for j, want := range w.Value.Float64s() {
				if got := at(q.weights[i].Value, j); math.Abs(got-want) > 1e-9 {
					t.Errorf("%s: %s %d is %v, expected %v", name, w.Name, j, got, want)
				}
			}
		}
	}
}

// However large the weight, Lamb looks at all of it: in the first step, where r
// is the sign of the gradient, small elements move as far as large ones, and all
// together by the rate times the weight's length.
func TestLambLooksAtTheWholeWeight(t *testing.T) {
	p := newPair(tensor.Float64, 190, 210)
	w := p.weights[0].Value
	var size float64
	for i := range w.Float64s() {
		w.Float64s()[i] = float64(i)
		size += float64(i) * float64(i)
	}
	p.step(t, p.start(t, optimizer.Lamb{LearningRate: 0.1}), 1)
	want := 0.1 * math.Sqrt(size/float64(190*210))
	for _, i := range []int{1, 20000, 190*210 - 1} {
		if got := math.Abs(w.Float64s()[i] - float64(i)); math.Abs(got-want) > 1e-2*want {
			t.Errorf("element %d moved by %v, expected %v", i, got, want)
		}
	}
}

// A weight of zeros has no size, and Epsilon2 takes its place: the first step is
// rate·Epsilon2 along the sign of the gradient.
func TestAdafactorLeavesZero(t *testing.T) {
	p := newPair(tensor.Float64, 2, 3)
	p.grads[1].Float64s()[0], p.grads[1].Float64s()[1], p.grads[1].Float64s()[2] = 5, -2, 1
	if err := p.start(t, optimizer.Adafactor{LearningRate: 0.1, Epsilon2: 0.5}).Step(p.grads, 1); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{-0.05, 0.05, -0.05} {
		if got := at(p.weights[1].Value, i); math.Abs(got-want) > 1e-9 {
			t.Errorf("element %d is %v, expected %v", i, got, want)
		}
	}
}
