package op

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// stepNetworks are operations on sequences, and those that cut and join.
func stepNetworks() (all []network) {
	x := tensor.Shape{2, 3, 2}
	add := func(name string, inputs []tensor.Shape, build func(dt tensor.Dtype) (Op, error)) {
		all = append(all, network{name: name, inputs: inputs, build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(build(dt))(in)
		}})
	}
	for kind := kernel.PairConcat; kind <= kernel.PairAverage; kind++ {
		add(fmt.Sprint("pair/", kind), []tensor.Shape{x, x}, func(dt tensor.Dtype) (Op, error) {
			return Pair(dt, PairConfig{A: x, B: x, Kind: kind})
		})
	}
	add("pair of two widths", []tensor.Shape{{2, 3}, {2, 1}}, func(dt tensor.Dtype) (Op, error) {
		return Pair(dt, PairConfig{A: tensor.Shape{2, 3}, B: tensor.Shape{2, 1}})
	})
	add("reversal", []tensor.Shape{x}, func(dt tensor.Dtype) (Op, error) { return Reverse(dt, ReverseConfig{X: x}) })
	add("columns", []tensor.Shape{x}, func(dt tensor.Dtype) (Op, error) {
		return Columns(dt, ColumnsConfig{X: x, From: 2, Y: tensor.Shape{2, 2}})
	})
	add("stack", []tensor.Shape{{2, 2}, {2, 2}, {2, 2}}, func(dt tensor.Dtype) (Op, error) {
		return Stack(dt, StackConfig{X: tensor.Shape{2, 2}, Steps: 3})
	})
	add("dropout of steps", []tensor.Shape{{3, 2, 4}}, func(dt tensor.Dtype) (Op, error) {
		return StepDropout(dt, StepDropoutConfig{X: tensor.Shape{3, 2, 4}, Rate: 0.4, State: &State{Seed: 3}})
	})
	return all
}
