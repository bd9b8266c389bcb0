package optimizer_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/fit/optimizer"
	"gorgonia.org/tensor"
)

// A fit drives an optimizer by itself; here it is driven by hand, down the
// slope of (w-3)².
func ExampleSGD() {
	w := tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{0}))
	g := tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{0}))
	stepper, err := optimizer.SGD{LearningRate: 0.1, Momentum: 0.5}.New([]optimizer.Weight{{Name: "w", Value: w}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 50 {
		g.Float64s()[0] = 2 * (w.Float64s()[0] - 3)
		if err := stepper.Step([]*tensor.Dense{g}, 1); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("w = %.3f after %d steps\n", w.Float64s()[0], stepper.Iterations())
	// Output: w = 3.000 after 50 steps
}
