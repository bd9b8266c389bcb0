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

// A batch that is cut into parts trains as one that is taken whole: the same
// gradients but for rounding, the same elements dropped.
func TestPartsAreTheWhole(t *testing.T) {
	const rows = 300
	x := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(rows, 5, 4))
	for i := range x.Float64s() {
		x.Float64s()[i] = math.Sin(float64(i * i))
	}
	y := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(rows, 5))
	for i := range y.Float64s() {
		y.Float64s()[i] = float64(i % 3)
	}
	perSample := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(rows))
	perStep := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(rows, 5))
	for i := range perStep.Float64s() {
		perStep.Float64s()[i] = float64(i % 4)
		perSample.Float64s()[i/5] = float64(i%7) / 2
	}
	for name, w := range map[string]tensor.Tensor{"unweighted": nil, "samples": perSample, "timesteps": perStep} {
		run := func(whole bool) (weights []float64, parts int) {
			m, err := model.Config{DType: tensor.Float64, Seed: 4}.Sequential(
				layer.Input{Shape: []int{5, 4}}, layer.Dense{Units: 40, Activation: layer.ReLU}, layer.Dropout{Rate: 0.4},
				layer.Dense{Units: 30, Activation: layer.GELU}, layer.Dense{Units: 3, Activation: layer.Softmax})
			if err != nil {
				t.Fatal(err)
			}
			trainer, err := Compile(m, Config{
				Loss: loss.SparseCategoricalCrossentropy{Reduction: loss.MeanWithSampleWeight}, Optimizer: optimizer.SGD{LearningRate: 0.1},
			})
			if err != nil {
				t.Fatal(err)
			}
			trainer.cut.Together = whole
			_, err = trainer.Fit(context.Background(), x, y, Options{BatchSize: 130, Epochs: 2, SampleWeight: w, Verbose: Silent, Shuffle: data.ShuffleRows})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range trainer.plans.recent {
				if p.n == 130 {
					parts = len(p.parts)
				}
			}
			for _, p := range m.Params() {
				weights = append(weights, p.Value.Float64s()...)
			}
			return weights, parts
		}
		want, one := run(true)
		got, several := run(false)
		if one != 1 || several < 2 {
			t.Errorf("%s: %d and %d parts, expected 1 and more", name, one, several)
		}
		for i := range want {
			if math.Abs(got[i]-want[i]) > 1e-12 {
				t.Fatalf("%s: weight %d is %v in %d parts, %v in one", name, i, got[i], several, want[i])
			}
		}
	}
}
