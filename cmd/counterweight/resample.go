package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/spf13/cobra"
	"gorgonia.org/tensor"
)

// resampling is what the command resample is told.
type resampling struct {
	name     string
	settings []string
	seed     uint32

	x, y                   source
	outX, outY, outIndices target

	csv    source
	column string
	outCSV target
}

func newResample() *cobra.Command {
	npyFile := []string{".npy"}
	r := resampling{outX: target{suffixes: npyFile}, outY: target{suffixes: npyFile}, outIndices: target{suffixes: npyFile}, outCSV: target{suffixes: []string{".csv"}}}
	cmd := &cobra.Command{
		Use:   "resample --sampler NAME",
		Short: "Make other training rows: over-sampling, under-sampling, cleaning",
		Long: `Make other training rows, with imbalanced-learn's samplers, names, parameters
and, for the same seed, rows. Rows made of whole numbers are rounded down to them.

With --x and --y the results are arrays of the same types; with --csv a table
with the same columns, which may hold text where the sampler only picks rows.

Samplers: ` + wrapped(registry.SamplerNames()) + `

` + arraysHelp,
		Example: `  counterweight resample --sampler smote --param k_neighbors=3 --x x.npy --y y.npy --seed 1 --output-x x2.npy --output-y y2.npy
  counterweight resample --sampler tomek-links --x x.npy --y y.npy --output-x x2.npy --output-y y2.npy --output-indices kept.npy
  counterweight resample --sampler random-under-sampler --param sampling_strategy=0.5 --csv churn.csv --target churn --output half.csv`,
		Args: noArguments,
	}
	flags := cmd.Flags()
	flags.StringVar(&r.name, "sampler", "", "the sampler's `NAME`")
	flags.StringArrayVar(&r.settings, "param", nil, "a setting of the sampler's, `KEY=VALUE`; may be repeated")
	flags.Uint32Var(&r.seed, "seed", 0, "of numpy's random numbers, `N`")
	flags.Var(&r.x, "x", "the rows")
	flags.Var(&r.y, "y", "their classes: numbers (n), or one-hot rows (n,K)")
	flags.Var(&r.outX, "output-x", "where the rows go")
	flags.Var(&r.outY, "output-y", "where their classes go")
	flags.Var(&r.outIndices, "output-indices", "where the numbers go that the rows had in the input; for samplers that pick rows")
	flags.Var(&r.csv, "csv", "a CSV file, in place of --x and --y")
	flags.StringVar(&r.column, "target", "", "the `COLUMN` of the CSV file that has the classes")
	flags.Var(&r.outCSV, "output", "where the table goes")
	require(cmd, "sampler")
	suggest(cmd, "sampler", registry.SamplerNames()...)
	cmd.MarkFlagsRequiredTogether("x", "y", "output-x", "output-y")
	cmd.MarkFlagsRequiredTogether("csv", "target", "output")
	cmd.MarkFlagsMutuallyExclusive("x", "csv")
	cmd.MarkFlagsOneRequired("x", "csv")
	cmd.RunE = runs(func(cmd *cobra.Command) error {
		made, err := r.sampler()
		if err != nil {
			return err
		}
		if !made.Seeded && cmd.Flags().Changed("seed") {
			notices(cmd).Warn("the seed has no effect: the sampler draws no random numbers", "sampler", r.name)
		}
		if r.csv.given() {
			return settingNames(r.table(cmd.Context(), made))
		}
		return settingNames(r.arrays(cmd.Context(), made))
	})
	return cmd
}

