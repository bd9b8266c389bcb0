package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/compare"
	"github.com/counterweight-go/counterweight/data/table"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func newCompare() *cobra.Command {
	var csv, target, positive, list, hidden, output string
	var verbose int
	var resume, asJSON bool
	var c compare.Config
	cmd := &cobra.Command{
		Use:   "compare --csv DATA.csv --target COLUMN",
		Short: "Compare ways to treat imbalance on a table",
		Long: `Compare ways to treat imbalance on a table: train the same network with each
strategy on the same stratified folds, and tell which differences to plain
training are more than chance. A table goes to standard output, and to --output
report.html, results.json, pr.png, calibration.png and history.csv.

A column is of numbers if all of its cells are, or are missing; others are
categories. Missing numbers become the median of the training rows, missing
categories one of their own; up to 16 categories have a column each, more get an
embedding. All that, and standardisation, is learned from training rows only.

Strategies: ` + strings.Join(compare.Known(), ", ") + `,
@FILE.json with class weights; a sampler may have a ratio of the classes,
smote:0.5, and several of different kinds are joined, smote+auto: then a sampler
without a ratio goes half the way (the root of the ratio that the classes have),
and the weights go the rest.`,
		Example: `  counterweight compare --csv churn.csv --target TARGET --output out
  counterweight compare --csv data.csv --target fraud --positive yes --strategies 'none,auto,{"0": 1, "1": 50},smote+auto' --folds 10 --seed 7`,
		Args: noArguments,
	}
	flags := cmd.Flags()
	flags.StringVar(&csv, "csv", "", "table: a `file` .csv, .csv.gz or .csv.zst, with header or without")
	flags.StringVar(&target, "target", "", "`column` of the labels: its name, or a number from 0 without a header")
	flags.StringVar(&positive, "positive", "", "label of the positive class (default: the rarer one of two)")
	flags.StringVar(&list, "strategies", "", "`list`, joined by commas (default: one of each kind)")
	flags.IntVar(&c.Folds, "folds", 5, "number of folds")
	flags.Uint64Var(&c.Seed, "seed", 0, "of folds, weights, batches and samplers")
	flags.StringVar(&hidden, "hidden", "64,32", "`units` of the hidden layers, none for logistic regression")
	flags.IntVar(&c.Epochs, "epochs", 30, "passes over the training rows")
	flags.IntVar(&c.BatchSize, "batch-size", 128, "rows of a batch")
	flags.StringVar(&output, "output", "", "`folder` for the report and the numbers")
	flags.BoolVar(&resume, "resume", false, "take up an interrupted comparison in --output")
	flags.BoolVar(&asJSON, "json", false, "print results.json instead of the table")
	flags.IntVar(&verbose, "verbose", 1, "progress: 0 none, 1 a bar, 2 a line for each fold")
	require(cmd, "csv", "target")
	cmd.RunE = runs(func(cmd *cobra.Command) error {
		for name, v := range map[string]int{"folds": c.Folds, "epochs": c.Epochs, "batch-size": c.BatchSize} {
			if v < 1 {
				return usagef("--%s: expected 1 or more, got %d", name, v)
			}
		}
		if verbose < 0 || verbose > 2 {
			return usagef("--verbose: expected 0, 1 or 2, got %d", verbose)
		}
		var err error
		if c.Hidden, err = parseUnits(hidden); err != nil {
			return usagef("--hidden: %w", err)
		}
		if cmd.Flags().Changed("strategies") {
			if c.Strategies, err = compare.ParseStrategies(list, parseWeights); err != nil {
				return usagef("--strategies: %w", err)
			}
		}
		if resume && output == "" {
			return usagef("--resume needs --output, where the interrupted comparison lies")
		}
		if output != "" {
			c.Checkpoint, c.Resume = filepath.Join(output, "unfinished"), resume
		}
		if err := c.Check(); err != nil {
			return usageError{err}
		}
		c.Logger = notices(cmd)
		p := newCompareProgress(cmd.ErrOrStderr(), cmd.CommandPath(), verbose)
		c.Progress = p.show
		r, err := compareFile(cmd, csv, target, positive, c)
		p.end()
		if err != nil {
			return err
		}
		if output != "" {
			if err := r.Write(output); err != nil {
				return err
			}
			if err := compare.RemoveCheckpoint(c.Checkpoint); err != nil {
				return err
			}
		}
		text := []byte(r.Text())
		if asJSON {
			if text, err = r.JSON(); err != nil {
				return err
			}
		}
		_, err = cmd.OutOrStdout().Write(text)
		return err
	})
	return cmd
}

