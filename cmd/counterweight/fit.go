package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/spf13/cobra"
)

// fitting is what the command fit is told.
type fitting struct {
	from, to target
	train    dataset
	held     dataset // validation data
	compile  compilation

	classWeights *named[policy]
	temporal     choice
	conflict     choice

	split                    float64
	epochs, initial          int
	batch, steps, validation int
	noShuffle                bool
	seed                     uint64
	verbose                  choice

	history, csvLog target
	tensorboard     string
	checkpoint      *parsed[checkpoint]
	stopping        *parsed[stopping]
	resume          bool
}

func newFit() *cobra.Command { return newFitting().command() }

func newFitting() *fitting {
	return &fitting{
		from: newModelFile(), to: target{suffixes: []string{".keras"}}, train: newDataset(""), held: newDataset("validation-"),
		classWeights: &named[policy]{parse: parsePolicy, kind: "SPEC"},
		temporal:     choice{words: []string{"", "temporal"}},
		conflict:     choice{words: []string{"override", "multiply", "reject"}},
		epochs:       1, batch: data.DefaultBatchSize, validation: 1,
		verbose:    newVerbose(),
		history:    target{suffixes: []string{".json"}},
		csvLog:     target{suffixes: []string{".csv"}},
		checkpoint: &parsed[checkpoint]{parse: parseCheckpoint, kind: "PATTERN"},
		stopping:   &parsed[stopping]{parse: parseStopping, kind: "MONITOR[:PATIENCE]"},
	}
}

func (f *fitting) command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fit --model IN.keras --x X --y Y --output OUT.keras",
		Short: "Train a model",
		Long: `Train a model as Keras does, with class weights and sample weights. Training goes
on where the archive left off, with the state of its optimizer, and as it was
compiled; a model that was not compiled needs --optimizer and --loss.

After each epoch the state of the fit is kept beside the output, in
OUT.keras.backup. A fit that was interrupted goes on from there with --resume and
the same other flags, but for a larger --epochs, and ends with the same bits as
one that was not.

Arrays of more than 1 GiB in .npy files, --validation-split apart, stay on disk
and are read batch by batch.

` + arraysHelp + "\n\n" + namesHelp + "\n\n" + specHelp,
		Example: `  counterweight fit --model model.keras --x x.npy --y y.npy --epochs 20 --output trained.keras
  counterweight fit --model model.keras --x t.npz:x --y t.npz:y --class-weight auto --validation-split 0.2 \
    --early-stopping val_loss:3 --history history.json --output trained.keras
  counterweight fit --model new.keras --optimizer adam --loss binary_crossentropy --metrics precision,recall \
    --x x.npy --y y.npy --sample-weight w.npy --epochs 20 --output trained.keras --resume`,
		Args: noArguments,
	}
	f.define(cmd)
	cmd.RunE = runs(func(cmd *cobra.Command) error {
		if err := f.check(cmd); err != nil {
			return err
		}
		return f.run(cmd)
	})
	return cmd
}

