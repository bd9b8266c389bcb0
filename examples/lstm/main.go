// Lstm finds rare bumps in noise with a recurrent network, and shows what class
// weights do to whole sequences, and what class and temporal weights do to
// single timesteps.
//
//	go run ./examples/lstm
package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

const (
	timesteps = 24
	bump      = 4   // timesteps of an event
	height    = 2.5 // of an event, in standard deviations of the noise
	share     = .1  // of sequences that have an event
)

func main() {
	if err := run(context.Background(), 2000, 12, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "lstm:", err)
		os.Exit(1)
	}
}

// sequences are noise in which some have a bump.
type sequences struct {
	x     *tensor.Dense // (n, T, 1)
	any   *tensor.Dense // (n): is there a bump
	steps *tensor.Dense // (n, T): is this timestep in it
	start []int         // where it begins, -1 for none
}

func generate(n int, seed uint64) sequences {
	rng := rand.New(rand.NewPCG(seed, 0))
	x, any, steps, start := make([]float32, n*timesteps), make([]float32, n), make([]float32, n*timesteps), make([]int, n)
	for i := range n {
		start[i] = -1
		if rng.Float64() < share {
			start[i], any[i] = rng.IntN(timesteps-bump), 1
		}
		for t := range timesteps {
			x[i*timesteps+t] = float32(rng.NormFloat64())
			if start[i] >= 0 && t >= start[i] && t < start[i]+bump {
				x[i*timesteps+t] += height
				steps[i*timesteps+t] = 1
			}
		}
	}
	return sequences{
		tensor.New(tensor.WithShape(n, timesteps, 1), tensor.WithBacking(x)), tensor.New(tensor.WithShape(n), tensor.WithBacking(any)),
		tensor.New(tensor.WithShape(n, timesteps), tensor.WithBacking(steps)), start,
	}
}

// early are temporal weights (n, T) for those who want to know soon: the first
// two timesteps of a bump weigh 30, the others of it 5, all else 1.
func (s sequences) early() *tensor.Dense {
	w := make([]float32, len(s.start)*timesteps)
	for i, start := range s.start {
		for t := range timesteps {
			switch k := t - start; {
			case start < 0 || k < 0 || k >= bump:
				w[i*timesteps+t] = 1
			case k < 2:
				w[i*timesteps+t] = 30
			default:
				w[i*timesteps+t] = 5
			}
		}
	}
	return tensor.New(tensor.WithShape(len(s.start), timesteps), tensor.WithBacking(w))
}

// predict trains an LSTM and returns its predictions on the test sequences.
func predict(ctx context.Context, perStep bool, train, test sequences, epochs int, o fit.Options) (*tensor.Dense, error) {
	y := train.any
	if perStep {
		y = train.steps
	}
	m, err := model.NewFromSeed(1,
		layer.Input{Shape: []int{timesteps, 1}},
		layer.LSTM{Units: 12, ReturnSequences: perStep},
		layer.Dense{Units: 1, Activation: layer.Sigmoid},
	)
	if err != nil {
		return nil, err
	}
	trainer, err := fit.Compile(m, fit.Config{Optimizer: optimizer.Adam{LearningRate: 0.01}, Loss: loss.BinaryCrossentropy{}})
	if err != nil {
		return nil, err
	}
	o.BatchSize, o.Epochs, o.Verbose = 50, epochs, fit.Silent
	if _, err := trainer.Fit(ctx, train.x, y, o); err != nil {
		return nil, err
	}
	return trainer.Predict(ctx, test.x, fit.PredictOptions{BatchSize: 500})
}

func run(ctx context.Context, n, epochs int, w io.Writer) error {
	train, test := generate(n, 1), generate(n, 2)
	fmt.Fprintf(w, "%d sequences of %d timesteps, a bump of %d in %.0f %% of them, to train on and to test on\n\n", n, timesteps, bump, 100*share)

	fmt.Fprintf(w, "%-28s %10s %10s %10s\n", "is there a bump?", "precision", "recall", "AP")
	for _, s := range []struct {
		name string
		o    fit.Options
	}{
		{"unweighted", fit.Options{}},
		{"class weights: auto", fit.Options{ClassWeight: balance.Auto{}}},
	} {
		p, err := predict(ctx, false, train, test, epochs, s.o)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-28s", s.name)
		for _, m := range []metric.Metric{metric.Precision{}, metric.Recall{}, metric.AveragePrecision{}} {
			v, err := metric.Compute(m, test.any, p, nil)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, " %10.2f", v)
		}
		fmt.Fprintln(w)
	}

	fmt.Fprintf(w, "\n%-28s %10s %10s %10s   false alarms in 1000\n", "is this timestep in a bump?", "1st step", "2nd step", "last step")
	for _, s := range []struct {
		name string
		o    fit.Options
	}{
		{"unweighted", fit.Options{}},
		{"class weights: auto, (n,T)", fit.Options{ClassWeight: balance.Auto{}}},
		{"temporal weights: early", fit.Options{SampleWeight: train.early()}},
	} {
		p, err := predict(ctx, true, train, test, epochs, s.o)
		if err != nil {
			return err
		}
		f := test.found(p.Float32s())
		fmt.Fprintf(w, "%-28s %10.2f %10.2f %10.2f   %20.1f\n", s.name, f.recall[0], f.recall[1], f.recall[bump-1], 1000*f.falseAlarms)
	}
	fmt.Fprint(w, "\nThe share of bumps found at their first, second and last timestep: weights buy\nearly alarms, and pay with false ones. Temporal weights say which steps matter.\n")
	return nil
}

// found is what alarms at 0.5 find.
type found struct {
	recall      [bump]float64 // by the place in the bump
	falseAlarms float64       // share of the timesteps outside bumps
}

func (s sequences) found(p []float32) (f found) {
	var bumps, outside float64
	for i, start := range s.start {
		if start >= 0 {
			bumps++
		}
		for t := range timesteps {
			alarm := 0.
			if p[i*timesteps+t] > .5 {
				alarm = 1
			}
			if k := t - start; start >= 0 && k >= 0 && k < bump {
				f.recall[k] += alarm
			} else {
				f.falseAlarms += alarm
				outside++
			}
		}
	}
	for k := range f.recall {
		f.recall[k] /= bumps
	}
	f.falseAlarms /= outside
	return f
}
