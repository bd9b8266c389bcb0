// Package callback holds what looks on while a model is trained, and may stop
// it: early stopping, learning rates, checkpoints, backups, logs, TensorBoard,
// the progress bar, and the interface for one's own.
//
// A callback of one's own embeds [Base] and overrides the hooks it needs:
//
//	type alarm struct{ callback.Base }
//
//	func (alarm) EpochEnd(r callback.Run, epoch int, logs *callback.Logs) error {
//		if loss, _ := logs.Get("val_loss"); loss > 10 {
//			r.Stop()
//		}
//		return nil
//	}
//
// A callback with a state that a resumed fit needs is a [Keeper], one that
// decides about a loss that is not finite a [Rescuer], and one that must hear of
// an error an [Interrupter].
//
// It may import fit/metric, fit/optimizer, model and data/npy.
package callback
