package callback

import (
	"fmt"
	"log/slog"
)

// TerminateOnNaN decides what becomes of a fit whose loss is NaN or infinite.
// Without it such a fit fails. With it the fit ends with that epoch and returns
// its history, in which the epoch's loss is NaN or infinite. The weights are
// those from before the batch, where Keras's are NaN.
type TerminateOnNaN struct {
	Base

	RaiseError bool // fail at once, naming the batch
}

// NotFinite implements [Rescuer].
func (c TerminateOnNaN) NotFinite(r Run, batch int, loss float64) error {
	if c.RaiseError {
		return fmt.Errorf("callback: terminate on NaN: the loss of batch %d is %v", batch, loss)
	}
	r.Logger().Warn("terminate on NaN: the loss is not finite, the fit ends", slog.Int("batch", batch), slog.Float64("loss", loss))
	r.Stop()
	return nil
}
