package fit

import (
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
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
	train, _, err := trainer.prepare(x, y, &Options{ClassWeight: balance.Auto{}})
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
