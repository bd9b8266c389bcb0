package callback

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/counterweight-go/counterweight/internal/tfevents"
	"gorgonia.org/tensor"
)

// TensorBoard writes event files for TensorBoard, with the names of Keras's
// callback, in LogDir/train and LogDir/validation:
//
//   - epoch_KEY for each value of an epoch and epoch_learning_rate, at the
//     number of the epoch; those of validation lose their "val_" and go to the
//     validation folder;
//   - evaluation_KEY_vs_iterations for each value of a validation, at the
//     number of training steps;
//   - with UpdateFreq, batch_KEY for the running values, at the number of the
//     batch counted from 1;
//   - with HistogramFreq, WEIGHT/histogram for each weight of the model.
//
// A folder and its file are made when there is something to write. Numbers are
// written as float32. The files hold all that was written when the fit ends,
// also with an error, and after each epoch.
type TensorBoard struct {
	Base

	LogDir        string // "" means "logs"
	HistogramFreq int    // epochs between histograms, counted from epoch 0; 0 means none
	// UpdateFreq is the number of batches between values of batches; 1 writes
	// all of them, 0 none.
	UpdateFreq int
	// WriteStepsPerSecond adds epoch_steps_per_second and, with UpdateFreq,
	// batch_steps_per_second.
	WriteStepsPerSecond bool

	train, validation eventFile
	batches           int // seen in this fit
	began             time.Time
	batchBegan        time.Time
	steps             int // batches of the epoch
	warned            bool
}

// TrainBegin returns an error when a frequency is negative.
func (c *TensorBoard) TrainBegin(Run) error {
	if c.HistogramFreq < 0 || c.UpdateFreq < 0 {
		return fmt.Errorf("callback: tensorboard: histogram frequency %d, update frequency %d, want 0 or more", c.HistogramFreq, c.UpdateFreq)
	}
	dir := c.LogDir
	if dir == "" {
		dir = "logs"
	}
	c.train = eventFile{dir: filepath.Join(dir, "train")}
	c.validation = eventFile{dir: filepath.Join(dir, "validation")}
	c.batches, c.warned = 0, false
	return nil
}

// EpochBegin starts a clock.
func (c *TensorBoard) EpochBegin(Run, int) error {
	c.began, c.steps = time.Now(), 0
	return nil
}

// BatchBegin starts a clock.
func (c *TensorBoard) BatchBegin(Run, int) error {
	if c.WriteStepsPerSecond && c.UpdateFreq > 0 {
		c.batchBegan = time.Now()
	}
	return nil
}

// BatchEnd writes the running values when it is time.
func (c *TensorBoard) BatchEnd(_ Run, _ int, logs *Logs) error {
	c.batches++
	c.steps++
	if c.UpdateFreq == 0 || c.batches%c.UpdateFreq != 0 {
		return nil
	}
	values := scalars("batch_", "", logs)
	if c.WriteStepsPerSecond {
		values = append(values, tfevents.Value{Tag: "batch_steps_per_second", Scalar: float32(1 / time.Since(c.batchBegan).Seconds())})
	}
	return c.train.add(c.batches, values)
}

// ValidationEnd writes the values of the validation.
func (c *TensorBoard) ValidationEnd(r Run, logs *Logs) error {
	return c.validation.add(r.Optimizer().Iterations(), scalars("evaluation_", "_vs_iterations", logs))
}

// EpochEnd writes the values of the epoch and the histograms.
func (c *TensorBoard) EpochEnd(r Run, epoch int, logs *Logs) error {
	var own, held Logs
	for key, value := range logs.All() {
		if name, ok := strings.CutPrefix(key, "val_"); ok {
			held.Set(name, value)
		} else {
			own.Set(key, value)
		}
	}
	own.Set("learning_rate", r.LearningRate())
	if c.WriteStepsPerSecond {
		own.Set("steps_per_second", float64(c.steps)/time.Since(c.began).Seconds())
	}
	if err := c.train.add(epoch, scalars("epoch_", "", &own)); err != nil {
		return err
	}
	if err := c.validation.add(epoch, scalars("epoch_", "", &held)); err != nil {
		return err
	}
	if c.HistogramFreq > 0 && epoch%c.HistogramFreq == 0 {
		if err := c.histograms(r, epoch); err != nil {
			return err
		}
	}
	return c.flush()
}

