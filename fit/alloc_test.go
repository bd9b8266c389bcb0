package fit

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/counterweight-go/counterweight/model/regularizer"
	"gorgonia.org/tensor"
)

// prepared is a trainer of a network with every kind of layer, and a batch.
func prepared(t testing.TB, rows int) (*Trainer, feed) {
	t.Helper()
	m, err := model.Sequential(
		layer.Input{Shape: []int{30}}, layer.Dense{Units: 64, Activation: layer.ReLU}, layer.BatchNormalization{},
		layer.Dropout{Rate: 0.3}, layer.Dense{Units: 32, Activation: layer.GELU}, layer.Activation{Func: layer.Tanh},
		layer.Flatten{}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := Compile(m, Config{
		Optimizer: optimizer.Adam{}, Loss: loss.BinaryCrossentropy{},
		Metrics:         []metric.Metric{metric.Accuracy{}, metric.Precision{}},
		WeightedMetrics: []metric.Metric{metric.Recall{}},
		Logger:          slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	x := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(rows, 30))
	y := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(rows))
	for i := range x.Float32s() {
		x.Float32s()[i] = float32(i%17) - 8
	}
	for i := 0; i < rows; i += 5 {
		y.Float32s()[i] = 1
	}
	a, err := trainer.one(x, y)
	if err != nil {
		t.Fatal(err)
	}
	train, _, err := trainer.prepare(context.Background(), a, &Options{ClassWeight: balance.Auto{}})
	if err != nil {
		t.Fatal(err)
	}
	src := &source{ds: train, order: data.Order{BatchSize: rows}}
	f, _, err := src.pull(true)
	if err != nil {
		t.Fatal(err)
	}
	return trainer, f
}

// A training step in the steady state allocates nothing, on one core and with
// work that is shared by several.
func TestStepAllocatesNothing(t *testing.T) {
	for _, rows := range []int{32, 2048} {
		trainer, b := prepared(t, rows)
		step := func() {
			if err := trainer.trainStep(b); err != nil {
				t.Fatal(err)
			}
		}
		if n := testing.AllocsPerRun(20, step); n != 0 {
			t.Errorf("%d rows: a step allocates %v times, expected 0", rows, n)
		}
		test := func() {
			if err := trainer.testStep(b); err != nil {
				t.Fatal(err)
			}
		}
		if n := testing.AllocsPerRun(20, test); n != 0 {
			t.Errorf("%d rows: an evaluation step allocates %v times, expected 0", rows, n)
		}
		// AllocsPerRun measures on one core. On several, starting goroutines
		// may now and then make the runtime grow its own pools.
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		const steps = 200
		for range steps {
			step()
		}
		runtime.ReadMemStats(&after)
		if n := after.Mallocs - before.Mallocs; n > steps/2 {
			t.Errorf("%d rows: %d steps allocate %d times, expected next to nothing", rows, steps, n)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	for _, rows := range []int{32, 256, 2048} {
		b.Run(fmt.Sprint("rows=", rows), func(b *testing.B) {
			trainer, batch := prepared(b, rows)
			if err := trainer.trainStep(batch); err != nil { // builds the plan
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := trainer.trainStep(batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// Steps with masks, several outputs and penalties allocate nothing either, and
// give the same bits on any number of processors.
func TestSummedStepAllocatesNothing(t *testing.T) {
	for _, rows := range []int{6, 600} {
		var want []float32
		for _, processors := range []int{1, 3} {
			was := runtime.GOMAXPROCS(processors)
			trainer, f := summed(t, rows)
			step := func() {
				if err := trainer.trainStep(f); err != nil {
					t.Fatal(err)
				}
				if err := trainer.testStep(f); err != nil {
					t.Fatal(err)
				}
			}
			if n := testing.AllocsPerRun(5, step); n != 0 {
				t.Errorf("%d rows: steps allocate %v times, expected 0", rows, n)
			}
			runtime.GOMAXPROCS(processors) // AllocsPerRun measures on one
			step()
			runtime.GOMAXPROCS(was)
			var got []float32
			for _, w := range trainer.Model().Weights() {
				got = append(got, w.Value.Float32s()...)
			}
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d rows, %d processors: other weights", rows, processors)
			}
		}
	}
}

// summed is a trainer whose loss has several terms, and a batch.
func summed(t testing.TB, rows int) (*Trainer, feed) {
	t.Helper()
	g := model.NewGraph()
	words := g.Add(layer.Embedding{InputDim: 9, OutputDim: 6, MaskZero: true}, g.Add(layer.Input{Shape: []int{5}, Name: "words"}))
	table := g.Add(layer.Dense{Units: 8, KernelRegularizer: regularizer.L2{}, KernelConstraint: constraint.MaxNorm{}}, g.Add(layer.Input{Shape: []int{4}, Name: "table"}))
	sequence := g.Add(layer.LSTM{Units: 8, ReturnSequences: true, ActivityRegularizer: regularizer.L1{}}, words)
	tags := g.Add(layer.Dense{Units: 3, Activation: layer.Softmax, Name: "tags"}, sequence)
	sum := g.Add(layer.Add{}, g.Add(layer.GRU{Units: 8}, sequence), table)
	m, err := g.Model(tags, g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "fraud"}, sum))
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := Compile(m, Config{
		Losses:                map[string]loss.Loss{"tags": loss.SparseCategoricalCrossentropy{}, "fraud": loss.BinaryCrossentropy{}},
		LossWeights:           map[string]float64{"tags": 0.5},
		OutputMetrics:         map[string][]metric.Metric{"tags": {metric.Accuracy{}}},
		WeightedOutputMetrics: map[string][]metric.Metric{"tags": {metric.Accuracy{}}, "fraud": {metric.Recall{}}},
		Logger:                slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	array := func(modulus int, shape ...int) *tensor.Dense {
		d := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
		for i := range d.Float32s() {
			d.Float32s()[i] = float32(i * i % modulus)
		}
		return d
	}
	a, err := trainer.many(Many{
		X: Named{"words": array(9, rows, 5), "table": array(7, rows, 4)},
		Y: Named{"tags": array(3, rows, 5), "fraud": array(2, rows)}, SampleWeight: Named{"tags": array(5, rows, 5), "fraud": array(3, rows)},
	})
	if err != nil {
		t.Fatal(err)
	}
	train, _, err := trainer.prepare(context.Background(), a, &Options{})
	if err != nil {
		t.Fatal(err)
	}
	src := &source{ds: train, order: data.Order{BatchSize: rows}}
	f, _, err := src.pull(true)
	if err != nil {
		t.Fatal(err)
	}
	return trainer, f
}
