package main

import (
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model/layer"
)

func sequenceWorkloads() []workload {
	head := dense(layer.Sigmoid, 1)[0]
	return []workload{
		{"lstm", loss.BinaryCrossentropy{}, []layer.Layer{layer.LSTM{Units: 64}, head}, train},
		{"lstm-temporal", loss.BinaryCrossentropy{}, []layer.Layer{layer.LSTM{Units: 64, ReturnSequences: true}, head}, train},
	}
}
