package main

import (
	"fmt"
	"time"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/internal/ordered"
	"github.com/spf13/cobra"
)

func newEvaluate() *cobra.Command {
	from, d := newModelFile(), newDataset("")
	batch, verbose := data.DefaultBatchSize, newVerbose()
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "evaluate --model M.keras --x X --y Y",
		Short: "Compute a model's loss and metrics on data",
		Long:  "Compute the loss and the metrics that a model was compiled with, on data.\n\n" + arraysHelp + "\n\n" + namesHelp,
		Example: `  counterweight evaluate --model model.keras --x x.npy --y y.npy
  counterweight evaluate --model model.keras --x test.npz:x --y test.npz:y --sample-weight test.npz:w --json`,
		Args: noArguments,
	}
	flags := cmd.Flags()
	flags.Var(&from, "model", "the model")
	d.define(cmd)
	flags.Var(atLeast(1, &batch), "batch-size", "rows of a batch")
	flags.Var(&verbose, "verbose", "0 nothing, 1 a line on a terminal, 2 a line")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	require(cmd, "model", "x", "y")
	cmd.RunE = runs(func(cmd *cobra.Command) error {
		logs, err := evaluate(cmd, from.path, d, batch, verbose)
		if err != nil {
			return err
		}
		var o ordered.Object
		rows := [][]string{}
		for key, value := range logs.All() {
			o = append(o, ordered.Member{Key: key, Value: ordered.Number(value)})
			rows = append(rows, []string{key, short(value)})
		}
		if asJSON {
			return printJSON(cmd.OutOrStdout(), o)
		}
		return printTable(cmd.OutOrStdout(), rows)
	})
	return cmd
}

func evaluate(cmd *cobra.Command, path string, d dataset, batch int, verbose choice) (*fit.Logs, error) {
	a, err := archive.Load(path)
	if err != nil {
		return nil, err
	}
	trainer, err := a.Trainer()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	began, rows := time.Now(), 0
	o := fit.EvaluateOptions{BatchSize: batch}
	var logs *fit.Logs
	disk, err := d.onDisk(a.Model)
	if err != nil {
		return nil, err
	}
	if disk != nil {
		defer disk.Close()
		rows = disk.Len()
		logs, err = trainer.EvaluateDataset(cmd.Context(), disk, o)
	} else {
		var many fit.Many
		if many, o.SampleWeight, err = d.read(a.Model); err != nil {
			return nil, err
		}
		rows = rowsOf(many)
		logs, err = trainer.EvaluateMany(cmd.Context(), many, o)
	}
	if err != nil {
		return nil, fmt.Errorf("%w (%s, %s)", err, path, d.files())
	}
	tellPass(cmd, verbose, rows, batch, time.Since(began), logs)
	return logs, nil
}
