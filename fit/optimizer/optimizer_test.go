package optimizer_test

import (
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"gorgonia.org/tensor"
)

// State lists what Keras archives hold, in their order.
func TestStateNames(t *testing.T) {
	head := "iteration learning_rate "
	for _, c := range []struct {
		name string
		o    optimizer.Optimizer
		want string
	}{
		{"sgd", optimizer.SGD{}, head},
		{"momentum", optimizer.SGD{Momentum: 0.9}, head + "k/momentum b/momentum"},
		{"schedule", optimizer.SGD{Schedule: falling(1)}, "iteration"},
		{"rmsprop", optimizer.RMSprop{Momentum: 0.5, Centered: true},
			head + "k/velocity b/velocity k/momentum b/momentum k/average_gradient b/average_gradient"},
		{"adam", optimizer.Adam{}, head + "k/momentum k/velocity b/momentum b/velocity"},
		{"amsgrad", optimizer.AdamW{AMSGrad: true}, head + "k/momentum k/velocity b/momentum b/velocity k/velocity_hat b/velocity_hat"},
		{"averages and accumulators", optimizer.Lion{Common: optimizer.Common{UseEMA: true, GradientAccumulationSteps: 2}},
			head + "k/average b/average k/gradient_accumulator b/gradient_accumulator k/momentum b/momentum"},
		{"adagrad", optimizer.Adagrad{}, head + "k/accumulator b/accumulator"},
		{"adadelta", optimizer.Adadelta{}, head + "k/accumulated_grad k/accumulated_delta_var b/accumulated_grad b/accumulated_delta_var"},
		{"adamax", optimizer.Adamax{}, head + "k/momentum k/norm b/momentum b/norm"},
		{"nadam", optimizer.Nadam{}, head + "k/momentum k/velocity b/momentum b/velocity u_product"},
		{"ftrl", optimizer.Ftrl{}, head + "k/accumulator k/linear b/accumulator b/linear"},
		{"lamb", optimizer.Lamb{}, head + "k/momentum k/velocity b/momentum b/velocity"},
		{"adafactor", optimizer.Adafactor{}, head + "k/r k/c k/velocity b/r b/c b/velocity"},
		{"schedule free", optimizer.ScheduleFreeAdamW{}, head + "k/momentum k/velocity b/momentum b/velocity"},
		{"muon", optimizer.Muon{}, head + "k/momentum b/momentum b/velocity"},
	} {
		p := newPair(tensor.Float32, 2, 3)
		p.weights[0].Name, p.weights[1].Name = "k", "b"
		state, err := p.start(t, c.o).State()
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, v := range state {
			names = append(names, v.Name)
			shape := tensor.Shape{2, 3}
			switch {
			case v.Name == "k/r":
				shape = tensor.Shape{2}
			case v.Name == "k/c" || strings.HasPrefix(v.Name, "b/"):
				shape = tensor.Shape{3}
			}
			if !strings.Contains(v.Name, "/") || v.Name == "b/r" || v.Name == "b/c" {
				shape = tensor.Shape{}
			}
			if !v.Value.Shape().Eq(shape) {
				t.Errorf("%s: %s has the shape %v, expected %v", c.name, v.Name, v.Value.Shape(), shape)
			}
		}
		if got := strings.Join(names, " "); got != strings.TrimSpace(c.want) {
			t.Errorf("%s: state %q, expected Keras's order %q", c.name, got, c.want)
		}
	}
}

func TestZeroIsZero(t *testing.T) {
	// Adam with beta 1 = 0 forgets the first gradient at once.
	w := vectors.Array{Shape: []int{1}, Data: []float64{0}}.Tensor(tensor.Float64)
	s, err := optimizer.Adam{Beta1: optimizer.Zero}.New([]optimizer.Weight{{Value: w}})
	if err != nil {
		t.Fatal(err)
	}
	step := func(g float64) {
		if err := s.Step([]*tensor.Dense{vectors.Array{Shape: []int{1}, Data: []float64{g}}.Tensor(tensor.Float64)}, 1); err != nil {
			t.Fatal(err)
		}
	}
	step(100)
	if got := first(t, s); got != 100 {
		t.Errorf("momentum after a gradient of 100 is %v", got)
	}
	step(-3)
	if got := first(t, s); got != -3 {
		t.Errorf("momentum after a gradient of -3 is %v", got)
	}
}

// first is the first number of the first slot.
func first(t *testing.T, s optimizer.Stepper) float64 {
	t.Helper()
	state, err := s.State()
	if err != nil {
		t.Fatal(err)
	}
	return at(state[2].Value, 0)
}

