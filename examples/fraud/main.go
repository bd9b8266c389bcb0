// Fraud trains card fraud detectors, weighted and unweighted, on the simulated
// transactions of the Fraud Detection Handbook, and compares what weighting
// does to ranking, to decisions and to probabilities.
//
//	go run ./examples/fraud                  the comparison, in under a minute
//	go run ./examples/fraud -out DIR         and its table as CSV, its curves as PNG
//	go run ./examples/fraud -folds 4         over four successive weeks
//	go run ./examples/fraud -full            with the handbook's 500-500 network
//
// The data is generated; nothing is downloaded.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/counterweight-go/counterweight/data/handbook"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "fraud:", err)
		stop()
		os.Exit(1)
	}
}

// settings are the flags, and what tests make smaller.
type settings struct {
	out    string
	folds  int
	full   bool
	seeds  int
	epochs int
	world  handbook.Config
	start  time.Time // first day of training, without folds
	latest time.Time // first day of training of the latest fold, plus a week
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	s := settings{
		epochs: 20,
		start:  time.Date(2018, 7, 25, 0, 0, 0, 0, time.UTC),
		latest: time.Date(2018, 8, 15, 0, 0, 0, 0, time.UTC),
	}
	flags := flag.NewFlagSet("fraud", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.out, "out", "", "write table.csv, precision-recall.png and calibration.png into `DIR`")
	flags.IntVar(&s.folds, "folds", 1, "compare over so many successive weeks, mean and spread")
	flags.BoolVar(&s.full, "full", false, "train the handbook's 500-500 network instead of 64-32 (some minutes)")
	flags.IntVar(&s.seeds, "seeds", 3, "train each network from so many seeds and average")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	if s.folds < 1 || s.seeds < 1 {
		return fmt.Errorf("-folds and -seeds are at least 1, got %d and %d", s.folds, s.seeds)
	}
	return compare(ctx, s, stdout, stderr)
}

// compare generates the data, trains every detector on every fold and reports.
func compare(ctx context.Context, s settings, stdout, stderr io.Writer) error {
	begin := time.Now()
	tx, err := handbook.Generate(ctx, s.world)
	if err != nil {
		return err
	}
	features, err := tx.Features(ctx)
	if err != nil {
		return err
	}
	frauds := 0
	for row := range tx.Len() {
		if tx.Fraud(row) {
			frauds++
		}
	}
	fmt.Fprintf(stdout, "%d card transactions, %d of them frauds (%.2f %%), generated with features in %.1f s\n",
		tx.Len(), frauds, 100*float64(frauds)/float64(tx.Len()), time.Since(begin).Seconds())

	var splits []handbook.Split
	if s.folds > 1 {
		splits, err = tx.PrequentialFolds(s.latest, s.folds)
	} else {
		var one handbook.Split
		one, err = tx.SplitAt(s.start)
		splits = []handbook.Split{one}
	}
	if err != nil {
		return err
	}
	var folds []*fold
	for i, split := range splits {
		f, err := newFold(tx, features, split)
		if err != nil {
			return err
		}
		folds = append(folds, f)
		fmt.Fprintf(stdout, "week %d: %d rows to train on (%d frauds), %d to test on (%d frauds)\n",
			i+1, len(split.Train), f.frauds(split.Train), len(split.Test), f.frauds(split.Test))
	}
	detectors := detectors(s)
	results, err := train(ctx, detectors, folds, stderr)
	if err != nil {
		return err
	}
	printTable(stdout, detectors, results, s.folds)
	fmt.Fprintf(stdout, "\neverything took %.1f s\n", time.Since(begin).Seconds())
	if s.out == "" {
		return nil
	}
	if err := os.MkdirAll(s.out, 0o777); err != nil {
		return err
	}
	if err := writeCSV(s.out, detectors, results); err != nil {
		return err
	}
	return drawCurves(s.out, detectors, results[0], folds[0])
}
