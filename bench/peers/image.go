package main

import (
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model/layer"
)

func imageWorkloads() []workload {
	window := [2]int{3, 3}
	return []workload{{"cnn", loss.SparseCategoricalCrossentropy{}, append([]layer.Layer{
		layer.Conv2D{Filters: 32, KernelSize: window, Activation: layer.ReLU},
		layer.MaxPooling2D{},
		layer.Conv2D{Filters: 64, KernelSize: window, Activation: layer.ReLU},
		layer.MaxPooling2D{},
		layer.Flatten{},
	}, dense(layer.Softmax, 128, 10)...), train}}
}
