// Package calibrate turns the output of a model that was trained on weighted or
// resampled data into decisions and probabilities: PriorCorrection undoes the
// weights, BestFBeta picks a threshold, Reliability shows how far probabilities
// can be believed.
//
// The package imports internal/rank only.
package calibrate
