package loss_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

func ExampleCompute() {
	yTrue := tensor.New(tensor.WithShape(4, 1), tensor.WithBacking([]float32{0, 0, 0, 1}))
	yPred := tensor.New(tensor.WithShape(4, 1), tensor.WithBacking([]float32{0.1, 0.2, 0.1, 0.4}))
	weights := []float64{1, 1, 1, 3}

	plain, err := loss.Compute(loss.BinaryCrossentropy{}, yTrue, yPred, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	weighted, _ := loss.Compute(loss.BinaryCrossentropy{}, yTrue, yPred, weights)
	mean, _ := loss.Compute(loss.BinaryCrossentropy{Reduction: loss.MeanWithSampleWeight}, yTrue, yPred, weights)
	fmt.Printf("unweighted               %.4f\n", plain)
	fmt.Printf("weighted, over rows      %.4f\n", weighted)
	fmt.Printf("weighted, over weights   %.4f\n", mean)
	// Output:
	// unweighted               0.3375
	// weighted, over rows      0.7957
	// weighted, over weights   0.5305
}
