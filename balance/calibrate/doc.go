// Package calibrate turns the output of a model that was trained on weighted or
// resampled data into decisions and probabilities.
//
// PriorCorrection undoes weights exactly, and FocalCorrection focal loss. Where
// nothing does, after SMOTE or LDAM loss, a Calibrator is fitted to validation
// rows: Platt with few positives, Beta or Isotonic with many, Temperature for
// several classes.
// EstimatedPriors finds class shares that have moved since. A Criterion picks a
// threshold, Bootstrap its interval, ClassCosts decides between several classes,
// and Reliability shows how far
// probabilities can be believed.
//
// Re-balancing often buys recall and costs calibration, without better ranking
// (van den Goorbergh et al. 2022): look at a reliability table first.
//
// The package imports internal/rank, and gonum's optimize for fitting.
package calibrate
