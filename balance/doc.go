// Package balance turns class weights and sample weights into the one tensor of
// weights that a loss multiplies with.
//
// A ClassWeight is a policy from class counts to class weights: Map and List are
// given, Auto, LogDamped, EffectiveNumber and InverseSqrt are computed, and
// Deferred puts one of them off for some epochs. Resolve
// is the one place where a policy, per-sample weights and temporal weights meet
// the targets; its result is aligned with the leading axes of the unreduced loss.
// What a caller passed and what then has no effect is always told through slog.
//
// Differences from Keras 3: sample weights override class weights (as Keras up
// to 2.2.4) where Keras 3 refuses both, Multiply and Reject being explicit
// choices; class weights may be computed ("auto"), given as a list, and used on
// targets with a time axis; weights of shape (n) are always per sample; negative
// and non-finite weights, unknown classes and targets that are not class indices
// are errors.
//
// The package imports data and nothing else of this module.
package balance
