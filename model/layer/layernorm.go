package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// LayerNormalization brings the numbers of each sample along Axis to mean 0 and
// variance 1 and then scales and shifts them (Ba et al. 2016):
//
//	y = gamma·(x-mean)/sqrt(variance+Epsilon) + beta
//
// with the biased variance, and with RMSScaling, as in Keras,
// y = gamma·x/sqrt(variance+Epsilon); see [RMSNormalization] for the root mean
// square. Training and inference are the same. Weights: gamma and beta, both of
// the sizes of the axes. A mask is passed on; masked timesteps are normalised
// like the others.
type LayerNormalization struct {
	Axis       []int   // counted with the batch as axis 0; nil means the last one
	Epsilon    float64 // 0 means 0.001
	NoCenter   bool    // no beta
	NoScale    bool    // no gamma
	RMSScaling bool    // has gamma and no beta whatever NoScale and NoCenter say
	// GammaInitializer is ones if nil, BetaInitializer zeros.
	GammaInitializer, BetaInitializer initializer.Initializer
	GammaRegularizer, BetaRegularizer regularizer.Regularizer
	GammaConstraint, BetaConstraint   constraint.Constraint
	Frozen                            bool
	Name                              string
}

// Class implements [Layer].
func (LayerNormalization) Class() string { return "LayerNormalization" }

// GivenName implements [Layer].
func (l LayerNormalization) GivenName() string { return l.Name }

// Build implements [Single].
func (l LayerNormalization) Build(in []int) (Built, error) {
	return buildAlong(in, l.Axis, or(l.Epsilon, 1e-3), l.scaling(), l.Frozen)
}

// Apply implements [Single].
func (l LayerNormalization) Apply(c Call) (*engine.Tensor, error) {
	kind := kernel.NormStandard
	if l.RMSScaling {
		kind = kernel.NormVariance
	}
	return c.alongAxes(l.Axis, kind, or(l.Epsilon, 1e-3), l.scaling())
}

func (l LayerNormalization) scaling() scaling {
	s := scaling{
		gammaInit: l.GammaInitializer, gammaReg: l.GammaRegularizer, gammaCon: l.GammaConstraint,
		betaInit: l.BetaInitializer, betaReg: l.BetaRegularizer, betaCon: l.BetaConstraint,
	}
	if !l.NoScale || l.RMSScaling {
		s.gamma = "gamma"
	}
	if !l.NoCenter && !l.RMSScaling {
		s.beta = "beta"
	}
	return s
}

// RMSNormalization divides the numbers of each sample along Axis by their root
// mean square and scales them (Zhang and Sennrich 2019):
//
//	y = scale·x/sqrt(mean(x²)+Epsilon)
//
// Weight: scale, of the sizes of the axes. A mask is dropped, as in Keras.
type RMSNormalization struct {
	Axis    []int   // counted with the batch as axis 0; nil means the last one
	Epsilon float64 // 0 means 1e-6
	Frozen  bool
	Name    string
}

// Class implements [Layer].
func (RMSNormalization) Class() string { return "RMSNormalization" }

// GivenName implements [Layer].
func (l RMSNormalization) GivenName() string { return l.Name }

// Build implements [Single].
func (l RMSNormalization) Build(in []int) (Built, error) {
	return buildAlong(in, l.Axis, or(l.Epsilon, 1e-6), scaling{gamma: "scale"}, l.Frozen)
}

// Apply implements [Single].
func (l RMSNormalization) Apply(c Call) (*engine.Tensor, error) {
	y, err := c.alongAxes(l.Axis, kernel.NormRMS, or(l.Epsilon, 1e-6), scaling{gamma: "scale"})
	if err != nil {
		return nil, err
	}
	return y.WithMask(nil), nil
}

// UnitNormalization divides the numbers of each sample along Axis by their
// Euclidean norm, y = x/sqrt(Σ x²); zeros stay zeros. A mask is passed on.
type UnitNormalization struct {
	Axis []int // counted with the batch as axis 0; nil means the last one
	Name string
}

// Class implements [Layer].
func (UnitNormalization) Class() string { return "UnitNormalization" }

// GivenName implements [Layer].
func (l UnitNormalization) GivenName() string { return l.Name }

// unitEpsilon is the least norm that UnitNormalization divides by.
const unitEpsilon = 1e-12

// Build implements [Single].
func (l UnitNormalization) Build(in []int) (Built, error) {
	return buildAlong(in, l.Axis, unitEpsilon, scaling{}, false)
}

// Apply implements [Single].
func (l UnitNormalization) Apply(c Call) (*engine.Tensor, error) {
	return c.alongAxes(l.Axis, kernel.NormUnit, unitEpsilon, scaling{})
}
