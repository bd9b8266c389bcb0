package optimizer

import (
	"fmt"
	"math"
	"strings"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Muon moves matrices by their momentum made orthogonal (Jordan et al. 2024;
// Liu et al. 2025):
//
//	m ← Momentum·m + g,  x = g + Momentum·m
//	x ← x/‖x‖, then NSSteps times  x ← A·x + (B·xxᵀ + C·(xxᵀ)²)·x
//	w ← w - lr·RMSRate·sqrt(max(rows, cols))·x
//
// All other weights, embeddings and those of [Muon.ExcludeLayers] move by
// [AdamW]. A step costs several products of the matrix with itself.
type Muon struct {
	LearningRate float64           // 0 means 0.001
	Schedule     schedule.Schedule // in place of LearningRate

	// ExcludeLayers are regular expressions: weights with one of them in their
	// names, such as "dense_2/kernel", move by AdamW. The last layer should be
	// among them. It is an error if one matches no weight.
	ExcludeLayers     []string
	IncludeEmbeddings bool // do not leave weights with "embedding" in their name to AdamW

	Momentum    float64 // 0 means 0.95
	NoNesterov  bool    // x = m
	NSSteps     int     // 0 means 5
	MuonA       float64 // 0 means 3.4445
	MuonB       float64 // 0 means -4.775
	MuonC       float64 // 0 means 2.0315
	RMSRate     float64 // 0 means 0.2
	Unscaled    bool    // w ← w - lr·x; Keras's rms_rate=None
	AdamLRRatio float64 // of AdamW's learning rate to that of matrices; 0 means 1
	AdamBeta1   float64 // 0 means 0.9
	AdamBeta2   float64 // 0 means 0.999
	Epsilon     float64 // 0 means 1e-7; of AdamW
	// AdamWeightDecay is AdamW's; [Common.WeightDecay] that of matrices. 0 means
	// 0.004 for both.
	AdamWeightDecay float64
	Common
}

// Name implements [Optimizer].
func (Muon) Name() string { return "muon" }

// New implements [Optimizer].
func (o Muon) New(weights []Weight) (Stepper, error) {
	if o.Unscaled && o.RMSRate != 0 {
		return nil, fmt.Errorf("optimizer: muon: RMSRate %v together with Unscaled", o.RMSRate)
	}
	if o.NSSteps == 0 {
		o.NSSteps = 5
	}
	o.Momentum, o.RMSRate, o.AdamLRRatio = or(o.Momentum, 0.95), or(o.RMSRate, 0.2), or(o.AdamLRRatio, 1)
	o.MuonA, o.MuonB, o.MuonC = or(o.MuonA, 3.4445), or(o.MuonB, -4.775), or(o.MuonC, 2.0315)
	o.AdamBeta1, o.AdamBeta2, o.Epsilon = or(o.AdamBeta1, 0.9), or(o.AdamBeta2, 0.999), or(o.Epsilon, 1e-7)
	o.WeightDecay, o.AdamWeightDecay = or(o.WeightDecay, 0.004), or(o.AdamWeightDecay, 0.004)
	excluded, err := matching(weights, o.ExcludeLayers)
	if err != nil {
		return nil, fmt.Errorf("optimizer: muon: ExcludeLayers: %w", err)
	}
	byName := map[string]bool{}
	for i, w := range weights {
		embedding := !o.IncludeEmbeddings && strings.Contains(strings.ToLower(w.Name), "embedding")
		byName[w.Name] = excluded[i] || embedding
	}
	limit := math.MaxFloat64
	settings := append(moments(o.AdamBeta1, o.AdamBeta2, o.Epsilon),
		setting{"momentum", o.Momentum, 0, 1}, setting{"number of steps", float64(o.NSSteps), 1, math.MaxInt},
		setting{"a", o.MuonA, -limit, limit}, setting{"b", o.MuonB, -limit, limit}, setting{"c", o.MuonC, -limit, limit},
		setting{"RMS rate", o.RMSRate, 0, limit}, setting{"learning rate ratio of Adam", o.AdamLRRatio, 0, limit},
		setting{"weight decay of Adam", o.AdamWeightDecay, 0, limit})
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, settings,
		weights, muon[float32](o, byName), muon[float64](o, byName))
}

func muon[T kernel.Float](o Muon, adamByName map[string]bool) recipe[T] {
	rest := adam[T](Adam{Beta1: o.AdamBeta1, Beta2: o.AdamBeta2, Epsilon: o.Epsilon})
	return recipe[T]{method: func(w Weight) method[T] {
		shape := w.Value.Shape()
		if len(shape) != 2 || adamByName[w.Name] {
			m := rest.method(w)
			step1 := m.rule
			m.decay = &o.AdamWeightDecay
			m.rule = func(w, g []T, slots [][]T, s step) {
				s.rate *= o.AdamLRRatio
				step1(w, g, slots, s)
			}
			return m
		}
		matrix := kernel.NewMuon[T](kernel.MuonConfig{
			Rows: shape[0], Cols: shape[1], Steps: o.NSSteps, Momentum: o.Momentum, Nesterov: !o.NoNesterov,
			A: o.MuonA, B: o.MuonB, C: o.MuonC,
		})
		factor := 1.0
		if !o.Unscaled {
			factor = o.RMSRate * math.Sqrt(float64(max(shape[0], shape[1])))
		}
		return method[T]{whole: true, slots: named("momentum"), rule: func(w, g []T, slots [][]T, s step) {
			matrix.Step(w, g, slots[0], s.scale, s.rate*factor)
		}}
	}}
}
