// Package parquet reads the rows of Parquet files, for package records:
//
//	ds := records.Dataset{
//		Source:  parquet.File{Path: "transactions.parquet"},
//		Columns: records.Columns{X: []string{"amount", "hour"}, Y: []string{"fraud"}},
//	}
//
// Only the columns that are asked for are read. It is a package of its own so
// that programs without such files do not link their library.
package parquet
