package fit

import (
	"fmt"
	"io"
	"os"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit/callback"
	"gorgonia.org/tensor"
)

// Callback is [callback.Callback].
type Callback = callback.Callback

// Logs is [callback.Logs]: named values in alphabetical order.
type Logs = callback.Logs

// Options are the arguments of Keras's fit. The zero value trains for one
// epoch in shuffled batches of 32, without weights and without validation.
type Options struct {
	// BatchSize is the number of rows of a batch; the last one may be smaller
	// and is never left out. 0 means 32, or what makes StepsPerEpoch batches. A
	// model whose layers keep states between batches takes full batches of the
	// size that its layer.Input says, which is the default there. States are kept
	// over epochs and by validation, too, unless a callback resets them.
	BatchSize int
	// Epochs is the number of the last epoch, not a count: epochs
	// InitialEpoch to Epochs-1 are run. 0 means 1.
	Epochs, InitialEpoch int
	// Shuffle says which rows change places between epochs; the zero value
	// permutes all of them.
	Shuffle data.Shuffle

	// ClassWeight weighs the rows of the training loss by their class; package
	// balance has the policies. It never acts on validation. Targets (n), (n,1)
	// and (n,T) are class numbers, those with several columns for each row of
	// the loss, (n,K) and (n,T,K), hold a single 1 among zeros. A row of a
	// multi-label model with no 1 or with several has no class and is an error:
	// say with SampleWeight what the row weighs, or with PosWeight of
	// loss.BinaryCrossentropy what its labels do.
	ClassWeight balance.ClassWeight
	// ClassWeights are the class weights of outputs, by name.
	ClassWeights map[string]balance.ClassWeight
	// SampleWeight weighs the rows one by one: (n) or (n,1) for samples, (n,T)
	// or (n,T,1) for timesteps of a loss of shape (n,T).
	SampleWeight tensor.Tensor
	// Conflict says what holds where both are given: sample weights override
	// class weights (the default), multiply with them, or are rejected.
	Conflict balance.Conflict
	// Strict makes a class that ClassWeight lacks an error rather than a
	// notice and the weight 1.
	Strict bool

	// Resample resamples the rows that are trained on, never those that validate,
	// once or anew for each pass: what [sampler.Resampling] says. The model takes
	// one input and one output, from arrays or data.Tensors. The sampler sees the
	// rows in the model's element type.
	Resample sampler.Resampling

	// ValidationSplit sets the last part of the rows aside for validation,
	// before any shuffling, with their sample weights. 0 means none.
	ValidationSplit float64
	// ValidationData is evaluated after each epoch. It wins over a split.
	ValidationData *Validation
	// ValidationBatchSize is BatchSize if 0.
	ValidationBatchSize int
	// ValidationSteps limits validation to its first batches. 0 means all.
	ValidationSteps int
	// ValidationFreq validates after every so many epochs. 0 means 1.
	ValidationFreq int
	// ValidationEpochs validates after these epochs, counted from 1 as in
	// Keras, instead of every ValidationFreq.
	ValidationEpochs []int

	// StepsPerEpoch ends an epoch after so many batches; the next one goes on
	// from there. 0 means one pass over the data.
	StepsPerEpoch int

	// Profile, if not nil, is filled with what each operation cost.
	Profile *Profile

	Callbacks []Callback
	Verbose   Verbosity
	Output    io.Writer // for Verbose; nil means os.Stdout
}

// Validation is data that a model is evaluated on but not trained on.
type Validation struct {
	X, Y         tensor.Tensor
	SampleWeight tensor.Tensor // may be nil
	// Many, if not nil, takes the place of X, Y and SampleWeight for a model of
	// several inputs or outputs.
	Many *Many
	// Dataset, if not nil, takes the place of X, Y and SampleWeight. Every
	// validation is one pass over it, in order.
	Dataset data.Dataset
}

// Verbosity says what a fit prints.
type Verbosity int

const (
	// Auto draws a progress bar on a terminal and prints a line for each epoch
	// elsewhere.
	Auto   Verbosity = iota
	Silent           // nothing
	Bar              // Keras's progress bar
	Lines            // one line for each epoch
)

// check judges what can be judged without looking at the data, and fills in
// the defaults for n rows.
func (o *Options) check(n int) error {
	for _, f := range []struct {
		name string
		v    int
	}{
		{"batch size", o.BatchSize}, {"number of epochs", o.Epochs}, {"initial epoch", o.InitialEpoch},
		{"number of steps per epoch", o.StepsPerEpoch}, {"validation batch size", o.ValidationBatchSize},
		{"number of validation steps", o.ValidationSteps}, {"validation frequency", o.ValidationFreq},
	} {
		if f.v < 0 {
			return fmt.Errorf("fit: the %s is %d, expected 1 or more (0 for the default)", f.name, f.v)
		}
	}
	for _, e := range o.ValidationEpochs {
		if e < 1 {
			return fmt.Errorf("fit: validation epoch %d, expected 1 or more", e)
		}
	}
	if o.Verbose < Auto || o.Verbose > Lines {
		return fmt.Errorf("fit: unknown verbosity %d", o.Verbose)
	}
	if o.Shuffle < data.ShuffleRows || o.Shuffle > data.ShuffleOff {
		return fmt.Errorf("fit: unknown shuffle %d", o.Shuffle)
	}
	if o.BatchSize == 0 {
		o.BatchSize = data.DefaultBatchSize
		if o.StepsPerEpoch > 0 && n > 0 {
			o.BatchSize = (n-1)/o.StepsPerEpoch + 1
		}
	}
	o.Epochs = max(o.Epochs, 1)
	o.ValidationFreq = max(o.ValidationFreq, 1)
	if o.ValidationBatchSize == 0 {
		o.ValidationBatchSize = o.BatchSize
	}
	if o.Output == nil {
		o.Output = os.Stdout
	}
	return nil
}

// validates reports whether epoch, counted from 0, ends with validation.
func (o *Options) validates(epoch int) bool {
	if o.ValidationEpochs == nil {
		return (epoch+1)%o.ValidationFreq == 0
	}
	for _, e := range o.ValidationEpochs {
		if e == epoch+1 {
			return true
		}
	}
	return false
}

// progress is the callback that prints, or nil.
func (o *Options) progress() *callback.Progress {
	switch o.Verbose {
	case Silent:
		return nil
	case Bar:
		return &callback.Progress{W: o.Output, Style: callback.Bar}
	case Lines:
		return &callback.Progress{W: o.Output, Style: callback.Lines}
	}
	return &callback.Progress{W: o.Output}
}
