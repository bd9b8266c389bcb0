// Package fit trains models: Compile, Fit, Evaluate, Predict, TrainOnBatch and
// TestOnBatch, with the arguments, the order of work and the numbers of Keras.
//
//	trainer, err := fit.Compile(m, fit.Config{
//		Optimizer: optimizer.Adam{},
//		Loss:      loss.BinaryCrossentropy{},
//		Metrics:   []metric.Metric{metric.AveragePrecision{}},
//	})
//	history, err := trainer.Fit(ctx, x, y, fit.Options{
//		Epochs:      20,
//		ClassWeight: balance.Auto{},
//	})
//
// [Names] makes a Config of Keras's strings, "adam" and "bce".
//
// A model of several inputs or outputs is trained by FitMany, with arrays by
// position or by name.
//
// Class weights and sample weights become one weight for each row of the loss
// before the first batch; see package balance. Sample weights override class
// weights unless told otherwise, and nothing that a caller passed is ignored
// in silence: what has no effect is reported through log/slog, what makes no
// sense is an error before the first batch.
//
// It may import every package below it: model, loss, balance, data, and the
// packages of its own folder.
package fit
