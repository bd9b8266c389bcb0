package callback

import (
	"fmt"
	"math"

	"gorgonia.org/tensor"
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

	monitor     monitor
	wait        int
	bestWeights []*tensor.Dense
}

// TrainBegin forgets the fit before. It returns an error when Patience is
// negative, MinDelta or Baseline is NaN, Mode is unknown, or Mode is Auto and
// neither a loss nor a metric tells the direction.
func (e *EarlyStopping) TrainBegin(r Run) error {
	e.StoppedEpoch, e.Best, e.BestEpoch = 0, math.NaN(), 0
	e.wait, e.bestWeights = 0, nil
	switch {
	case e.Patience < 0:
		return fmt.Errorf("callback: early stopping: patience is %d, want 0 or more", e.Patience)
	case e.Baseline != nil && math.IsNaN(*e.Baseline):
		return fmt.Errorf("callback: early stopping: baseline is NaN")
	}
	var err error
	e.monitor, err = newMonitor(r, "early stopping", e.Monitor, e.Mode, e.MinDelta)
	return err
}

// EpochEnd stops the fit when it is time. A value that is not in the logs, as
// between validations, is warned of once and the epoch does not count.
func (e *EarlyStopping) EpochEnd(r Run, epoch int, logs *Logs) error {
	value, found := e.monitor.value(r, epoch, logs)
	if !found || epoch < e.StartFromEpoch {
		return nil
	}
	e.wait++
	improved := e.monitor.improves(value, e.Best)
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
		if e.Baseline == nil || e.monitor.improves(value, *e.Baseline) {
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
