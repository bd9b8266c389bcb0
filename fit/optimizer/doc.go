// Package optimizer holds the rules that move weights against their gradients,
// as Keras computes them.
//
// An optimizer is a plain struct whose zero value is Keras's default:
//
//	optimizer.Adam{LearningRate: 1e-3}
//
// Where 0 means a default that is not 0, write [Zero] to get 0 itself. The
// state that training builds up lives in the [Stepper] that a fit makes of it.
//
// All share the settings of [Common]: weight decay, clipping, moving averages,
// gradient accumulation. A schedule of package schedule can take the place of
// the learning rate:
//
//	optimizer.AdamW{
//		Schedule: schedule.CosineDecay{InitialLearningRate: 1e-3, DecaySteps: 10000},
//		Common:   optimizer.Common{GlobalClipNorm: 1, ExcludeFromWeightDecay: []string{"bias", "gamma", "beta"}},
//	}
//
// Keras's loss_scale_factor and LossScaleOptimizer have no counterpart: they
// keep half-precision gradients from vanishing, and elements here are float32
// or float64.
//
// It may import internal/kernel, internal/names and schedule, and Gorgonia for [FromSolver].
package optimizer
