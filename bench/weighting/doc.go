// Package weighting holds the benchmarks of weighted against unweighted
// training; it has no code of its own. Run them with
//
//	go test -bench . -benchtime 20x ./bench/weighting
package weighting
