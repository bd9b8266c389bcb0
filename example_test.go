package counterweight_test

import (
	"context"
	"fmt"
	"log"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

func Example() {
	x := tensor.New(tensor.WithShape(6, 1), tensor.WithBacking([]float32{-3, -2, -1, 0, 1, 2}))
	y := tensor.New(tensor.WithShape(6), tensor.WithBacking([]float32{0, 0, 0, 0, 0, 1}))

	m, err := model.Sequential(
		layer.Input{Shape: []int{1}},
		layer.Dense{Units: 8, Activation: layer.ReLU},
		layer.Dense{Units: 1, Activation: layer.Sigmoid},
	)
	if err != nil {
		log.Fatal(err)
	}
	trainer, err := fit.Compile(m, fit.Config{
		Optimizer: optimizer.Adam{LearningRate: 0.05},
		Loss:      loss.BinaryCrossentropy{},
		Metrics:   []metric.Metric{metric.AveragePrecision{}},
	})
	if err != nil {
		log.Fatal(err)
	}
	history, err := trainer.Fit(context.Background(), x, y, fit.Options{
		Epochs: 100, ClassWeight: balance.Auto{}, Verbose: fit.Silent,
	})
	if err != nil {
		log.Fatal(err)
	}
	ap, _ := history.Last("average_precision")
	fmt.Printf("average precision %.2f\n", ap)
	// Output: average precision 1.00
}
