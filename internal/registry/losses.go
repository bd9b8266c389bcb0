package registry

import "github.com/counterweight-go/counterweight/loss"

// losses lists the losses, Keras's first.
func losses() []class {
	return []class{
		of(loss.MeanSquaredError{}),
		of(loss.MeanAbsoluteError{}),
		of(loss.MeanAbsolutePercentageError{}),
		of(loss.MeanSquaredLogarithmicError{}),
		of(loss.CosineSimilarity{Axis: -1}),
		of(loss.Huber{Delta: 1}),
		of(loss.LogCosh{}),
		of(loss.Hinge{}),
		of(loss.SquaredHinge{}),
		of(loss.CategoricalHinge{}),
		of(loss.KLDivergence{}),
		of(loss.Poisson{}),
		of(loss.BinaryCrossentropy{Axis: -1}, key("PosWeight", "?pos_weight")),
		of(loss.BinaryFocalCrossentropy{Alpha: 0.25, Gamma: 2, Axis: -1}),
		of(loss.CategoricalCrossentropy{Axis: -1}),
		of(loss.CategoricalFocalCrossentropy{Alpha: []float64{0.25}, Gamma: 2, Axis: -1}),
		of(loss.SparseCategoricalCrossentropy{Axis: -1}),
		of(loss.CategoricalGeneralizedCrossEntropy{Q: 0.5}),
		of(loss.CTC{}, key("MaxLabels", "?max_labels")),
		of(loss.Dice{}),
		of(loss.Tversky{Alpha: 0.5, Beta: 0.5}, key("Gamma", "?gamma")),
		of(loss.Circle{Gamma: 80, Margin: 0.4}, key("KeepDiagonal", "!remove_diagonal")),

		own(loss.SparseCategoricalFocalCrossentropy{}),
		own(loss.Asymmetric{}),
		own(loss.LDAM{}),
		own(loss.LogitAdjusted{}),
		own(loss.BalancedSoftmax{}),
		own(loss.VectorScaling{}),
		own(loss.Poly1{}),
		own(loss.ExpectedCost{}),
	}
}
