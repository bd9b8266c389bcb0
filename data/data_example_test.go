package data_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

func Example() {
	x := tensor.New(tensor.WithShape(5, 2), tensor.WithBacking([]float32{0, 10, 1, 11, 2, 12, 3, 13, 4, 14}))
	y := tensor.New(tensor.WithShape(5), tensor.WithBacking([]float32{0, 0, 1, 0, 1}))
	set, err := data.NewTensors(x, y, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for batch, err := range set.Batches(data.Order{BatchSize: 2, Shuffle: data.ShuffleOff}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(batch.X.Data(), batch.Y.Data())
	}
	// Output:
	// [0 10 1 11] [0 0]
	// [2 12 3 13] [1 0]
	// [4 14] [1]
}

func ExampleStandardScaler() {
	train := tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float64{1, 5, 2, 5, 3, 5}))
	test := tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]float64{4, 6}))
	var s data.StandardScaler
	if err := s.Fit(train); err != nil {
		fmt.Println(err)
		return
	}
	scaled, err := s.Transform(test)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("mean %.0f scale %.4f\n%.4f\n", s.Mean, s.Scale, scaled.Float64s())
	// Output:
	// mean [2 5] scale [0.8165 1.0000]
	// [2.4495 1.0000]
}

func ExampleStratifiedKFold() {
	labels := []int{0, 0, 0, 0, 0, 0, 1, 1}
	folds, err := data.StratifiedKFold(labels, 2, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range folds {
		positives := 0
		for _, row := range f.Test {
			positives += labels[row]
		}
		fmt.Println(len(f.Train), len(f.Test), positives)
	}
	// Output:
	// 4 4 1
	// 4 4 1
}
