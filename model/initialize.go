package model

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// initialize makes the first value of a weight. Numbers are drawn as float64
// whatever the model's element type, so models of one seed agree.
func (c Config) initialize(w layer.Weight, stream uint64) (*tensor.Dense, error) {
	n, err := size(w.Shape)
	if err != nil {
		return nil, err
	}
	if c.Blank {
		return tensor.New(tensor.Of(c.DType), tensor.WithShape(w.Shape...)), nil
	}
	values := make([]float64, n)
	if err := w.Initializer.Fill(values, w.Shape, rand.New(rand.NewPCG(c.Seed, stream))); err != nil {
		return nil, err
	}
	var backing any = values
	if c.DType == tensor.Float32 {
		rounded := make([]float32, n)
		for i, v := range values {
			rounded[i] = float32(v)
			values[i] = float64(rounded[i])
		}
		backing = rounded
	}
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("expected finite numbers of the initializer %s, got %v", w.Initializer.Name(), v)
		}
	}
	return tensor.New(tensor.WithShape(w.Shape...), tensor.WithBacking(backing)), nil
}

// size returns how many numbers an array holds. The limit is there to refuse a
// slip of the pen with an error, where asking for the memory would end the
// program.
func size(shape []int) (int, error) {
	n := 1
	for _, s := range shape {
		if s < 1 {
			return 0, fmt.Errorf("expected sizes of at least 1, got shape %v", shape)
		}
		if n > math.MaxInt32/s {
			return 0, fmt.Errorf("expected fewer than 2^31 numbers, got shape %v", shape)
		}
		n *= s
	}
	return n, nil
}
