package fit_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// One row in fifty is positive. Weighting by class makes the model find more
// of them, at the price of more false alarms.
func Example() {
	rng := rand.New(rand.NewPCG(1, 2))
	xs, ys := make([]float32, 2*5000), make([]float32, 5000)
	for i := range ys {
		if i%50 == 0 {
			ys[i] = 1
		}
		xs[2*i] = float32(rng.NormFloat64()) + 1.5*ys[i]
		xs[2*i+1] = float32(rng.NormFloat64()) + ys[i]
	}
	x := tensor.New(tensor.WithShape(5000, 2), tensor.WithBacking(xs))
	y := tensor.New(tensor.WithShape(5000), tensor.WithBacking(ys))

	for _, policy := range []balance.ClassWeight{nil, balance.Auto{}} {
		m, err := model.Sequential(layer.Input{Shape: []int{2}}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
		if err != nil {
			fmt.Println(err)
			return
		}
		trainer, err := fit.Compile(m, fit.Config{
			Optimizer: optimizer.Adam{LearningRate: 0.05},
			Loss:      loss.BinaryCrossentropy{},
			Metrics:   []metric.Metric{metric.Recall{}, metric.Precision{}},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		history, err := trainer.Fit(context.Background(), x, y, fit.Options{
			Epochs: 5, BatchSize: 100, ClassWeight: policy, Verbose: fit.Silent,
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		recall, _ := history.Last("recall")
		precision, _ := history.Last("precision")
		fmt.Printf("class weight %v: recall %.1f, precision %.1f\n", policy, recall, precision)
	}
	// Output:
	// class weight <nil>: recall 0.0, precision 0.0
	// class weight auto: recall 0.8, precision 0.1
}
