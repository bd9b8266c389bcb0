// Package records makes batches of rows that come one after the other: of CSV
// files, compressed or not, of the answer to an SQL query, or of any other
// [Source].
//
//	ds := records.Dataset{
//		Source:  records.CSV{Path: "transactions.csv.zst"},
//		Columns: records.Columns{X: []string{"amount", "hour"}, Y: []string{"fraud"}},
//	}
//	history, err := trainer.FitDataset(ctx, &ds, fit.Options{ClassWeight: balance.Auto{}})
//
// A pass opens the source and closes it when it ends, also where its consumer
// stops early. Memory is taken for a buffer of rows and for a batch.
package records
