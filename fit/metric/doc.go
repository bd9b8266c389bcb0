// Package metric measures predictions: accuracy, precision, recall and F-beta
// at a threshold, exact ROC AUC and average precision over all distinct scores,
// the Brier score, losses as metrics, and Keras's 200-threshold AUC.
//
// A Metric is a plain struct whose zero value is Keras's default; package fit
// turns it into a State per run and feeds it batches. Compute does the same for
// two tensors, and the functions on slices (ROCAUCScore, Confusion,
// PrecisionRecallCurve, ...) need no training at all. Everything takes weights
// and divides by their sum; 0/0 is 0 unless a comment says otherwise.
//
// Every metric returns an error, naming the row, for a NaN prediction. Metrics
// of binary labels also return one for a label that is neither 0 nor 1, where
// Keras casts to bool: -1 would count as positive and so would a soft label.
//
// The package imports internal/rank and gorgonia.org/tensor only.
package metric
