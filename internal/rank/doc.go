// Package rank computes exact ranking statistics of binary scores: the ROC
// curve and the area under it, the precision-recall curve and average
// precision, over all distinct scores, with ties grouped and rows weighted.
//
// The numbers are scikit-learn's. It is the one home of the sort that
// fit/metric and balance/calibrate share. Its errors carry no package prefix:
// the caller adds its own. It imports the standard library only.
package rank
