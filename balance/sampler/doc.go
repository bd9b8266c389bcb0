// Package sampler makes balanced training data out of imbalanced data: by
// repeating rows, by leaving rows out, and by both. It gives imbalanced-learn's
// rows, one for one, for the same integer seed.
//
// A [Strategy] says which classes a sampler works on. Samplers whose rows are
// rows of x are [Selector]s.
//
// Resample the training rows only: split off validation and test rows first, or
// copies of one row will stand on both sides.
//
// Where it differs from imbalanced-learn 0.14: a class with too few rows for its
// neighbours is an error that says what to do. BorderlineSMOTE tells by a notice
// which class it leaves as it is. A row is never its own neighbour, while a copy
// of it under another label is one. Of equal distances the row that comes first
// is nearer, and of classes of equal size the smallest label counts as the
// minority and as the majority, everywhere. RepeatedEditedNearestNeighbours's
// indices are those of its rows. CondensedNearestNeighbour passes no row over
// for another's number, and a seed that it or OneSidedSelection draws twice is
// one row. NaN and infinity are errors wherever rows are compared or made, and so
// are numbers whose squares overflow. KMeansSMOTE and SVMSMOTE make as many rows
// as they are asked for; InstanceHardnessThreshold takes any labels.
//
// Where scikit-learn's k-means and support vector machines decide, rows are
// upstream's as far as those agree: [ClusterCentroids], [KMeansSMOTE] and
// [SVMSMOTE] say how far that is. [PolynomFitSMOTE], [ProWSyn] and
// [GeometricSMOTE] are none of imbalanced-learn's, and [Remix] mixes the rows of
// batches.
//
// Equal rows cost little however many they are. Distances of rows that differ are
// a matter of all pairs, or of the many that a tree cannot exclude: cancel ctx
// where that takes too long.
//
// The package imports data, internal/kernel, internal/kmeans,
// internal/neighbours, internal/nprand and internal/svm.
package sampler
