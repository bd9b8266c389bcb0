package op

import (
	"fmt"
	"math/rand/v2"

	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// mergeNetworks are the operations that make one array of several.
func mergeNetworks() []network {
	shape := tensor.Shape{2, 3}
	three := repeat(shape, 3)
	mask := func(i, j int, rng *rand.Rand) float64 {
		if i == 2 {
			return float64(j % 2)
		}
		return rng.NormFloat64()
	}
	all := []network{
		{
			name: "sum with factors", inputs: three,
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Add(dt, AddConfig{Shape: shape, Terms: 3, Factors: []float64{1, -1, 0.3}}))(in)
			},
		},
		{
			name: "product of inputs", inputs: three,
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Multiply(dt, MultiplyConfig{Shape: shape, Factors: 3}))(in)
			},
		},
		{
			name: "selection of rows", inputs: []tensor.Shape{{2, 3, 2}, {2, 3, 2}, {2, 3}}, fixed: 1, values: mask,
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Select(dt, SelectConfig{X: tensor.Shape{2, 3, 2}, Mask: shape, Other: true}))(in)
			},
		},
		{
			name: "selection of rows and fill", inputs: []tensor.Shape{shape, shape}, fixed: 1,
			values: func(i, j int, rng *rand.Rand) float64 { return mask(i+1, j, rng) },
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Select(dt, SelectConfig{X: shape, Mask: shape, Fill: 3}))(in)
			},
		},
		{
			name: "concatenation", inputs: []tensor.Shape{{2, 1, 2}, {2, 3, 2}},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Concatenate(dt, ConcatenateConfig{Parts: []tensor.Shape{{2, 1, 2}, {2, 3, 2}}, Axis: 1}))(in)
			},
		},
		{
			name: "concatenation with ones", inputs: []tensor.Shape{{2, 1}, {2, 3}},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Concatenate(dt, ConcatenateConfig{Parts: []tensor.Shape{{2, 1}, {2, 2}, {2, 3}}, Axis: 1, Ones: []bool{false, true, false}}))(in)
			},
		},
		{
			name: "products", inputs: []tensor.Shape{{2, 3, 4}, {2, 5, 4}},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Products(dt, ProductsConfig{A: tensor.Shape{2, 3, 4}, B: tensor.Shape{2, 5, 4}}))(in)
			},
		},
	}
	for _, smallest := range []bool{false, true} {
		all = append(all, network{
			name: fmt.Sprint("extreme/", smallest), inputs: []tensor.Shape{shape, shape},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Extreme(dt, ExtremeConfig{Shape: shape, Smallest: smallest}))(in)
			},
		})
	}
	return all
}

// placeNetworks are the operations that move elements, or rows by themselves.
func placeNetworks() []network {
	x := tensor.Shape{2, 3, 2}
	return []network{
		{
			name: "rearrangement", inputs: []tensor.Shape{x},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				places := kernel.NewRearrangement(6, [][]int{{1, -1, 0}, {4, 4, 0, 2}})
				return apply(Rearrange(dt, RearrangeConfig{X: x, Y: tensor.Shape{2, 3, 4}, Map: places}))(in)
			},
		},
		{
			name: "bilinear interpolation", inputs: []tensor.Shape{{2, 2, 3, 2}},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Bilinear(dt, BilinearConfig{X: tensor.Shape{2, 2, 3, 2}, Factor: [2]int{3, 2}}))(in)
			},
		},
		{
			name: "unit rows", inputs: []tensor.Shape{x},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Unit(dt, UnitConfig{X: x, Eps: 0.5}))(in)
			},
		},
	}
}
