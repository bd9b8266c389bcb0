package model_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

// Two inputs go through one encoder; the difference of kinds is left to the
// last layer.
func ExampleGraph() {
	g := model.NewGraph()
	card := g.Add(layer.Input{Shape: []int{12}, Name: "card"})
	terminal := g.Add(layer.Input{Shape: []int{12}, Name: "terminal"})
	encoder := g.Share(layer.Dense{Units: 8, Activation: layer.ReLU, Name: "encoder"})
	sum := g.Add(layer.Add{Name: "sum"}, encoder.On(card), encoder.On(terminal))
	fraud := g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "fraud"}, sum)
	m, err := g.Model(fraud)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(m.Summary())
	// Output:
	// Model: "functional"
	// ┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
	// │ card (InputLayer)   │ (None, 12)        │          0 │ -                 │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ terminal            │ (None, 12)        │          0 │ -                 │
	// │ (InputLayer)        │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ encoder (Dense)     │ (None, 8)         │        104 │ card[0][0],       │
	// │                     │                   │            │ terminal[0][0]    │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ sum (Add)           │ (None, 8)         │          0 │ encoder[0][0],    │
	// │                     │                   │            │ encoder[1][0]     │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ fraud (Dense)       │ (None, 1)         │          9 │ sum[0][0]         │
	// └─────────────────────┴───────────────────┴────────────┴───────────────────┘
	//  Total params: 113 (452.00 B)
	//  Trainable params: 113 (452.00 B)
	//  Non-trainable params: 0 (0.00 B)
}
