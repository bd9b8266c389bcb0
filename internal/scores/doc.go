// Package scores measures predictions in every way that the command line
// reports, with scikit-learn's definitions:
//
//	s, err := scores.Of(y, p, nil, 0.5)
//	fmt.Println(s.ROCAUC, s.AveragePrecision, s.F1[0])
//
// It may import fit/metric, balance/calibrate, data and what lies below them.
package scores
