package main

import (
	"fmt"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/fit/metric"
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
func summaryOf(a *archive.Archive) object {
	var layers []object
	trainable, all := 0, 0
	for _, p := range a.Model.Params() {
		n := p.Value.Shape().TotalSize()
		all += n
		if p.Trainable {
			trainable += n
		}
	}
	for _, l := range a.Model.SummaryLines() {
		layers = append(layers, object{{"name", l.Name}, {"class", l.Class}, {"output_shape", batchShapes(l.Outputs)}, {"params", l.Params}})
	}
	return object{
		{"name", a.Model.Name()},
		{"inputs", shapesOf(a.Model.InputNames(), a.Model.InputShapes())},
		{"outputs", shapesOf(a.Model.OutputNames(), a.Model.OutputShapes())},
		{"layers", layers},
		{"total_params", all},
		{"trainable_params", trainable},
		{"non_trainable_params", all - trainable},
		{"compiled", compiledOf(a)},
	}
}

// compiledOf has Keras's configs of what a model is trained with; it is null for
// one that is not compiled.
func compiledOf(a *archive.Archive) any {
	if a.Compiled == nil {
		return nil
	}
	c := a.Compiled.Config
	o := object{{"optimizer", configOf(c.Optimizer)}}
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
		o = append(o, member{name, object{{"loss", configOf(one)}, {"metrics", metrics}, {"weighted_metrics", weighted}}})
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

func shapesOf(names []string, shapes [][]int) object {
	o := object{}
	for i, name := range names {
		o = append(o, member{name, batchShape(shapes[i])})
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