func TestErrors(t *testing.T) {
	w32 := optimizer.Weight{Name: "kernel", Value: tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(2))}
	w64 := optimizer.Weight{Name: "bias", Value: tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(2))}
	ints := optimizer.Weight{Value: tensor.New(tensor.Of(tensor.Int), tensor.WithShape(2))}
	one := []optimizer.Weight{w32}
	common := func(c optimizer.Common) optimizer.Optimizer { return optimizer.Adam{Common: c} }
	for _, c := range []struct {
		name    string
		o       optimizer.Optimizer
		weights []optimizer.Weight
		want    string
	}{
		{"nil weight", optimizer.Adam{}, []optimizer.Weight{{}}, "weight 0 is nil"},
		{"negative rate", optimizer.SGD{LearningRate: -1}, one, "learning rate -1"},
		{"NaN rate", optimizer.RMSprop{LearningRate: math.NaN()}, one, "learning rate NaN"},
		{"momentum above 1", optimizer.SGD{Momentum: 1.5}, one, "momentum 1.5"},
		{"beta of 1", optimizer.Adam{Beta2: 1}, one, "beta 2 1"},
		{"mixed types", optimizer.Adam{}, []optimizer.Weight{w32, w64}, "weight 1 is of float64"},
		{"integers", optimizer.Adam{}, []optimizer.Weight{ints}, "weight 0 is of int"},
		{"rate and schedule", optimizer.SGD{LearningRate: 1, Schedule: falling(1)}, one, "both a learning rate, 1, and a schedule"},
		{"bad schedule", optimizer.SGD{Schedule: schedule.CosineDecay{}}, one, "sgd: schedule: CosineDecay: InitialLearningRate 0"},
		{"two clips", common(optimizer.Common{ClipNorm: 1, ClipValue: 2}), one, "ClipNorm 1, GlobalClipNorm 0 and ClipValue 2, expected at most one"},
		{"negative clip", common(optimizer.Common{GlobalClipNorm: -1}), one, "GlobalClipNorm -1"},
		{"accumulating one step", common(optimizer.Common{GradientAccumulationSteps: 1}), one, "GradientAccumulationSteps 1, expected 2 or more"},
		{"EMA momentum alone", common(optimizer.Common{EMAMomentum: 0.5}), one, "EMAMomentum 0.5 without UseEMA"},
		{"EMA frequency alone", common(optimizer.Common{EMAOverwriteFrequency: 5}), one, "EMAOverwriteFrequency 5 without UseEMA"},
		{"EMA momentum", common(optimizer.Common{UseEMA: true, EMAMomentum: 1.5}), one, "EMAMomentum 1.5"},
		{"EMA frequency", common(optimizer.Common{UseEMA: true, EMAOverwriteFrequency: -1}), one, "EMAOverwriteFrequency -1"},
		{"negative decay", common(optimizer.Common{WeightDecay: -0.1}), one, "weight decay -0.1"},
		{"exclusion without decay", common(optimizer.Common{ExcludeFromWeightDecay: []string{"k"}}), one, "no weight decays"},
		{"exclusion of nothing", optimizer.AdamW{Common: optimizer.Common{ExcludeFromWeightDecay: []string{"bias"}}}, one, `no weight has a name like "bias"`},
		{"bad pattern", optimizer.AdamW{Common: optimizer.Common{ExcludeFromWeightDecay: []string{"("}}}, one, "missing closing )"},
		{"muon's layers", optimizer.Muon{ExcludeLayers: []string{"head"}}, one, `ExcludeLayers: no weight has a name like "head"`},
		{"muon's scale", optimizer.Muon{Unscaled: true, RMSRate: 0.1}, one, "together with Unscaled"},
		{"muon's steps", optimizer.Muon{NSSteps: -1}, one, "number of steps -1"},
		{"ftrl without a rate", optimizer.Ftrl{LearningRate: optimizer.Zero}, one, "learning rate 0"},
		{"ftrl's power", optimizer.Ftrl{LearningRatePower: 0.5}, one, "learning rate power 0.5"},
		{"lion's beta", optimizer.Lion{Beta1: optimizer.Zero}, one, "beta 1 0"},
		{"schedule-free beta", optimizer.ScheduleFreeAdamW{Beta1: optimizer.Zero}, one, "beta 1 0"},
		{"schedule-free warm-up", optimizer.ScheduleFreeAdamW{WarmupSteps: -2}, one, "warm-up steps -2"},
		{"adafactor's threshold", optimizer.Adafactor{ClipThreshold: -1}, one, "clip threshold -1"},
	} {
		if _, err := c.o.New(c.weights); err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), "optimizer:") != 1 {
			t.Errorf("%s: error %v, expected one with %q", c.name, err, c.want)
		}
	}
	s, err := optimizer.SGD{}.New(one)
	if err != nil {
		t.Fatal(err)
	}
	for name, grads := range map[string][]*tensor.Dense{
		"none": nil, "nil": {nil}, "other type": {w64.Value}, "other size": {tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(3))},
	} {
		if err := s.Step(grads, 1); err == nil {
			t.Errorf("gradients %s: no error", name)
		}
	}
	if s.Iterations() != 0 {
		t.Errorf("%d iterations after steps that failed", s.Iterations())
	}
	if err := s.SetLearningRate(math.Inf(1)); err == nil {
		t.Error("an infinite learning rate was taken")
	}
	if err := s.SetLearningRate(0.5); err != nil || s.LearningRate() != 0.5 {
		t.Errorf("SetLearningRate(0.5): %v, rate %v", err, s.LearningRate())
	}
}

func TestByName(t *testing.T) {
	for _, name := range optimizer.Names() {
		if o, err := optimizer.ByName(strings.ToUpper(name)); err != nil || o.Name() != name {
			t.Errorf("ByName(%q) = %v, %v", strings.ToUpper(name), o, err)
		}
	}
	if _, err := optimizer.ByName("adamm"); err == nil || !strings.Contains(err.Error(), `"adamm", did you mean adam or adamw?`) {
		t.Errorf("error %v, expected one that names what is near", err)
	}
}
