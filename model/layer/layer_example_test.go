package layer_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/model/layer"
)

func ExampleParseActivation() {
	f, err := layer.ParseActivation("swish")
	fmt.Println(f, err)
	fmt.Println(layer.Dense{Units: 8, Activation: f}.Activation == layer.SiLU)
	// Output:
	// silu <nil>
	// true
}

// A layer tells what it makes of a sample before there is a model.
func ExampleDense() {
	built, err := layer.Dense{Units: 64, Activation: layer.ReLU}.Build([]int{30})
	fmt.Println(built.Out, err)
	for _, w := range built.Weights {
		fmt.Println(w.Name, w.Shape, w.Initializer.Name())
	}
	// Output:
	// [64] <nil>
	// kernel [30 64] glorot_uniform
	// bias [64] zeros
}
