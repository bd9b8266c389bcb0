package callback

import (
	"log/slog"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/model"
	"gorgonia.org/tensor"
)

// Callback is called at fixed points of a fit, in Keras's order. Epochs and
// batches count from 0. Logs belong to the fit and are valid during the call.
// An error ends the fit, which returns it together with the history so far.
type Callback interface {
	TrainBegin(r Run) error
	EpochBegin(r Run, epoch int) error
	BatchBegin(r Run, batch int) error
	// BatchEnd gets the running values of the epoch up to this batch.
	BatchEnd(r Run, batch int, logs *Logs) error
	ValidationBegin(r Run) error
	// ValidationEnd gets the validation values, without their "val_".
	ValidationEnd(r Run, logs *Logs) error
	// EpochEnd gets the values of the epoch, those of validation with "val_".
	EpochEnd(r Run, epoch int, logs *Logs) error
	// TrainEnd is not called when the fit ends with an error.
	TrainEnd(r Run, logs *Logs) error
}

// Run is a fit as its callbacks see it.
type Run interface {
	// Plan says what the fit was asked to do.
	Plan() Plan
	// Stop ends the fit after the current epoch; called from a batch hook, it
	// ends the epoch as well, after validation. An epoch that is stopped as it
	// begins has one batch, as in Keras; a fit that is has no epoch.
	Stop()
	// Model returns the model that is trained.
	Model() *model.Model
	// Optimizer returns the optimizer at work.
	Optimizer() optimizer.Stepper
	// Weights returns copies of the model's weights.
	Weights() []*tensor.Dense
	// SetWeights copies values into the model's weights.
	SetWeights(values []*tensor.Dense) error
	LearningRate() float64
	// SetLearningRate is an error where a schedule is at work.
	SetLearningRate(rate float64) error
	// SwapAverages exchanges the model's weights and the moving averages that
	// the optimizer keeps of them; the next call changes them back. It is an
	// error if there are none, or before the first step.
	SwapAverages() error
	// Direction says which way the value logged under a key gets better.
	Direction(key string) metric.Direction
	Logger() *slog.Logger

	// AtRest calls save with all that the rest of the fit depends on, once all
	// callbacks are done with the present batch or epoch. It is for BatchEnd and
	// EpochEnd. An error of save ends the fit.
	AtRest(save func(state []npy.Array) error)
	// Record keeps what the metrics of an epoch see. It is needed, from
	// TrainBegin on, by who calls AtRest in the middle of an epoch.
	Record()
	// Resume makes the fit go on from a state that AtRest gave. It is for
	// TrainBegin, and acts when all callbacks are done with that. The state must
	// be that of a fit with the same model, data, options, seed and callbacks;
	// only the number of epochs may differ.
	Resume(state []npy.Array) error
}

// Plan is what a fit was asked to do.
type Plan struct {
	InitialEpoch, Epochs int // runs epochs InitialEpoch to Epochs-1
	Steps                int // batches of an epoch, -1 when unknown
	Validates            bool
}

// Base does nothing at every hook. Embed it to write only the hooks needed.
type Base struct{}

func (Base) TrainBegin(Run) error           { return nil }
func (Base) EpochBegin(Run, int) error      { return nil }
func (Base) BatchBegin(Run, int) error      { return nil }
func (Base) BatchEnd(Run, int, *Logs) error { return nil }
func (Base) ValidationBegin(Run) error      { return nil }
func (Base) ValidationEnd(Run, *Logs) error { return nil }
func (Base) EpochEnd(Run, int, *Logs) error { return nil }
func (Base) TrainEnd(Run, *Logs) error      { return nil }
