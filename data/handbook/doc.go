// Package handbook makes the public data set of the Fraud Detection Handbook
// (Le Borgne, Siblini, Lebichot and Bontempi, 2022): half a year of simulated
// card transactions of which 0.84 % are frauds, with the 15 features and the
// delayed train and test weeks on which the book compares its detectors.
//
//	tx, err := handbook.Generate(ctx, handbook.Config{}) // 1,754,155 rows, 14,681 frauds
//	f, err := tx.Features(ctx)
//	split, err := tx.SplitAt(time.Date(2018, 7, 25, 0, 0, 0, 0, time.UTC))
//	x, y, err := f.Tensors(split.Train) // to scale, and to train on
//	p, err := tx.CardPrecision(split.Test, scores, 100)
//
// The simulator replays the book's random streams, so the rows are the
// book's own rows, whatever GOMAXPROCS is.
//
// The package imports internal/nprand for those streams and
// gorgonia.org/tensor for its results.
package handbook
