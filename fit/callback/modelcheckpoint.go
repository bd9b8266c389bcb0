package callback

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Saver writes what is to be kept of a fit to a file. It should replace the
// file as a whole or not at all.
type Saver func(path string, r Run) error

// ModelCheckpoint saves the model or its weights after each epoch, or after so
// many batches, by the rules of Keras 3.
//
// Path is a template: fields in braces are filled in as Python's str.format
// does, "{epoch:02d}-{val_loss:.2f}.npz". The fields are epoch, batch (with
// SaveFreq), both counted from 1, and the keys of the logs. An unknown key is an
// error when it is time to save. Folders are made as needed, and a file of that
// name is replaced.
//
// With SaveBestOnly, a value that is not in the logs, as between validations,
// is warned of once, and the model is saved. An improvement is one of
// [EarlyStopping], without a least change. Unlike the other callbacks it goes
// on from the best value of the fit before when it serves several.
type ModelCheckpoint struct {
	Base

	Path         string
	Monitor      string // key in the logs; "" means "val_loss"
	SaveBestOnly bool
	Mode         Mode
	// InitialValueThreshold, unless nil, is what the first value must improve
	// on. It needs SaveBestOnly.
	InitialValueThreshold *float64
	// SaveFreq is the number of batches, counted over all epochs, between
	// saves; 0 saves after each epoch.
	SaveFreq int
	// SaveWeightsOnly saves the weights alone; Path then ends in .npz, and
	// Model.LoadWeights reads the file.
	SaveWeightsOnly bool
	// Save, unless nil, does the saving instead. It is needed where the whole
	// model is to be saved: archive.Save with the trainer writes Keras's file.
	Save Saver

	// Best is the best value so far, NaN before there is one.
	Best float64

	monitor monitor
	path    []piece
	save    Saver
	begun   bool // Best holds
	epoch   int
	batches int // since the last save
}

// TrainBegin returns an error when Path is no template or does not fit what is
// saved, SaveFreq is negative, or the settings of SaveBestOnly make no sense.
func (c *ModelCheckpoint) TrainBegin(r Run) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("callback: model checkpoint: "+format, args...)
	}
	var err error
	if c.path, err = parseTemplate(c.Path); err != nil {
		return fail("path %q: %w", c.Path, err)
	}
	switch {
	case c.Path == "":
		return fail("the path is empty")
	case c.SaveFreq < 0:
		return fail("save frequency is %d batches, want 0 or more", c.SaveFreq)
	case c.SaveFreq == 0 && slices.ContainsFunc(c.path, func(p piece) bool { return p.key == "batch" }):
		return fail("path %q names a batch, which only SaveFreq gives", c.Path)
	case c.Save != nil && c.SaveWeightsOnly:
		return fail("Save decides what is saved, SaveWeightsOnly would have no effect")
	case c.Save == nil && !c.SaveWeightsOnly:
		return fail("set SaveWeightsOnly, or Save to save the whole model")
	case c.Save == nil && !strings.HasSuffix(c.Path, ".npz"):
		return fail("path %q, want one that ends in .npz for weights", c.Path)
	case !c.SaveBestOnly && c.InitialValueThreshold != nil:
		return fail("InitialValueThreshold has no effect without SaveBestOnly")
	case c.InitialValueThreshold != nil && math.IsNaN(*c.InitialValueThreshold):
		return fail("initial value threshold is NaN")
	}
	if c.save = c.Save; c.save == nil {
		c.save = func(path string, r Run) error { return r.Model().SaveWeights(path) }
	}
	if !c.begun {
		c.begun, c.Best = true, math.NaN()
		if c.InitialValueThreshold != nil {
			c.Best = *c.InitialValueThreshold
		}
	}
	if c.SaveBestOnly {
		c.monitor, err = newMonitor(r, "model checkpoint", c.Monitor, c.Mode, 0)
	}
	return err
}

// EpochBegin notes the epoch.
func (c *ModelCheckpoint) EpochBegin(_ Run, epoch int) error {
	c.epoch = epoch
	return nil
}

// BatchEnd saves when it is time.
func (c *ModelCheckpoint) BatchEnd(r Run, batch int, logs *Logs) error {
	if c.SaveFreq == 0 {
		return nil
	}
	if c.batches++; c.batches < c.SaveFreq {
		return nil
	}
	c.batches = 0
	return c.keep(r, batch, logs)
}

// EpochEnd saves unless batches are counted.
func (c *ModelCheckpoint) EpochEnd(r Run, epoch int, logs *Logs) error {
	if c.SaveFreq > 0 {
		return nil
	}
	c.epoch = epoch
	return c.keep(r, -1, logs)
}

// keep saves, unless the value is no better.
func (c *ModelCheckpoint) keep(r Run, batch int, logs *Logs) error {
	path, err := c.fill(batch, logs)
	if err != nil {
		return fmt.Errorf("callback: model checkpoint: path %q: %w", c.Path, err)
	}
	if c.SaveBestOnly {
		if value, found := c.monitor.value(r, c.epoch, logs); found {
			if !c.monitor.improves(value, c.Best) {
				return nil
			}
			c.Best = value
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("callback: model checkpoint: %w", err)
	}
	if err := c.save(path, r); err != nil {
		return fmt.Errorf("callback: model checkpoint: epoch %d: %w", c.epoch, err)
	}
	r.Logger().Debug("model checkpoint: saved", slog.String("path", path), slog.Int("epoch", c.epoch))
	return nil
}

// fill makes the path of a save; batch is -1 after an epoch.
func (c *ModelCheckpoint) fill(batch int, logs *Logs) (string, error) {
	return fillTemplate(c.path, func(key string) (float64, bool, error) {
		switch value, found := logs.Get(key); {
		case key == "epoch":
			return float64(c.epoch + 1), true, nil
		case found:
			return value, false, nil
		case key == "batch" && batch >= 0:
			return float64(batch + 1), true, nil
		}
		return 0, false, fmt.Errorf("%w: %q, want one of %v", errNoKey, key, logs.keys())
	})
}

var errNoKey = errors.New("a key that is not in the logs")
