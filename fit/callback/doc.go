// Package callback holds what looks on while a model is trained, and may stop
// it: early stopping, logs, the progress bar, and the interface for one's own.
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
// It may import fit/metric.
package callback