func (f *fitting) define(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var(&f.from, "model", "the model")
	flags.Var(&f.to, "output", "where the trained model goes")
	f.train.define(cmd)
	flags.Var(f.classWeights, "class-weight", "weights of the classes")
	flags.Var(&f.temporal, "sample-weight-mode", "temporal: sample weights are (n,T) and nothing else")
	flags.Var(&f.conflict, "conflict", "where class and sample weights are given: override (by sample weights), multiply or reject")
	flags.Float64Var(&f.split, "validation-split", 0, "`SHARE` of the rows, the last ones, to validate on")
	f.held.define(cmd)
	flags.Var(atLeast(1, &f.epochs), "epochs", "number of the last epoch")
	flags.Var(atLeast(0, &f.initial), "initial-epoch", "number of epochs that are over")
	flags.Var(atLeast(1, &f.batch), "batch-size", "rows of a batch; with --steps-per-epoch by default what makes so many batches")
	flags.BoolVar(&f.noShuffle, "no-shuffle", false, "take the rows in their order")
	flags.Uint64Var(&f.seed, "seed", 0, "of shuffling and dropout, `N`; 0 is the model's own")
	flags.Var(atLeast(1, &f.steps), "steps-per-epoch", "batches of an epoch; the next one goes on from there")
	flags.Var(atLeast(1, &f.validation), "validation-freq", "epochs between validations")
	f.compile = newCompilation(cmd)
	flags.Var(&f.history, "history", "where the history goes")
	flags.Var(&f.csvLog, "csv-log", "a row for each epoch goes there")
	flags.StringVar(&f.tensorboard, "tensorboard", "", "`DIR` for TensorBoard's event files")
	flags.Var(f.checkpoint, "checkpoint", "the model is saved there after each epoch, as in {epoch:02d}-{val_loss:.3f}.keras")
	flags.Var(f.stopping, "early-stopping", "stop when a value has not improved for so many epochs, 0 by default")
	flags.BoolVar(&f.resume, "resume", false, "go on with a fit that was interrupted")
	flags.Var(&f.verbose, "verbose", "0 nothing, 1 a bar on a terminal, 2 a line for each epoch")
	require(cmd, "model", "x", "y", "output")
	suggest(cmd, "class-weight", policyNames...)
	suggest(cmd, "conflict", f.conflict.words...)
	suggest(cmd, "sample-weight-mode", "temporal")
	suggest(cmd, "verbose", f.verbose.words...)
	cmd.MarkFlagsRequiredTogether("validation-x", "validation-y")
}

// check judges what needs no file.
func (f *fitting) check(cmd *cobra.Command) error {
	given := cmd.Flags().Changed
	validates := given("validation-split") || given("validation-x")
	switch {
	case given("validation-split") && !(f.split > 0 && f.split < 1):
		return usagef("--validation-split is %v, expected a number between 0 and 1", f.split)
	case given("validation-sample-weight") && !given("validation-x"):
		return usagef("--validation-sample-weight needs --validation-x and --validation-y")
	case given("validation-freq") && !validates:
		return usagef("--validation-freq needs --validation-split or --validation-x")
	case f.initial >= f.epochs:
		return usagef("--initial-epoch is %d, expected less than the %d of --epochs", f.initial, f.epochs)
	case f.temporal.at == 1 && !given("sample-weight"):
		return usagef("--sample-weight-mode needs --sample-weight")
	case given("conflict") && !(given("sample-weight") && given("class-weight")):
		return usagef("--conflict needs --class-weight and --sample-weight")
	case f.conflict.at == int(balance.Reject) && f.bothWeights():
		return usagef("--class-weight and --sample-weight are both given, which --conflict reject forbids")
	case strings.HasPrefix(f.stopping.value.monitor, "val_") && !validates:
		return usagef("--early-stopping %s needs --validation-split or --validation-x", f.stopping.value.monitor)
	case math.IsNaN(f.split):
		return usagef("--validation-split is not a number")
	}
	return distinct(f.to.path, f.history.path, f.csvLog.path)
}

// bothWeights tells whether class and sample weights meet at some output.
func (f *fitting) bothWeights() bool {
	for _, name := range f.train.w.names {
		for i, other := range f.classWeights.names {
			if (name == other || name == "" || other == "") && f.classWeights.texts[i] != "none" {
				return true
			}
		}
	}
	return false
}

// run trains. The model is loaded first, as it says what the arrays are for.
func (f *fitting) run(cmd *cobra.Command) error {
	for _, path := range []string{f.to.path, f.history.path, f.csvLog.path} {
		if err := inFolder(path); err != nil {
			return err
		}
	}
	a, err := archive.Load(f.from.path)
	if err != nil {
		return err
	}
	log := notices(cmd)
	trainer, err := f.compile.trainer(a, func(c *fit.Config) {
		c.SampleWeightMode, c.Seed, c.Logger = balance.Mode(f.temporal.at), f.seed, log
	})
	if err != nil {
		return fmt.Errorf("%s: %w", f.from.path, err)
	}
	o, err := f.options(a, cmd)
	if err != nil {
		return err
	}
	keep, err := f.callbacks(&o, trainer, log)
	if err != nil {
		return err
	}
	history, err := f.trains(cmd.Context(), trainer, o)
	if err != nil {
		return keep.failed(err, log)
	}
	if f.history.path != "" {
		if err := writeHistory(f.history.path, history); err != nil {
			return err
		}
	}
	if err := archive.Save(f.to.path, trainer); err != nil {
		return err
	}
	return keep.done()
}

