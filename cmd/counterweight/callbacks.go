package main

import (
	"fmt"
	"log/slog"
	"slices"
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

// checkpointSuffixes are the kinds of files: a whole model, or weights alone.
var checkpointSuffixes = []string{".keras", ".weights.h5", ".npz", ".safetensors"}

func parseCheckpoint(text string) (checkpoint, error) {
	if !slices.ContainsFunc(checkpointSuffixes, func(s string) bool { return strings.HasSuffix(text, s) }) {
		return "", fmt.Errorf("%q: expected a name that ends in .keras, or for weights alone in %s", text, strings.Join(checkpointSuffixes[1:], ", "))
	}
	return checkpoint(text), callback.CheckTemplate(text)
}

// save returns what saves a checkpoint.
func (c checkpoint) save(trainer *fit.Trainer) callback.Saver {
	return func(path string, r callback.Run) error {
		switch {
		case strings.HasSuffix(path, ".keras"):
			return archive.Save(path, trainer)
		case strings.HasSuffix(path, ".weights.h5"):
			return archive.SaveWeights(path, r.Model())
		}
		return r.Model().SaveWeights(path)
	}
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
		o.Callbacks = append(o.Callbacks, &callback.ModelCheckpoint{Path: path, Save: f.checkpoint.value.save(trainer)})
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
