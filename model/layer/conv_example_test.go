package layer_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/model/layer"
)

// The convolutional part of a small classifier of images, from shape to shape.
func ExampleConv2D() {
	shape := []int{28, 28, 1}
	for _, l := range []layer.Single{
		layer.Conv2D{Filters: 32, KernelSize: [2]int{3, 3}, Activation: layer.ReLU},
		layer.MaxPooling2D{},
		layer.Conv2D{Filters: 64, KernelSize: [2]int{3, 3}, Padding: layer.Same, Activation: layer.ReLU},
		layer.GlobalAveragePooling2D{},
	} {
		built, err := l.Build(shape)
		if err != nil {
			fmt.Println(err)
			return
		}
		shape = built.Out
		fmt.Println(l.Class(), shape)
	}
	// Output:
	// Conv2D [26 26 32]
	// MaxPooling2D [13 13 32]
	// Conv2D [13 13 64]
	// GlobalAveragePooling2D [64]
}

// Of 90 days of 4 figures each, every output sees the day itself and the 6
// before it, never a day to come.
func ExampleConv1D() {
	built, err := layer.Conv1D{Filters: 16, KernelSize: 7, Padding: layer.Causal}.Build([]int{90, 4})
	fmt.Println(built.Out, built.Weights[0].Shape, err)
	// Output: [90 16] [7 4 16] <nil>
}

// Merchants, numbered from 0 to 9999, become 8 learned numbers each.
func ExampleEmbedding() {
	built, err := layer.Embedding{InputDim: 10000, OutputDim: 8}.Build([]int{20})
	fmt.Println(built.Out, built.Weights[0].Shape, err)
	// Output: [20 8] [10000 8] <nil>
}
