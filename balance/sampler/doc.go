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
// The package imports data and internal/nprand.
package sampler
