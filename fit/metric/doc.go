// Package metric measures predictions. It has all of Keras's metrics, and what
// imbalanced data need besides: exact ROC AUC and average precision over all
// distinct scores, balanced accuracy, Matthews correlation, kappa, G-mean,
// class-wise averages, precision and lift among the top scores, costs,
// calibration, and a Report of all classes.
//
// A Metric is a plain struct whose zero value is Keras's default; package fit
// turns it into a State per run and feeds it batches. Compute does the same for
// two tensors, ByName for names such as "accuracy" and "mse", and the functions
// on slices (ROCAUCScore, Confusion, ConfusionMatrix, CostScore, ...) need no
// training at all. Everything takes weights and divides by their sum; 0/0 is 0
// unless a comment says otherwise.
//
// Every metric returns an error, naming the row, for a NaN prediction. Metrics
// of binary labels also return one for a label that is neither 0 nor 1, where
// Keras casts to bool: -1 would count as positive and so would a soft label.
//
// The package imports internal/rank, internal/names and gorgonia.org/tensor only.
package metric
