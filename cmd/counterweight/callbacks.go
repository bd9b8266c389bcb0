package main

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
)

// stopping is MONITOR[:PATIENCE].
type stopping struct {
	monitor  string
	patience int
}

func parseStopping(text string) (stopping, error) {
	monitor, rest, given := strings.Cut(text, ":")
	s := stopping{monitor: monitor}
	if monitor == "" {
		return s, fmt.Errorf("%q: expected MONITOR[:PATIENCE], as val_loss:3", text)
	}
	if given {
		n, err := strconv.Atoi(rest)
		if err != nil || n < 0 {
			return s, fmt.Errorf("patience %q: expected a whole number of epochs, 0 or more", rest)
		}
		s.patience = n
	}
	return s, nil
}

// checkpoint is the template of a path.
type checkpoint string

func parseCheckpoint(text string) (checkpoint, error) {
	if !strings.HasSuffix(text, ".keras") && !strings.HasSuffix(text, ".npz") {
		return "", fmt.Errorf("%q: expected a name that ends in .keras, or in .npz for weights alone", text)
	}
	return checkpoint(text), callback.CheckTemplate(text)
}

// callbacks adds those of the flags to a fit, the keeper of its state last.
func (f *fitting) callbacks(o *fit.Options, trainer *fit.Trainer, log *slog.Logger) (*keeping, error) {
	if f.csvLog.path != "" {
		o.Callbacks = append(o.Callbacks, &callback.CSVLogger{Path: f.csvLog.path})
	}
	if f.tensorboard != "" {
		o.Callbacks = append(o.Callbacks, &callback.TensorBoard{LogDir: f.tensorboard})
	}
	if path := string(f.checkpoint.value); path != "" {
		c := &callback.ModelCheckpoint{Path: path}
		if c.SaveWeightsOnly = strings.HasSuffix(path, ".npz"); !c.SaveWeightsOnly {
			c.Save = func(path string, _ callback.Run) error { return archive.Save(path, trainer) }
		}
		o.Callbacks = append(o.Callbacks, c)
	}
	if s := f.stopping.value; s.monitor != "" {
		o.Callbacks = append(o.Callbacks, &callback.EarlyStopping{Monitor: s.monitor, Patience: s.patience})
	}
	keep, err := f.keeping(log)
	if err != nil {
		return nil, err
	}
	o.Callbacks = append(o.Callbacks, keep.backup)
	return keep, nil
}
