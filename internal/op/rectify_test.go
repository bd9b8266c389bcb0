package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// elementNetworks are operations element by element with settings of their own.
func elementNetworks() []network {
	x := tensor.Shape{3, 4}
	return []network{
		{
			name: "rectifier", inputs: []tensor.Shape{x},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Rectify(dt, RectifyConfig{X: x, Rectifier: kernel.Rectifier{Slope: 0.1, Max: 1, Threshold: 0.2}}))(in)
			},
		},
		{
			name: "prelu", inputs: []tensor.Shape{x, x},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(PReLU(dt, PReLUConfig{X: x}))(in)
			},
		},
		{
			name: "elu", inputs: []tensor.Shape{x},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(ELU(dt, ELUConfig{X: x, Alpha: 0.5}))(in)
			},
		},
		{
			name: "added noise", inputs: []tensor.Shape{x},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Noise(dt, NoiseConfig{X: x, StdDev: 0.5, State: &State{Seed: 3}}))(in)
			},
		},
		{
			name: "multiplied noise", inputs: []tensor.Shape{x},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Noise(dt, NoiseConfig{X: x, StdDev: 0.5, Multiply: true, State: &State{Seed: 3}}))(in)
			},
		},
		{
			name: "alpha dropout", inputs: []tensor.Shape{x},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(AlphaDropout(dt, DropoutConfig{X: x, Rate: 0.4, State: &State{Seed: 3}}))(in)
			},
		},
		{
			name: "dropout of rows", inputs: []tensor.Shape{x},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Dropout(dt, DropoutConfig{X: x, Decisions: tensor.Shape{3, 1}, Rate: 0.4, State: &State{Seed: 3}}))(in)
			},
		},
	}
}
