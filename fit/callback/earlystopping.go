package callback

import (
	"fmt"
	"log/slog"
	"math"

	"github.com/counterweight-go/counterweight/fit/metric"
	"gorgonia.org/tensor"
)

// Mode says which way a monitored value gets better.
type Mode int

// Auto asks the loss or metric of that name.
const (
	Auto Mode = iota
	Min
	Max
)

// EarlyStopping ends a fit when a monitored value has stopped improving, by
// the rules of Keras 3. At the end of each epoch it counts one epoch of
// waiting; an improvement starts the count anew, and without one the fit stops
// when the count has reached Patience, though never after epoch 0.
//
// An improvement is, with d = |MinDelta|,
//
//	value + d < best  (Min)
//	value - d > best  (Max)
//
// and the first value is one. NaN never is, where Keras takes a NaN that comes
// first for the best value there can be.
//
// The struct can serve several fits, one after the other.
type EarlyStopping struct {
	Base

	Monitor  string  // key in the logs; "" means "val_loss"
	MinDelta float64 // least change that counts, the sign is ignored
	Patience int     // epochs without improvement, 0 stops at the first
	Mode     Mode
	// Baseline, unless nil, must be improved on as well before the count starts
	// anew. Best does not depend on it.
	Baseline *float64
	// RestoreBestWeights gives the model the weights of BestEpoch when the fit
	// ends, whether it was stopped early or not. A fit that ends with an error
	// keeps its last weights.
	RestoreBestWeights bool
	StartFromEpoch     int // epochs before this one are not looked at

	// What happened in the last fit. StoppedEpoch is 0 when the fit was not
	// stopped. Best is NaN when nothing improved; BestEpoch is then the epoch
	// whose weights are restored, the first monitored one.
	StoppedEpoch int
	Best         float64
	BestEpoch    int

	better      metric.Direction
	wait        int
	bestWeights []*tensor.Dense
	warned      bool
}

// TrainBegin forgets the fit before. It returns an error when Patience is
// negative, MinDelta or Baseline is NaN, Mode is unknown, or Mode is Auto and
// neither a loss nor a metric tells the direction.
func (e *EarlyStopping) TrainBegin(r Run) error {
	e.StoppedEpoch, e.Best, e.BestEpoch = 0, math.NaN(), 0
	e.wait, e.bestWeights, e.warned = 0, nil, false
	switch {
	case e.Patience < 0:
		return fmt.Errorf("callback: early stopping: patience is %d, want 0 or more", e.Patience)
	case math.IsNaN(e.MinDelta):
		return fmt.Errorf("callback: early stopping: min delta is NaN")
	case e.Baseline != nil && math.IsNaN(*e.Baseline):
		return fmt.Errorf("callback: early stopping: baseline is NaN")
	}
	switch e.Mode {
	case Auto:
		e.better = r.Direction(e.monitor())
	case Min:
		e.better = metric.Down
	case Max:
		e.better = metric.Up
	default:
		return fmt.Errorf("callback: early stopping: mode is %d, want Auto, Min or Max", e.Mode)
	}
	if e.better == metric.None {
		return fmt.Errorf("callback: early stopping: cannot tell whether %q gets better upwards or downwards: set Mode to Max or Min", e.monitor())
	}
	return nil
}

// EpochEnd stops the fit when it is time. A value that is not in the logs, as
// between validations, is warned of once and the epoch does not count.
func (e *EarlyStopping) EpochEnd(r Run, epoch int, logs *Logs) error {
	value, found := logs.Get(e.monitor())
	if !found && !e.warned {
		e.warned = true
		r.Logger().Warn("early stopping: the monitored value is not in the logs of this epoch",
			slog.String("monitor", e.monitor()), slog.Int("epoch", epoch), slog.Any("available", logs.keys()))
	}
	if !found || epoch < e.StartFromEpoch {
		return nil
	}
	e.wait++
	improved := e.improves(value, e.Best)
	if improved {
		e.Best = value
	}
	if improved || e.RestoreBestWeights && e.bestWeights == nil {
		e.BestEpoch = epoch
		if e.RestoreBestWeights {
			e.bestWeights = r.Weights()
		}
	}
	switch {
	case improved:
		if e.Baseline == nil || e.improves(value, *e.Baseline) {
			e.wait = 0
		}
	case e.wait >= e.Patience && epoch > 0:
		e.StoppedEpoch = epoch
		r.Stop()
	}
	return nil
}

// TrainEnd restores the best weights if asked to.
func (e *EarlyStopping) TrainEnd(r Run, _ *Logs) error {
	if e.bestWeights == nil {
		return nil
	}
	err := r.SetWeights(e.bestWeights)
	e.bestWeights = nil
	if err != nil {
		return fmt.Errorf("callback: early stopping: restoring the weights of epoch %d: %w", e.BestEpoch, err)
	}
	return nil
}

func (e *EarlyStopping) monitor() string {
	if e.Monitor == "" {
		return "val_loss"
	}
	return e.Monitor
}

// improves compares with a reference that is NaN when there is none yet.
func (e *EarlyStopping) improves(value, reference float64) bool {
	if math.IsNaN(reference) {
		return !math.IsNaN(value)
	}
	if e.better == metric.Down {
		return value+math.Abs(e.MinDelta) < reference
	}
	return value-math.Abs(e.MinDelta) > reference
}
