// Package kmeans finds clusters by Lloyd's algorithm from a start of greedy
// k-means++, as scikit-learn's KMeans does by default: with the same seed it
// draws the same numbers, stops by the same rule, and unless rows are equal or
// rounding decides, finds the same clusters. Its result does not depend on the
// number of processors.
//
// The package imports internal/kernel, internal/neighbours and internal/nprand.
package kmeans
