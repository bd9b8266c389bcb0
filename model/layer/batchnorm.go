package layer

import (
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// BatchNormalization brings each column of the last axis to mean 0 and
// variance 1 and then scales and shifts it (Ioffe and Szegedy 2015):
//
//	y = gamma·(x-mean)/sqrt(variance+Epsilon) + beta
//
// Training uses the mean and the biased variance of the batch over all other
// axes and moves the moving statistics towards them, m ← m·Momentum +
// stat·(1-Momentum); inference uses the moving statistics. Sample weights do
// not enter the statistics, as in Keras; timesteps that a mask takes out do not
// either. Weights: gamma, beta, moving_mean, moving_variance.
type BatchNormalization struct {
	Axis     int     // the last one, with the batch as axis 0; 0 means -1, which is always the last
	Momentum float64 // 0 means 0.99
	Epsilon  float64 // 0 means 0.001
	NoCenter bool    // no beta
	NoScale  bool    // no gamma
	// GammaInitializer is ones if nil, BetaInitializer zeros, as are the moving
	// mean and, with ones, the moving variance.
	GammaInitializer, BetaInitializer                initializer.Initializer
	MovingMeanInitializer, MovingVarianceInitializer initializer.Initializer
	GammaRegularizer, BetaRegularizer                regularizer.Regularizer
	GammaConstraint, BetaConstraint                  constraint.Constraint
	Frozen                                           bool // works as in inference, too
	Name                                             string
}

// Class implements [Layer].
func (BatchNormalization) Class() string { return "BatchNormalization" }

// GivenName implements [Layer].
func (l BatchNormalization) GivenName() string { return l.Name }

// Build implements [Single].
func (l BatchNormalization) Build(in []int) (Built, error) {
	if l.Axis != 0 && l.Axis != -1 && l.Axis != len(in) {
		return Built{}, fmt.Errorf("expected the last axis, -1 or %d, got axis %d", len(in), l.Axis)
	}
	if m := or(l.Momentum, 0.99); !(m >= 0 && m <= 1) {
		return Built{}, fmt.Errorf("expected a momentum from 0 to 1, got %v", m)
	}
	if e := or(l.Epsilon, 1e-3); !(e > 0 && e <= math.MaxFloat64) {
		return Built{}, fmt.Errorf("expected a finite epsilon above 0, got %v", e)
	}
	shape := []int{in[len(in)-1]}
	b := Built{Out: in, Frozen: l.Frozen}
	zeros, ones := initializer.Constant{}, initializer.Constant{Value: 1}
	if !l.NoScale {
		b.Weights = append(b.Weights, Weight{
			Name: "gamma", Shape: shape, Initializer: orInit(l.GammaInitializer, ones), Regularizer: l.GammaRegularizer, Constraint: l.GammaConstraint,
		})
	}
	if !l.NoCenter {
		b.Weights = append(b.Weights, Weight{
			Name: "beta", Shape: shape, Initializer: orInit(l.BetaInitializer, zeros), Regularizer: l.BetaRegularizer, Constraint: l.BetaConstraint,
		})
	}
	b.Weights = append(b.Weights,
		Weight{Name: "moving_mean", Shape: shape, Initializer: orInit(l.MovingMeanInitializer, zeros), Fixed: true},
		Weight{Name: "moving_variance", Shape: shape, Initializer: orInit(l.MovingVarianceInitializer, ones), Fixed: true})
	return b, nil
}

// Apply implements [Single].
func (l BatchNormalization) Apply(c Call) (*engine.Tensor, error) {
	stats, mask := len(c.Params)-2, c.Input.Mask
	training := c.Graph.Training && !c.Frozen
	if mask != nil && len(mask.Shape) != len(c.Input.Shape)-1 {
		return nil, fmt.Errorf("expected a mask over all axes but the last of %v, got shape %v", c.Input.Shape, mask.Shape)
	}
	o, err := op.BatchNorm(c.Graph.DType, op.BatchNormConfig{
		Layer: c.Name, X: c.Input.Shape, Momentum: or(l.Momentum, 0.99), Epsilon: or(l.Epsilon, 1e-3),
		Scale: !l.NoScale, Center: !l.NoCenter, Training: training, InputGrad: c.Input.Differentiable,
		Mask: mask != nil, MovingMean: c.Params[stats].Value, MovingVar: c.Params[stats+1].Value,
	})
	if err != nil {
		return nil, err
	}
	c.Params = c.Params[:stats] // the operation holds the statistics itself
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	in := append([]*engine.Tensor{c.Input}, params...)
	if mask != nil && training {
		in = append(in, mask)
	}
	return c.Masked(c.Graph.Apply(o, in...))
}