// sampler makes the sampler. It opens no file.
func (r *resampling) sampler() (made registry.Sampler, err error) {
	settings := map[string]string{}
	for _, s := range r.settings {
		key, value, ok := strings.Cut(s, "=")
		if _, twice := settings[key]; !ok || twice {
			return made, usagef("--param %q: expected KEY=VALUE, each key once", s)
		}
		settings[key] = value
	}
	if made, err = registry.NewSampler(r.name, settings, r.seed); err != nil {
		return made, usageError{err}
	}
	if made.Makes && r.outIndices.path != "" {
		return made, usagef("--output-indices: %s makes rows, which had no place in the input", r.name)
	}
	if r.csv.key != "" {
		return made, usagef("--csv: expected FILE.csv, and the column in --target")
	}
	if r.csv.given() && !strings.Contains(r.csv.path, ".csv") {
		return made, usagef("--csv: expected FILE.csv, got %s", r.csv.path)
	}
	return made, distinct(r.outX.path, r.outY.path, r.outIndices.path, r.outCSV.path)
}

// arrays resamples arrays.
func (r *resampling) arrays(ctx context.Context, made registry.Sampler) error {
	x, err := r.x.read()
	if err != nil {
		return err
	}
	y, err := r.y.read()
	if err != nil {
		return err
	}
	xs, ys, rows, err := resampled(ctx, made, x, y)
	if err != nil {
		return fmt.Errorf("%w (%s)", err, listed(r.x, r.y))
	}
	if err := writeLike(r.outX.path, xs, r.x); err != nil {
		return err
	}
	if err := writeLike(r.outY.path, ys, r.y); err != nil {
		return err
	}
	return r.indices(rows)
}

// indices writes where rows were.
func (r *resampling) indices(rows []int) error {
	if r.outIndices.path == "" {
		return nil
	}
	return writeArray(r.outIndices.path, tensor.New(tensor.WithShape(len(rows)), tensor.WithBacking(rows)))
}

// resampled returns x and y in their own types, and for samplers that pick rows
// which these are.
func resampled(ctx context.Context, made registry.Sampler, x, y *tensor.Dense) (xs, ys *tensor.Dense, rows []int, err error) {
	if !made.Makes {
		if rows, err = picked(ctx, made, x, y); err != nil {
			return nil, nil, nil, err
		}
		return takeRows(x, rows), takeRows(y, rows), rows, nil
	}
	if !x.IsScalar() {
		if err := exact(x); err != nil {
			return nil, nil, nil, err
		}
	}
	if xs, ys, err = made.Resample(ctx, x, y); err != nil {
		return nil, nil, nil, err
	}
	return cast(xs, x.Dtype()), cast(ys, y.Dtype()), nil, nil
}

// picked returns the rows that a sampler picks.
func picked(ctx context.Context, made registry.Sampler, x, y tensor.Tensor) ([]int, error) {
	rows, err := made.Sampler.(sampler.Selector).SampleIndices(ctx, x, y)
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("no row is left of %d", x.Shape()[0])
	}
	return rows, err
}

// goNames are fields of samplers that errors name, and what --param calls them.
var goNames = strings.NewReplacer("KNeighbors", "k_neighbors", "MNeighbors", "m_neighbors", "NNeighborsVer3", "n_neighbors_ver3",
	"NNeighbors", "n_neighbors", "MaxIter", "max_iter", "NSeeds", "n_seeds_S", "ThresholdCleaning", "threshold_cleaning")

// settingNames is an error with the names of --param in place of Go's.
func settingNames(err error) error {
	if err == nil {
		return nil
	}
	return renamed{goNames.Replace(err.Error()), err}
}

// renamed is an error under another text.
type renamed struct {
	text string
	error
}

func (e renamed) Error() string { return e.text }
func (e renamed) Unwrap() error { return e.error }

// wrapped joins names by commas, in lines of up to 80 columns.
func wrapped(names []string) string {
	text, column := "", len("Samplers: ")
	for i, n := range names {
		if i > 0 {
			text += ","
			if column++; column+1+len(n)+1 > 80 {
				text, column = text+"\n", 0
			} else {
				text, column = text+" ", column+1
			}
		}
		text, column = text+n, column+len(n)
	}
	return text
}
