// Package loss holds the losses that a fit minimises and the reductions that
// turn the weighted losses of a batch into one number.
//
// A loss is a plain struct whose zero value is Keras's default:
//
//	loss.BinaryCrossentropy{LabelSmoothing: 0.1, Reduction: loss.Sum}
//
// Where 0 means a default that is not 0, write [Zero] to get 0 itself. An Axis
// counts the batch axis, as in Keras; 0, which cannot be one, means the last.
// [ByName] finds losses by Keras's names, and [Custom] takes a Gorgonia
// expression.
//
// Weights reach a loss as one number for each row; see package balance for how
// class maps and sample weights become that.
//
// # Imbalanced data
//
// Class weights act on every loss. Losses that are made for rare classes:
//
//   - [BinaryCrossentropy] with PosWeight, one for all labels or one for each;
//   - [BinaryFocalCrossentropy], [CategoricalFocalCrossentropy] and
//     [SparseCategoricalFocalCrossentropy];
//   - the class-balanced loss of Cui and others: any loss with
//     balance.EffectiveNumber as class weights;
//   - [LDAM], with balance.Deferred for its deferred re-weighting;
//   - [LogitAdjusted], [BalancedSoftmax] and [VectorScaling];
//   - [Asymmetric], for many labels of which few are positive;
//   - [Dice] and [Tversky], for regions;
//   - [Poly1], [CategoricalGeneralizedCrossEntropy] and [ExpectedCost].
//
// It may import internal/engine, what lies below it, and internal/names.
package loss