// histograms writes one for each weight.
func (c *TensorBoard) histograms(r Run, epoch int) error {
	var values []tfevents.Value
	for _, w := range r.Model().Weights() {
		h, left := histogram(w.Value)
		if left > 0 && !c.warned {
			c.warned = true
			r.Logger().Warn("tensorboard: values of a weight are not finite and left out of its histogram",
				slog.String("weight", w.Name), slog.Int("values", left), slog.Int("epoch", epoch))
		}
		if h != nil {
			values = append(values, tfevents.Value{Tag: w.Name + "/histogram", Histogram: h})
		}
	}
	return c.train.add(epoch, values)
}

func histogram(t *tensor.Dense) (*tfevents.Histogram, int) {
	if t.Dtype() == tensor.Float32 {
		return tfevents.NewHistogram(t.Float32s())
	}
	return tfevents.NewHistogram(t.Float64s())
}

// TrainEnd writes what is left.
func (c *TensorBoard) TrainEnd(Run, *Logs) error { return c.flush() }

// Interrupt implements [Interrupter].
func (c *TensorBoard) Interrupt() error { return c.flush() }

func (c *TensorBoard) flush() error {
	if err := c.train.flush(); err != nil {
		return err
	}
	return c.validation.flush()
}

// scalars gives each value a tag.
func scalars(prefix, suffix string, logs *Logs) []tfevents.Value {
	var values []tfevents.Value
	for key, value := range logs.All() {
		values = append(values, tfevents.Value{Tag: prefix + key + suffix, Scalar: float32(value)})
	}
	return values
}

// eventFile is a file of events. It is closed between writes, so that a fit
// that fails leaves no file open.
type eventFile struct {
	dir     string
	path    string // "" until the file is made
	pending []byte
}

// maxPending bounds what is kept back, and lost when the process dies.
const maxPending = 1 << 16

func (f *eventFile) add(step int, values []tfevents.Value) error {
	if len(values) == 0 {
		return nil
	}
	now := time.Now()
	seconds := float64(now.UnixMicro()) / 1e6
	if f.path == "" {
		if err := f.make(now); err != nil {
			return fmt.Errorf("callback: tensorboard: %w", err)
		}
		f.pending = tfevents.Event{WallTime: seconds, FileVersion: tfevents.Version}.Append(nil)
	}
	f.pending = tfevents.Event{WallTime: seconds, Step: int64(step), Values: values}.Append(f.pending)
	if len(f.pending) > maxPending {
		return f.flush()
	}
	return nil
}

// make makes an empty file under a name that nobody has. TensorBoard orders the
// files of a folder by the time in their names and looks for "tfevents".
func (f *eventFile) make(now time.Time) error {
	if err := os.MkdirAll(f.dir, 0o777); err != nil {
		return err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	for i := 0; ; i++ {
		path := filepath.Join(f.dir, fmt.Sprintf("events.out.tfevents.%010d.%s.%d.%d.v2", now.Unix(), host, os.Getpid(), i))
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		switch {
		case os.IsExist(err):
			continue
		case err != nil:
			return err
		}
		f.path = path
		return file.Close()
	}
}

func (f *eventFile) flush() error {
	if len(f.pending) == 0 {
		return nil
	}
	file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_APPEND, 0)
	if err == nil {
		_, err = file.Write(f.pending)
		if closing := file.Close(); err == nil {
			err = closing
		}
	}
	if err != nil {
		return fmt.Errorf("callback: tensorboard: %w", err)
	}
	f.pending = f.pending[:0]
	return nil
}
