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

// fit trains for some epochs.
func (p problem) fit(t testing.TB, trainer *fit.Trainer, x, y *tensor.Dense, epochs int, o fit.Options) *fit.History {
	t.Helper()
	o.BatchSize, o.Epochs, o.Shuffle, o.Verbose = p.batch, epochs, data.ShuffleOff, fit.Silent
	h, err := trainer.Fit(context.Background(), x, y, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// BenchmarkEpoch is a fit of one epoch, with the weights resolved at its start.
func BenchmarkEpoch(b *testing.B) {
	for _, p := range problems() {
		x, y := p.arrays()
		for _, k := range kinds {
			if k.name == "temporal" && p.timesteps == 1 {
				continue
			}
			b.Run(fmt.Sprintf("%s/%s", p.name, k.name), func(b *testing.B) {
				trainer, o := p.trainer(b), k.options(p.rows, p.timesteps)
				p.fit(b, trainer, x, y, 1, o) // builds the plans
				b.ReportAllocs()
				for b.Loop() {
					p.fit(b, trainer, x, y, 1, o)
				}
				b.ReportMetric(float64(b.N*p.rows)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

// BenchmarkOverhead reports what weights add to an epoch, and to a whole fit of
// ten epochs with the weights resolved at its start, in percent of the same
// without weights. The two sides take turns in one run, so that the machine's
// mood touches both, and the median of the pairs counts.
func BenchmarkOverhead(b *testing.B) {
	const pairs, epochs = 31, 10
	for _, p := range problems() {
		x, y := p.arrays()
		for _, k := range kinds[1:] {
			if k.name == "temporal" && p.timesteps == 1 {
				continue
			}
			b.Run(fmt.Sprintf("%s/%s", p.name, k.name), func(b *testing.B) {
				trainer, weighted := p.trainer(b), k.options(p.rows, p.timesteps)
				p.fit(b, trainer, x, y, 1, weighted)
				timed := func(o fit.Options) (epoch, whole float64) {
					start := time.Now()
					h := p.fit(b, trainer, x, y, epochs, o)
					return median(h.Seconds), time.Since(start).Seconds()
				}
				var perEpoch, perFit []float64
				for b.Loop() {
					for i := range pairs {
						var with, plain [2]float64
						if i%2 == 0 {
							plain[0], plain[1] = timed(fit.Options{})
							with[0], with[1] = timed(weighted)
						} else {
							with[0], with[1] = timed(weighted)
							plain[0], plain[1] = timed(fit.Options{})
						}
						perEpoch = append(perEpoch, with[0]/plain[0])
						perFit = append(perFit, with[1]/plain[1])
					}
				}
				b.ReportMetric(100*(median(perEpoch)-1), "%epoch")
				b.ReportMetric(100*(median(perFit)-1), "%fit")
			})
		}
	}
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
