// Digits trains on handwritten digits of which some are a hundred times as rare
// as others, the long tail that the literature on imbalanced images uses, and
// compares what it recommends: weights, balanced batches, margins, deferred
// weights, logits adjusted by how frequent a class is.
//
//	go run ./examples/digits
//	go run ./examples/digits -csv digits.csv    # 64 pixels of 0 to 16 and the digit on each line
//
// The digits are drawn by the program; with -csv they are yours, for instance
// the UCI digits that come with scikit-learn.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"

	"gonum.org/v1/gonum/stat"
)

// amounts says how much is drawn, trained and repeated.
type amounts struct {
	most, imbalance float64 // images of the most frequent digit, and how much rarer the rarest is
	test            int     // images of each digit
	epochs, seeds   int
}

func main() {
	var a amounts
	flag.Float64Var(&a.most, "most", 500, "training images of the most frequent digit, at most")
	flag.Float64Var(&a.imbalance, "imbalance", 100, "how many times as rare the rarest digit is")
	flag.IntVar(&a.test, "test", 200, "test images of each digit")
	flag.IntVar(&a.epochs, "epochs", 60, "epochs of training")
	flag.IntVar(&a.seeds, "seeds", 5, "repetitions with other images and other initial weights")
	file := flag.String("csv", "", "read images from this `file` instead of drawing them")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, a, *file, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "digits:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, a amounts, file string, w io.Writer) error {
	if !(a.most >= 1) || !(a.imbalance >= 1) || a.test < 1 || a.epochs < 1 || a.seeds < 1 {
		return fmt.Errorf("most, imbalance, test, epochs and seeds are %v, %v, %d, %d and %d, want 1 or more", a.most, a.imbalance, a.test, a.epochs, a.seeds)
	}
	var given images
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		if given, err = read(f); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	methods := methods(a.epochs)
	errors := make([][]groups, len(methods))
	for seed := range uint64(a.seeds) {
		from := given
		if file == "" {
			from = drawn(seed, int(a.most)+a.test)
		}
		trained, tested, err := longTail(from, seed, a.most, a.imbalance, a.test)
		if err != nil {
			return err
		}
		if seed == 0 {
			fmt.Fprintf(w, "images of each digit to train on: %v, to test on: %d of each\n\n", trained.counts(), a.test)
		}
		for i, m := range methods {
			e, err := m.run(ctx, trained, tested, a.epochs, seed)
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			errors[i] = append(errors[i], e)
		}
	}
	fmt.Fprintf(w, "%-34s %7s %7s   %7s %7s %7s\n", "error in % (mean of "+fmt.Sprint(a.seeds)+" seeds)", "all", "± sd", "0 to 2", "3 to 6", "7 to 9")
	for i, m := range methods {
		column := func(of func(groups) float64) (mean, sd float64) {
			values := make([]float64, a.seeds)
			for j, e := range errors[i] {
				values[j] = 100 * of(e)
			}
			if mean, sd = stat.MeanStdDev(values, nil); math.IsNaN(sd) {
				sd = 0 // of one seed
			}
			return mean, sd
		}
		all, sd := column(func(e groups) float64 { return e.all })
		frequent, _ := column(func(e groups) float64 { return e.frequent })
		between, _ := column(func(e groups) float64 { return e.between })
		rare, _ := column(func(e groups) float64 { return e.rare })
		fmt.Fprintf(w, "%-34s %7.1f %7.1f   %7.1f %7.1f %7.1f\n", m.name, all, sd, frequent, between, rare)
	}
	fmt.Fprint(w, "\nEvery digit counts the same in the test. Margins (LDAM) are for a last layer of\ncosines, to be compared with the plain network that has one, too.\n")
	return nil
}
