package sampler_test

import (
	"context"
	"fmt"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"gorgonia.org/tensor"
)

func Example() {
	x := tensor.New(tensor.WithShape(6, 2), tensor.WithBacking([]float32{0, 0, 0, 1, 1, 0, 1, 1, 4, 4, 5, 5}))
	y := tensor.New(tensor.WithShape(6), tensor.WithBacking([]float32{0, 0, 0, 0, 1, 1}))
	xs, ys, err := sampler.SMOTE{KNeighbors: 1, Seed: 42}.Resample(context.Background(), x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n%v\n", xs.Float32s()[12:], ys.Float32s())
	_, _, err = sampler.SMOTE{}.Resample(context.Background(), x, y)
	fmt.Println(err)
	// Output:
	// [4.95 4.95 4.27 4.27]
	// [0 0 0 0 1 1 1 1]
	// sampler: SMOTE: class 1 has 2 rows, too few for 5 neighbours of each: set KNeighbors to at most 1, or use RandomOverSampler
}
