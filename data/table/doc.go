// Package table reads tables of numbers and text, and turns them into arrays.
//
//	t, err := table.ReadFile("churn.csv.gz", table.Options{})
//	labels, err := table.LabelsOf(column, "")       // classes 0 to K-1; in two, 1 is the rarer one
//	e, err := table.Encoding{}.Fit(t, trainingRows) // medians, means, categories
//	x, err := e.Transform(t, rows, tensor.Float32)
//
// A [Table] lies in memory. A [Reader] gives the rows of a CSV file one after
// the other; package records makes a Dataset of such rows.
package table
