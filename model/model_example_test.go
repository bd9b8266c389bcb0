package model_test

import (
	"fmt"
	"log"

	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// A network for a table of 30 columns, whose output is the probability of fraud.
func ExampleSequential() {
	m, err := model.Sequential(
		layer.Input{Shape: []int{30}},
		layer.Dense{Units: 64, Activation: layer.ReLU},
		layer.BatchNormalization{},
		layer.Dropout{Rate: 0.3},
		layer.Dense{Units: 1, Activation: layer.Sigmoid},
	)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(m.Summary())
	// Output:
	// Model: "sequential"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ dense (Dense)                   │ (None, 64)             │         1,984 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ batch_normalization             │ (None, 64)             │           256 │
	// │ (BatchNormalization)            │                        │               │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dropout (Dropout)               │ (None, 64)             │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense_1 (Dense)                 │ (None, 1)              │            65 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 2,305 (9.00 KB)
	//  Trainable params: 2,177 (8.50 KB)
	//  Non-trainable params: 128 (512.00 B)
}

// The initial weights follow from the seed.
func ExampleNewFromSeed() {
	for _, seed := range []uint64{1, 2, 1} {
		m, err := model.NewFromSeed(seed, layer.Input{Shape: []int{3}}, layer.Dense{Units: 1})
		if err != nil {
			log.Fatal(err)
		}
		kernel := m.Weights()[0]
		fmt.Printf("seed %d: %s %.4f\n", seed, kernel.Name, kernel.Value.Data())
	}
	// Output:
	// seed 1: dense/kernel [-0.6407 0.0023 -1.1023]
	// seed 2: dense/kernel [0.8009 0.0479 -0.6799]
	// seed 1: dense/kernel [-0.6407 0.0023 -1.1023]
}

// A mistake is found when the model is made.
func ExampleConfig_Sequential() {
	_, err := model.Config{Name: "detector", Seed: 7, DType: tensor.Float64}.Sequential(
		layer.Input{Shape: []int{28, 28, 1}},
		layer.Dropout{Rate: 30},
	)
	fmt.Println(err)
	// Output:
	// model: layer "dropout" (Dropout): on input shape [28 28 1]: expected a rate from 0 to 1, got 30
}

// Weights of one model are moved to another of the same layers.
func ExampleModel_SetWeights() {
	layers := []layer.Layer{layer.Input{Shape: []int{2}}, layer.Dense{Units: 1}}
	from, err := model.NewFromSeed(1, layers...)
	if err != nil {
		log.Fatal(err)
	}
	to, err := model.NewFromSeed(2, layers...)
	if err != nil {
		log.Fatal(err)
	}
	var values []*tensor.Dense
	for _, w := range from.Weights() {
		values = append(values, w.Value)
	}
	fmt.Println(to.SetWeights(values))
	fmt.Println(to.SetWeights(values[:1]))
	// Output:
	// <nil>
	// model: expected 2 weights, got 1
}
