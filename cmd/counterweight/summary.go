package main

import (
	"fmt"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/internal/ordered"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/spf13/cobra"
)

func newSummary() *cobra.Command {
	from := newModelFile()
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "summary --model M.keras",
		Short: "Print a model's layers, shapes and numbers of parameters",
		Long:  "Print a model's layers, shapes and numbers of parameters, as Keras does.",
		Example: `  counterweight summary --model model.keras
  counterweight summary --model model.keras --json`,
		Args: noArguments,
	}
	flags := cmd.Flags()
	flags.Var(&from, "model", "the model")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	require(cmd, "model")
	cmd.RunE = runs(func(cmd *cobra.Command) error {
		a, err := archive.Load(from.path)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd.OutOrStdout(), summaryOf(a))
		}
		_, err = fmt.Fprint(cmd.OutOrStdout(), a.Model.Summary())
		return err
	})
	return cmd
}

// newModelFile is the flag that names a model.
func newModelFile() target { return target{suffixes: []string{".keras", ".h5", ".hdf5"}} }

// summaryOf has what the summary says, and how the model was compiled.
func summaryOf(a *archive.Archive) ordered.Object {
	var layers []ordered.Object
	trainable, all := 0, 0
	for _, p := range a.Model.Params() {
		n := p.Value.Shape().TotalSize()
		all += n
		if p.Trainable {
			trainable += n
		}
	}
	for _, l := range a.Model.SummaryLines() {
		layers = append(layers, ordered.Object{{Key: "name", Value: l.Name}, {Key: "class", Value: l.Class}, {Key: "output_shape", Value: batchShapes(l.Outputs)}, {Key: "params", Value: l.Params}})
	}
	return ordered.Object{
		{Key: "name", Value: a.Model.Name()},
		{Key: "inputs", Value: shapesOf(a.Model.InputNames(), a.Model.InputShapes())},
		{Key: "outputs", Value: shapesOf(a.Model.OutputNames(), a.Model.OutputShapes())},
		{Key: "layers", Value: layers},
		{Key: "total_params", Value: all},
		{Key: "trainable_params", Value: trainable},
		{Key: "non_trainable_params", Value: all - trainable},
		{Key: "compiled", Value: compiledOf(a)},
	}
}

// compiledOf has Keras's configs of what a model is trained with; it is null for
// one that is not compiled.
func compiledOf(a *archive.Archive) any {
	if a.Compiled == nil {
		return nil
	}
	c := a.Compiled.Config
	o := ordered.Object{{Key: "optimizer", Value: configOf(c.Optimizer)}}
	for _, name := range a.Model.OutputNames() {
		one := c.Loss
		if one == nil {
			one = c.Losses[name]
		}
		if one == nil {
			continue
		}
		metrics, weighted := configsOf(c.Metrics), configsOf(c.WeightedMetrics)
		if len(a.Model.OutputNames()) > 1 {
			metrics, weighted = configsOf(c.OutputMetrics[name]), configsOf(c.WeightedOutputMetrics[name])
		}
		o = append(o, ordered.Member{Key: name, Value: ordered.Object{{Key: "loss", Value: configOf(one)}, {Key: "metrics", Value: metrics}, {Key: "weighted_metrics", Value: weighted}}})
	}
	return o
}

func configsOf(metrics []metric.Metric) []any {
	all := []any{}
	for _, m := range metrics {
		all = append(all, configOf(m))
	}
	return all
}

// configOf is Keras's config, or the name of what has none.
func configOf(v interface{ Name() string }) any {
	if config, err := registry.Encode(v); err == nil {
		return config
	}
	return v.Name()
}

func shapesOf(names []string, shapes [][]int) ordered.Object {
	o := ordered.Object{}
	for i, name := range names {
		o = append(o, ordered.Member{Key: name, Value: batchShape(shapes[i])})
	}
	return o
}

// batchShape has null for the number of rows.
func batchShape(sample []int) []any {
	s := []any{nil}
	for _, n := range sample {
		s = append(s, n)
	}
	return s
}

// batchShapes is one shape, or a list of several.
func batchShapes(samples [][]int) any {
	if len(samples) == 1 {
		return batchShape(samples[0])
	}
	var all []any
	for _, s := range samples {
		all = append(all, batchShape(s))
	}
	return all
}
