package weighting

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// kind is a way to weigh one epoch.
type kind struct {
	name    string
	options func(n, timesteps int) fit.Options
}

var kinds = []kind{
	{"none", func(int, int) fit.Options { return fit.Options{} }},
	{"class", func(int, int) fit.Options { return fit.Options{ClassWeight: balance.Map{0: 1, 1: 50}} }},
	{"auto", func(int, int) fit.Options { return fit.Options{ClassWeight: balance.Auto{}} }},
	{"sample", func(n, _ int) fit.Options { return fit.Options{SampleWeight: ramp(n)} }},
	{"temporal", func(n, t int) fit.Options { return fit.Options{SampleWeight: ramp(n, t)} }},
}

func ramp(shape ...int) *tensor.Dense {
	w := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
	for i := range w.Float32s() {
		w.Float32s()[i] = float32(i%7) / 3
	}
	return w
}

// problem is a network with data for it, one prediction for each timestep.
type problem struct {
	name            string
	rows, timesteps int
	batch           int
	layers          []layer.Layer
	columns         int
}

func problems() []problem {
	head := []layer.Layer{layer.Dense{Units: 64, Activation: layer.ReLU}, layer.Dense{Units: 32, Activation: layer.ReLU}, layer.Dense{Units: 1, Activation: layer.Sigmoid}}
	return []problem{
		{"table", 32768, 1, 2048, append([]layer.Layer{layer.Input{Shape: []int{30}}}, head...), 30},
		{"sequence", 2048, 16, 128, append([]layer.Layer{layer.Input{Shape: []int{16, 30}}}, head...), 30},
	}
}

// arrays makes inputs and targets; one target in a hundred is positive.
func (p problem) arrays() (x, y *tensor.Dense) {
	rng := rand.New(rand.NewPCG(1, 2))
	xs, ys := []int{p.rows, p.columns}, []int{p.rows}
	if p.timesteps > 1 {
		xs, ys = []int{p.rows, p.timesteps, p.columns}, []int{p.rows, p.timesteps}
	}
	x = tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(xs...))
	y = tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(ys...))
	for i := range x.Float32s() {
		x.Float32s()[i] = float32(rng.NormFloat64())
	}
	for i := range y.Float32s() {
		if rng.IntN(100) == 0 {
			y.Float32s()[i] = 1
		}
	}
	return x, y
}

func (p problem) trainer(t testing.TB) *fit.Trainer {
	t.Helper()
	m, err := model.Sequential(p.layers...)
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := fit.Compile(m, fit.Config{
		Optimizer: optimizer.Adam{}, Loss: loss.BinaryCrossentropy{}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return trainer
}

// epoch trains for one epoch.
func (p problem) epoch(t testing.TB, trainer *fit.Trainer, x, y *tensor.Dense, o fit.Options) {
	t.Helper()
	o.BatchSize, o.Shuffle, o.Verbose = p.batch, data.ShuffleOff, fit.Silent
	if _, err := trainer.Fit(context.Background(), x, y, o); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkEpoch trains one epoch, resolving of weights included.
func BenchmarkEpoch(b *testing.B) {
	for _, p := range problems() {
		x, y := p.arrays()
		for _, k := range kinds {
			if k.name == "temporal" && p.timesteps == 1 {
				continue
			}
			b.Run(fmt.Sprintf("%s/%s", p.name, k.name), func(b *testing.B) {
				trainer, o := p.trainer(b), k.options(p.rows, p.timesteps)
				p.epoch(b, trainer, x, y, o) // builds the plans
				b.ReportAllocs()
				for b.Loop() {
					p.epoch(b, trainer, x, y, o)
				}
				b.ReportMetric(float64(b.N*p.rows)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

// BenchmarkOverhead reports what weights add to an epoch, in percent of an
// unweighted one. The two sides take turns in one run, so that the machine's
// mood touches both, and the median of the pairs counts.
func BenchmarkOverhead(b *testing.B) {
	const pairs = 41
	for _, p := range problems() {
		x, y := p.arrays()
		for _, k := range kinds[1:] {
			if k.name == "temporal" && p.timesteps == 1 {
				continue
			}
			b.Run(fmt.Sprintf("%s/%s", p.name, k.name), func(b *testing.B) {
				trainer, weighted := p.trainer(b), k.options(p.rows, p.timesteps)
				p.epoch(b, trainer, x, y, weighted)
				timed := func(o fit.Options) float64 {
					start := time.Now()
					p.epoch(b, trainer, x, y, o)
					return time.Since(start).Seconds()
				}
				var ratios []float64
				for b.Loop() {
					for i := range pairs {
						if i%2 == 0 {
							plain := timed(fit.Options{})
							ratios = append(ratios, timed(weighted)/plain)
						} else {
							with := timed(weighted)
							ratios = append(ratios, with/timed(fit.Options{}))
						}
					}
				}
				slices.Sort(ratios)
				b.ReportMetric(100*(ratios[len(ratios)/2]-1), "%overhead")
			})
		}
	}
}
