package engine

import "gorgonia.org/tensor"

// Param is an array that belongs to a model: a weight that training moves, or
// a statistic that a layer keeps. Its memory is shared by all plans.
type Param struct {
	Name      string // "dense_1/kernel"
	Value     *tensor.Dense
	Trainable bool
}
