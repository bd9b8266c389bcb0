package onnx_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/counterweight-go/counterweight/archive/onnx"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

// A model for a runtime that serves it; in Python:
//
//	session = onnxruntime.InferenceSession("fraud.onnx")
//	scores, = session.run(["fraud"], {"amounts": x})
func ExampleWrite() {
	m, err := model.Sequential(
		layer.Input{Shape: []int{30}, Name: "amounts"},
		layer.Dense{Units: 64, Activation: layer.ReLU},
		layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "fraud"},
	)
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer // or onnx.WriteFile("fraud.onnx", m)
	if err := onnx.Write(&file, m); err != nil {
		log.Fatal(err)
	}
	fmt.Println("inputs", m.InputNames(), "outputs", m.OutputNames())
	// Output: inputs [amounts] outputs [fraud]
}
