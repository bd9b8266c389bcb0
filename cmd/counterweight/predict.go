package main

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/atomicfile"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/spf13/cobra"
	"gorgonia.org/tensor"
)

func newPredict() *cobra.Command {
	from, d := newModelFile(), newDataset("")
	out := target{suffixes: []string{".npy", ".npz"}}
	batch, verbose := data.DefaultBatchSize, newVerbose()
	cmd := &cobra.Command{
		Use:   "predict --model M.keras --x X --output P.npy",
		Short: "Write a model's predictions",
		Long: `Write a model's predictions, as float32: an array, or with FILE.npz an archive
of one array for each output of the model, by the outputs' names.

` + arraysHelp + "\n\n" + namesHelp,
		Example: `  counterweight predict --model model.keras --x x.npy --output p.npy
  counterweight predict --model model.keras --x table=t.npy --x words=w.npy --output p.npz`,
		Args: noArguments,
	}
	flags := cmd.Flags()
	flags.Var(&from, "model", "the model")
	flags.Var(d.x, "x", "the model's inputs")
	flags.Var(atLeast(1, &batch), "batch-size", "rows of a batch")
	flags.Var(&verbose, "verbose", "0 nothing, 1 a line on a terminal, 2 a line")
	flags.Var(&out, "output", "where the predictions go")
	require(cmd, "model", "x", "output")
	cmd.RunE = runs(func(cmd *cobra.Command) error {
		return predict(cmd, from.path, d, batch, verbose, out.path)
	})
	return cmd
}

func predict(cmd *cobra.Command, path string, d dataset, batch int, verbose choice, to string) error {
	a, err := archive.Load(path)
	if err != nil {
		return err
	}
	names := a.Model.OutputNames()
	if len(names) > 1 && !strings.HasSuffix(to, ".npz") {
		return fmt.Errorf("%s has the outputs %q: expected --output FILE.npz, not %s", path, names, to)
	}
	// The loss has no part in predicting, but a trainer has one.
	trainer, err := fit.Compile(a.Model, fit.Config{Optimizer: optimizer.SGD{}, Loss: loss.MeanSquaredError{}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	began, rows := time.Now(), 0
	o := fit.PredictOptions{BatchSize: batch}
	var outs []*tensor.Dense
	disk, err := d.onDisk(a.Model)
	if err != nil {
		return err
	}
	if disk != nil {
		defer disk.Close()
		rows = disk.Len()
		outs, err = trainer.PredictDatasetMany(cmd.Context(), disk, o)
	} else {
		var many fit.Many
		if many, _, err = d.read(a.Model); err != nil {
			return err
		}
		rows = rowsOf(many)
		outs, err = trainer.PredictMany(cmd.Context(), many.X, o)
	}
	if err != nil {
		return fmt.Errorf("%w (%s, %s)", err, path, d.files())
	}
	tellPass(cmd, verbose, rows, batch, time.Since(began), nil)
	arrays := make([]npy.Array, len(outs))
	for i, p := range outs {
		single, err := data.AsType(p, tensor.Float32)
		if err != nil {
			return err
		}
		arrays[i] = npy.Array{Name: names[i], Value: single}
	}
	if strings.HasSuffix(to, ".npz") {
		return atomicfile.Write(to, func(w io.Writer) error { return npy.WriteZip(w, arrays) })
	}
	return writeArray(to, arrays[0].Value)
}
