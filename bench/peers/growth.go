package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// axis is a size to grow along.
type axis struct {
	name, head      string
	sizes, toBeSeen []int // the second for -quick
	row             func(size int) (string, error)
}

func axes() []axis {
	return []axis{
		{"rows", "| rows | s/epoch | ns/row | memory of the fit, MiB |\n|--:|--:|--:|--:|",
			[]int{1e4, 1e5, 1e6, 1e7}, []int{1e3, 1e4}, growRows},
		{"width", "| width of two layers | s/epoch | ns/row | GFLOP/s |\n|--:|--:|--:|--:|",
			[]int{32, 64, 128, 256, 512, 1024, 2048}, []int{32, 64}, growWidth},
		{"steps", "| timesteps | s/epoch | µs/timestep | memory of the fit, MiB |\n|--:|--:|--:|--:|",
			[]int{10, 20, 40, 80, 160, 320}, []int{2, 4}, growSteps},
		{"classes", "| classes | s/epoch | µs/row | memory of the fit, MiB |\n|--:|--:|--:|--:|",
			[]int{2, 10, 100, 1000, 10000}, []int{2, 100}, growClasses},
		{"cores", "| network | rows/s, one core | two | ratio |\n|---|--:|--:|--:|",
			[]int{0, 1, 2, 3}, []int{0, 1}, growCores},
	}
}

func axisNames() []string {
	names := []string{"all"}
	for _, a := range axes() {
		names = append(names, a.name)
	}
	return names
}

// grow prints the table of one axis, or of all.
func grow(out io.Writer, name string, quick bool) error {
	if !slices.Contains(axisNames(), name) {
		return fmt.Errorf("unknown axis %q, expected one of %s", name, strings.Join(axisNames(), ", "))
	}
	for _, a := range axes() {
		if name != "all" && name != a.name {
			continue
		}
		sizes := a.sizes
		if quick {
			sizes = a.toBeSeen
		}
		fmt.Fprintln(out, a.head)
		for _, size := range sizes {
			row, err := a.row(size)
			if err != nil {
				return fmt.Errorf("%s %d: %w", a.name, size, err)
			}
			fmt.Fprintln(out, row)
		}
		fmt.Fprintln(out)
	}
	return nil
}

func growRows(rows int) (string, error) {
	c, err := measureFit(tabular(), []int{rows, 30}, 2, 2048)
	return fmt.Sprintf("| %d | %.4f | %.0f | %.1f |", rows, c.seconds, 1e9*c.seconds/float64(rows), c.mebibytes), err
}

func growWidth(units int) (string, error) {
	const rows, columns = 8192, 256
	w := workload{loss: loss.SparseCategoricalCrossentropy{}, layers: dense(layer.Softmax, units, units, 10)}
	c, err := measureFit(w, []int{rows, columns}, 10, 256)
	// Forward, and gradients for weights and, after the first layer, inputs.
	flop := 2 * rows * float64(2*columns*units+3*units*units+3*units*10)
	return fmt.Sprintf("| %d | %.4f | %.0f | %.0f |", units, c.seconds, 1e9*c.seconds/rows, flop/c.seconds/1e9), err
}

// growSteps makes sequences longer, for an LSTM of 64 units on 16 numbers a step.
func growSteps(steps int) (string, error) {
	const rows = 4096
	w := workload{loss: loss.BinaryCrossentropy{}, layers: []layer.Layer{layer.LSTM{Units: 64}, layer.Dense{Units: 1, Activation: layer.Sigmoid}}}
	c, err := measureFit(w, []int{rows, steps, 16}, 2, 256)
	return fmt.Sprintf("| %d | %.4f | %.3f | %.1f |", steps, c.seconds, 1e6*c.seconds/rows/float64(steps), c.mebibytes), err
}

func growClasses(classes int) (string, error) {
	const rows = 20000
	w := workload{loss: loss.SparseCategoricalCrossentropy{}, layers: dense(layer.Softmax, 64, classes)}
	c, err := measureFit(w, []int{rows, 30}, classes, 256)
	return fmt.Sprintf("| %d | %.4f | %.2f | %.1f |", classes, c.seconds, 1e6*c.seconds/rows, c.mebibytes), err
}

// growCores measures one of some networks on one core and on two.
func growCores(i int) (string, error) {
	type problem struct {
		name          string
		network       workload
		rows, columns int
		classes       int
		batch         int
	}
	categorical := loss.SparseCategoricalCrossentropy{}
	p := []problem{
		{"tabular, batch 2048", tabular(), 200000, 30, 2, 2048},
		{"tabular, batch 256", tabular(), 200000, 30, 2, 256},
		{"784-256-10, batch 128", workload{loss: categorical, layers: dense(layer.Softmax, 256, 10)}, 20000, 784, 10, 128},
		{"256-1024-1024-10, batch 256", workload{loss: categorical, layers: dense(layer.Softmax, 1024, 1024, 10)}, 10000, 256, 10, 256},
	}[i]
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var speed [3]float64
	for cores := 1; cores <= 2; cores++ {
		runtime.GOMAXPROCS(cores)
		c, err := measureFit(p.network, []int{p.rows, p.columns}, p.classes, p.batch)
		if err != nil {
			return "", err
		}
		speed[cores] = float64(p.rows) / c.seconds
	}
	return fmt.Sprintf("| %s | %.0f | %.0f | %.2f |", p.name, speed[1], speed[2], speed[2]/speed[1]), nil
}

func tabular() workload {
	return workload{loss: loss.BinaryCrossentropy{}, layers: dense(layer.Sigmoid, 64, 32, 1)}
}

// cost is what a fit took.
type cost struct {
	seconds   float64 // of an epoch, the median but for the first
	mebibytes float64 // the most that the process grew by
}

// measureFit fits a network on random data with class weights.
func measureFit(w workload, shape []int, classes, batch int) (c cost, err error) {
	rng := rand.New(rand.NewPCG(1, 2))
	xs, ys := make([]float32, tensor.Shape(shape).TotalSize()), make([]float32, shape[0])
	for i := range xs {
		xs[i] = rng.Float32() - 0.5
	}
	for i := range ys {
		ys[i] = float32(i % classes)
	}
	x := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(xs))
	y := tensor.New(tensor.WithShape(len(ys)), tensor.WithBacking(ys))
	trainer, err := w.trainer(shape[1:], nil)
	if err != nil {
		return c, err
	}
	debug.FreeOSMemory()
	before := footprint()
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		most := before
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			select {
			case <-tick.C:
				most = max(most, footprint())
			case <-stop:
				tick.Stop()
				peak <- max(most, footprint())
				return
			}
		}
	}()
	history, err := trainer.Fit(context.Background(), x, y, fit.Options{
		BatchSize: batch, Epochs: 4, ClassWeight: balance.Auto{}, Verbose: fit.Silent,
	})
	close(stop)
	c.mebibytes = float64(<-peak-before) / (1 << 20)
	if err != nil {
		return c, err
	}
	c.seconds = median(history.Seconds[1:])
	return c, nil
}

// footprint is the memory that the process holds, in bytes.
func footprint() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}
