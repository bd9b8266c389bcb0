package fit

import (
	"context"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// A batch of sequences that is cut into parts, which share the packed weights,
// trains as one that is taken whole.
func TestPartsOfSequencesAreTheWhole(t *testing.T) {
	const rows, steps = 90, 6
	x := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(rows, steps, 3))
	for i := range x.Float64s() {
		x.Float64s()[i] = math.Sin(float64(i * i))
	}
	y := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(rows, 1))
	for i := range rows {
		y.Float64s()[i] = float64(i % 2)
	}
	run := func(whole bool) (weights []float64, parts int) {
		m, err := model.Config{DType: tensor.Float64, Seed: 4}.Sequential(
			layer.Input{Shape: []int{steps, 3}}, layer.LSTM{Units: 33, ReturnSequences: true}, layer.GRU{Units: 20, ReturnSequences: true},
			layer.SimpleRNN{Units: 9}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := Compile(m, Config{Loss: loss.BinaryCrossentropy{}, Optimizer: optimizer.SGD{LearningRate: 0.1}})
		if err != nil {
			t.Fatal(err)
		}
		trainer.cut.Together = whole
		if _, err = trainer.Fit(context.Background(), x, y, Options{BatchSize: rows, Epochs: 3, Verbose: Silent, Shuffle: data.ShuffleRows}); err != nil {
			t.Fatal(err)
		}
		for _, p := range m.Params() {
			weights = append(weights, p.Value.Float64s()...)
		}
		return weights, len(trainer.plans.recent[0].parts)
	}
	want, one := run(true)
	got, several := run(false)
	if one != 1 || several < 2 {
		t.Errorf("%d and %d parts, expected 1 and more", one, several)
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-12 {
			t.Fatalf("weight %d is %v in parts, %v in one", i, got[i], want[i])
		}
	}
}
