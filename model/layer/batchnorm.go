package layer

import (
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/initializer"
)

// BatchNormalization brings each column of the last axis to mean 0 and
// variance 1 and then scales and shifts it (Ioffe and Szegedy 2015):
//
//	y = gamma·(x-mean)/sqrt(variance+Epsilon) + beta
//
// Training uses the mean and the biased variance of the batch over all other
// axes and moves the moving statistics towards them, m ← m·Momentum +
// stat·(1-Momentum); inference uses the moving statistics. Sample weights do
// not enter the statistics, as in Keras. Weights: gamma, beta, moving_mean,
// moving_variance.
type BatchNormalization struct {
	Momentum float64 // 0 means 0.99
	Epsilon  float64 // 0 means 0.001
	NoCenter bool    // no beta
	NoScale  bool    // no gamma
	Name     string
}

// Class implements [Layer].
func (BatchNormalization) Class() string { return "BatchNormalization" }

// GivenName implements [Layer].
func (l BatchNormalization) GivenName() string { return l.Name }

// Build implements [Layer].
func (l BatchNormalization) Build(in []int) (Built, error) {
	if m := or(l.Momentum, 0.99); !(m >= 0 && m <= 1) {
		return Built{}, fmt.Errorf("expected a momentum from 0 to 1, got %v", m)
	}
	if e := or(l.Epsilon, 1e-3); !(e > 0 && e <= math.MaxFloat64) {
		return Built{}, fmt.Errorf("expected a finite epsilon above 0, got %v", e)
	}
	shape := []int{in[len(in)-1]}
	b := Built{Out: in}
	if !l.NoScale {
		b.Weights = append(b.Weights, Weight{Name: "gamma", Shape: shape, Initializer: initializer.Constant{Value: 1}})
	}
	if !l.NoCenter {
		b.Weights = append(b.Weights, Weight{Name: "beta", Shape: shape, Initializer: initializer.Constant{}})
	}
	b.Weights = append(b.Weights,
		Weight{Name: "moving_mean", Shape: shape, Initializer: initializer.Constant{}, Fixed: true},
		Weight{Name: "moving_variance", Shape: shape, Initializer: initializer.Constant{Value: 1}, Fixed: true})
	return b, nil
}

// Apply implements [Layer].
func (l BatchNormalization) Apply(c Call) (*engine.Tensor, error) {
	stats := len(c.Params) - 2
	o, err := op.BatchNorm(c.Graph.DType, op.BatchNormConfig{
		Layer: c.Name, X: c.Input.Shape, Momentum: or(l.Momentum, 0.99), Epsilon: or(l.Epsilon, 1e-3),
		Scale: !l.NoScale, Center: !l.NoCenter, Training: c.Graph.Training, InputGrad: c.Input.Differentiable,
		MovingMean: c.Params[stats].Value, MovingVar: c.Params[stats+1].Value,
	})
	if err != nil {
		return nil, err
	}
	c.Params = c.Params[:stats] // the operation holds the statistics itself
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, append([]*engine.Tensor{c.Input}, params...)...)
}