func compareFile(cmd *cobra.Command, csv, target, positive string, c compare.Config) (*compare.Result, error) {
	for i, s := range c.Strategies {
		if lazy, ok := s.ClassWeight.(lazyWeights); ok {
			var err error
			if c.Strategies[i].ClassWeight, err = lazy.policy.read(); err != nil {
				return nil, err
			}
		}
	}
	if info, err := os.Stat(filepath.Dir(c.Checkpoint)); c.Checkpoint != "" && err == nil && !info.IsDir() {
		return nil, fmt.Errorf("%s is a file, expected a folder", filepath.Dir(c.Checkpoint))
	}
	t, err := table.ReadFile(csv, table.Options{Logger: c.Logger})
	if err != nil {
		return nil, err
	}
	d, err := compare.NewData(t, target, positive, c.Logger)
	if err != nil {
		return nil, err
	}
	r, err := compare.Run(cmd.Context(), d, c)
	if err != nil && cmd.Context().Err() != nil && c.Checkpoint != "" {
		c.Logger.Info("what is done is kept: go on with --resume")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", csv, err)
	}
	return r, nil
}

// lazyWeights are class weights in a file that is not open yet.
type lazyWeights struct {
	balance.ClassWeight
	policy policy
}

func parseWeights(spec string) (balance.ClassWeight, error) {
	p, err := parsePolicy(spec)
	if err == nil && p.path != "" {
		return lazyWeights{policy: p}, nil
	}
	return p.inline, err
}

func parseUnits(text string) ([]int, error) {
	units := []int{}
	if text = strings.TrimSpace(text); text == "" || text == "none" {
		return units, nil
	}
	for field := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("expected numbers of units like 64,32, got %q", text)
		}
		units = append(units, n)
	}
	return units, nil
}

// compareProgress tells how far a comparison is: by a bar on a terminal, and
// elsewhere by a line now and then.
type compareProgress struct {
	w        io.Writer
	who      string
	terminal bool
	verbose  int
	last     time.Time
	drawn    bool
}

func newCompareProgress(w io.Writer, who string, verbose int) *compareProgress {
	file, ok := w.(*os.File)
	return &compareProgress{w: w, who: who, verbose: verbose, terminal: ok && term.IsTerminal(int(file.Fd())), last: time.Now()}
}

func (p *compareProgress) show(at compare.Progress) {
	left := fmt.Sprintf("about %.0f s left", math.Ceil(at.Left.Seconds()))
	if at.Left > 2*time.Minute {
		left = fmt.Sprintf("about %.0f min left", math.Ceil(at.Left.Minutes()))
	}
	switch {
	case p.verbose == 0:
	case p.verbose == 2:
		tell(p.w, p.who, fmt.Sprintf("%d of %d: %s, fold %d, %s", at.Done, at.Of, at.Strategy, at.Fold, left))
	case p.terminal:
		const cells = 30
		full := cells * at.Done / at.Of
		fmt.Fprintf(p.w, "\r\x1b[K%d/%d %s%s %s", at.Done, at.Of, strings.Repeat("━", full), strings.Repeat("╌", cells-full), left)
		p.drawn = true
	case time.Since(p.last) > 5*time.Second:
		tell(p.w, p.who, fmt.Sprintf("%d of %d, %s", at.Done, at.Of, left))
		p.last = time.Now()
	}
}

func (p *compareProgress) end() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
