// Package model puts layers together and owns their weights.
//
//	m, err := model.Sequential(
//		layer.Input{Shape: []int{30}},
//		layer.Dense{Units: 64, Activation: layer.ReLU},
//		layer.Dense{Units: 1, Activation: layer.Sigmoid},
//	)
//	fmt.Print(m.Summary())
//
// A [Graph] connects layers at will: several inputs and outputs, branches,
// shared layers, models inside models.
//
// Shapes are checked when the model is made. The initial weights follow from
// the seed alone. To train a model, see package fit.
//
// It may import model/layer, model/initializer, model/regularizer,
// model/constraint, internal/engine and what lies below them.
package model
