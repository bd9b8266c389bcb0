package registry

import (
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
)

// optimizers lists Keras's optimizers.
func optimizers() []class {
	common := optimizer.Common{EMAMomentum: 0.99}
	decayed := optimizer.Common{EMAMomentum: 0.99, WeightDecay: 0.004}
	unscaled := fixed(`{"loss_scale_factor": null}`)
	excluded := key("ExcludeFromWeightDecay", "?exclude_from_weight_decay")
	return []class{
		of(optimizer.Adadelta{LearningRate: 1e-3, Rho: 0.95, Epsilon: 1e-7, Common: common}, unscaled, excluded),
		of(optimizer.Adafactor{
			LearningRate: 1e-3, Beta2Decay: -0.8, Epsilon1: 1e-30, Epsilon2: 1e-3, ClipThreshold: 1, Common: common,
		}, unscaled, excluded, fixed(`{"relative_step": true}`)),
		of(optimizer.Adagrad{LearningRate: 1e-3, InitialAccumulatorValue: 0.1, Epsilon: 1e-7, Common: common}, unscaled, excluded),
		of(optimizer.Adam{LearningRate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Common: common}, unscaled, excluded),
		of(optimizer.AdamW{LearningRate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Common: decayed}, unscaled, excluded),
		of(optimizer.Adamax{LearningRate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Common: common}, unscaled, excluded),
		of(optimizer.Ftrl{LearningRate: 1e-3, LearningRatePower: -0.5, InitialAccumulatorValue: 0.1, Common: common},
			key("L1Regularization", "l1_regularization_strength"), key("L2Regularization", "l2_regularization_strength"),
			key("L2Shrinkage", "l2_shrinkage_regularization_strength"), unscaled, excluded),
		of(optimizer.Lamb{LearningRate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Common: common}, unscaled, excluded),
		of(optimizer.Lion{LearningRate: 1e-3, Beta1: 0.9, Beta2: 0.99, Common: common}, unscaled, excluded),
		of(optimizer.Muon{
			LearningRate: 1e-3, Momentum: 0.95, NSSteps: 5, MuonA: 3.4445, MuonB: -4.775, MuonC: 2.0315, RMSRate: 0.2,
			AdamLRRatio: 1, AdamBeta1: 0.9, AdamBeta2: 0.999, Epsilon: 1e-7, AdamWeightDecay: 0.004, Common: decayed,
		}, key("IncludeEmbeddings", "!exclude_embeddings"), null("rms_rate", "Unscaled"), unscaled, excluded),
		of(optimizer.Nadam{LearningRate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Common: common}, unscaled, excluded),
		of(optimizer.RMSprop{LearningRate: 1e-3, Rho: 0.9, Epsilon: 1e-7, Common: common}, unscaled, excluded),
		of(optimizer.ScheduleFreeAdamW{LearningRate: 0.0025, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Common: common}, unscaled, excluded),
		of(optimizer.SGD{LearningRate: 0.01, Common: common}, unscaled, excluded),
	}
}

// schedules lists Keras's learning-rate schedules.
func schedules() []class {
	return []class{
		of(schedule.CosineDecay{}),
		of(schedule.CosineDecayRestarts{TMul: 2, MMul: 1}),
		of(schedule.ExponentialDecay{}),
		of(schedule.InverseTimeDecay{}),
		of(schedule.PiecewiseConstantDecay{}),
		of(schedule.PolynomialDecay{EndLearningRate: 1e-4, Power: 1}),
	}
}