// trains trains on arrays in memory, or on disk where they are large.
func (f *fitting) trains(ctx context.Context, trainer *fit.Trainer, o fit.Options) (*fit.History, error) {
	where := func(err error) error { return fmt.Errorf("%w (%s, %s)", err, f.from.path, f.files()) }
	if f.split == 0 { // the last rows of a file are not set aside
		disk, err := f.train.onDisk(trainer.Model())
		if err != nil {
			return nil, err
		}
		if disk != nil {
			defer disk.Close()
			history, err := trainer.FitDataset(ctx, disk, o)
			if err != nil {
				return nil, where(err)
			}
			return history, nil
		}
	}
	many, w, err := f.train.read(trainer.Model())
	if err != nil {
		return nil, err
	}
	o.SampleWeight = w
	history, err := trainer.FitMany(ctx, many, o)
	if err != nil {
		return nil, where(f.explained(err, many.X))
	}
	return history, nil
}

// explained adds to the error for a loss that is not finite where x is not.
func (f *fitting) explained(err error, x fit.Arrays) error {
	var diverged *fit.DivergedError
	if !errors.As(err, &diverged) {
		return err
	}
	for i, name := range f.train.x.names {
		named := x.(fit.Named)
		if name == "" {
			for name = range named {
			}
		}
		if row, v, found := notFinite(named[name]); found {
			return fmt.Errorf("%w; %s holds %v in row %d", err, f.train.x.values[i], v, row)
		}
	}
	return err
}

// files names the arrays, for errors.
func (f *fitting) files() string {
	text := f.train.files()
	if f.held.x.given() {
		text += ", " + f.held.files()
	}
	return text
}

// options has what the flags say of a fit, with validation data and class weights.
func (f *fitting) options(a *archive.Archive, cmd *cobra.Command) (o fit.Options, err error) {
	o = fit.Options{
		Epochs: f.epochs, InitialEpoch: f.initial, StepsPerEpoch: f.steps, ValidationFreq: f.validation,
		ValidationSplit: f.split, Conflict: balance.Conflict(f.conflict.at), Output: cmd.ErrOrStderr(), Verbose: f.verbosity(cmd),
	}
	if f.steps == 0 || cmd.Flags().Changed("batch-size") {
		o.BatchSize = f.batch
	}
	if f.noShuffle {
		o.Shuffle = data.ShuffleOff
	}
	if f.held.x.given() {
		held, w, err := f.held.read(a.Model)
		if err != nil {
			return o, err
		}
		if w != nil {
			return o, errors.New("--validation-sample-weight: the model has several outputs: expected NAME=ARRAY")
		}
		o.ValidationData = &fit.Validation{Many: &held}
	}
	policies, err := f.classWeights.among("class-weight", a.Model.OutputNames())
	if err != nil {
		return o, err
	}
	for _, name := range a.Model.OutputNames() {
		p, err := policies[name].read()
		if err != nil {
			return o, err
		}
		if p == nil {
			continue
		}
		if len(a.Model.OutputNames()) == 1 {
			o.ClassWeight = p // the only kind that may be deferred
			continue
		}
		if o.ClassWeights == nil {
			o.ClassWeights = map[string]balance.ClassWeight{}
		}
		o.ClassWeights[name] = p
	}
	return o, nil
}

// verbosity is what is printed: a bar on terminals only.
func (f *fitting) verbosity(cmd *cobra.Command) fit.Verbosity {
	switch {
	case f.verbose.at == 1 && onTerminal(cmd):
		return fit.Bar
	case f.verbose.at == 2:
		return fit.Lines
	}
	return fit.Silent
}

// inFolder returns an error if the folder of a file to be written is missing,
// before any work is done in vain.
func inFolder(path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(filepath.Dir(path))
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no folder", filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}
