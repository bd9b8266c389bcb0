package main

import (
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model/layer"
)

func denseWorkloads() []workload {
	binary, categorical := loss.BinaryCrossentropy{}, loss.SparseCategoricalCrossentropy{}
	return []workload{
		{"tabular", binary, dense(layer.Sigmoid, 64, 32, 1), train},
		{"tabular-256", binary, dense(layer.Sigmoid, 64, 32, 1), train},
		{"mnist-mlp", categorical, dense(layer.Softmax, 256, 10), train},
		{"wide", categorical, dense(layer.Softmax, 1024, 1024, 10), train},
		{"tiny", binary, dense(layer.Sigmoid, 16, 1), train},
	}
}

// dense returns dense layers with relu, but for the last one.
func dense(last layer.ActivationFunc, units ...int) []layer.Layer {
	var layers []layer.Layer
	for i, n := range units {
		l := layer.Dense{Units: n, Activation: layer.ReLU}
		if i == len(units)-1 {
			l.Activation = last
		}
		layers = append(layers, l)
	}
	return layers
}
