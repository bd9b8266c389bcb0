package optimizer_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"gorgonia.org/tensor"
)

// Six steps of Keras's optimizers, weights compared after each, and once more
// after the averages went into the model.
func TestKerasTrajectories(t *testing.T) {
	var cases []struct {
		Optimizer  string
		Args       json.RawMessage
		W0         []vectors.Array
		Grads      [][]vectors.Array
		W          [][]vectors.Array
		WFinalized []vectors.Array `json:"w_finalized"`
	}
	vectors.Read(t, "testdata/optimizers.json", &cases)
	replayed := 0
	for _, c := range cases {
		if t.Run(c.Optimizer+string(c.Args), func(t *testing.T) {
			var weights []optimizer.Weight
			for i, w := range c.W0 {
				weights = append(weights, optimizer.Weight{Name: []string{"dense/kernel", "dense/bias"}[i], Value: w.Tensor(tensor.Float32)})
			}
			o, lossScale := fromKeras(t, c.Optimizer, c.Args)
			s, err := o.New(weights)
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
				if err := s.Step(grads, 2/lossScale); err != nil {
					t.Fatal(err)
				}
				for i, w := range weights {
					vectors.Equal(t, w.Name, vectors.Floats(w.Value), c.W[step][i].Data)
				}
			}
			if s.Iterations() != len(c.Grads) {
				t.Errorf("Iterations() = %d after %d steps", s.Iterations(), len(c.Grads))
			}
			s.Finalize()
			for i, w := range c.WFinalized {
				vectors.Equal(t, "finalized "+weights[i].Name, vectors.Floats(weights[i].Value), w.Data)
			}
		}) {
			replayed++
		}
	}
	t.Logf("replayed %d of %d optimizer trajectories", replayed, len(cases))
}

// fromKeras also returns the factor that the trainer multiplied the loss by.
func fromKeras(t *testing.T, name string, args json.RawMessage) (optimizer.Optimizer, float64) {
	a := struct {
		Rate      float64 `json:"learning_rate"`
		LossScale float64 `json:"loss_scale_factor"`
		Decay     float64 `json:"weight_decay"`
		ClipNorm  float64
		Global    float64 `json:"global_clipnorm"`
		ClipValue float64
		EMA       bool    `json:"use_ema"`
		EMAMom    float64 `json:"ema_momentum"`
		EMAFreq   int     `json:"ema_overwrite_frequency"`
		Steps     int     `json:"gradient_accumulation_steps"`

		Momentum  float64
		Nesterov  bool
		Rho       float64
		Centered  bool
		Beta1     float64 `json:"beta_1"`
		Beta2     float64 `json:"beta_2"`
		Epsilon   float64
		AMSGrad   bool
		L1        float64 `json:"l1_regularization_strength"`
		L2        float64 `json:"l2_regularization_strength"`
		Shrinkage float64 `json:"l2_shrinkage_regularization_strength"`
		Beta      float64
		Warmup    int `json:"warmup_steps"`
	}{LossScale: 1}
	dec := json.NewDecoder(strings.NewReader(string(args)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		t.Fatal(err)
	}
	common := optimizer.Common{
		WeightDecay: a.Decay, ClipNorm: a.ClipNorm, GlobalClipNorm: a.Global, ClipValue: a.ClipValue,
		UseEMA: a.EMA, EMAMomentum: a.EMAMom, EMAOverwriteFrequency: a.EMAFreq, GradientAccumulationSteps: a.Steps,
	}
	o, err := optimizer.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	switch o.(type) {
	case optimizer.SGD:
		o = optimizer.SGD{LearningRate: a.Rate, Momentum: a.Momentum, Nesterov: a.Nesterov, Common: common}
	case optimizer.RMSprop:
		o = optimizer.RMSprop{LearningRate: a.Rate, Rho: a.Rho, Momentum: a.Momentum, Epsilon: a.Epsilon, Centered: a.Centered, Common: common}
	case optimizer.Adam:
		o = optimizer.Adam{LearningRate: a.Rate, Beta1: a.Beta1, Beta2: a.Beta2, Epsilon: a.Epsilon, AMSGrad: a.AMSGrad, Common: common}
	case optimizer.AdamW:
		o = optimizer.AdamW{LearningRate: a.Rate, Beta1: a.Beta1, Beta2: a.Beta2, Epsilon: a.Epsilon, AMSGrad: a.AMSGrad, Common: common}
	case optimizer.Adadelta:
		o = optimizer.Adadelta{LearningRate: a.Rate, Rho: a.Rho, Epsilon: a.Epsilon, Common: common}
	case optimizer.Adagrad:
		o = optimizer.Adagrad{LearningRate: a.Rate, Epsilon: a.Epsilon, Common: common}
	case optimizer.Adamax:
		o = optimizer.Adamax{LearningRate: a.Rate, Beta1: a.Beta1, Beta2: a.Beta2, Epsilon: a.Epsilon, Common: common}
	case optimizer.Nadam:
		o = optimizer.Nadam{LearningRate: a.Rate, Beta1: a.Beta1, Beta2: a.Beta2, Epsilon: a.Epsilon, Common: common}
	case optimizer.Ftrl:
		o = optimizer.Ftrl{LearningRate: a.Rate, L1Regularization: a.L1, L2Regularization: a.L2, L2Shrinkage: a.Shrinkage, Beta: a.Beta, Common: common}
	case optimizer.Lion:
		o = optimizer.Lion{LearningRate: a.Rate, Beta1: a.Beta1, Beta2: a.Beta2, Common: common}
	case optimizer.Lamb:
		o = optimizer.Lamb{LearningRate: a.Rate, Beta1: a.Beta1, Beta2: a.Beta2, Epsilon: a.Epsilon, Common: common}
	case optimizer.Adafactor:
		o = optimizer.Adafactor{LearningRate: a.Rate, Common: common}
	case optimizer.Muon:
		o = optimizer.Muon{LearningRate: a.Rate, Common: common}
	case optimizer.ScheduleFreeAdamW:
		o = optimizer.ScheduleFreeAdamW{LearningRate: a.Rate, WarmupSteps: a.Warmup, Common: common}
	default:
		t.Fatalf("no optimizer for %q", name)
	}
	return o, a.LossScale
}
