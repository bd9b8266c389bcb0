package op

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// normNetworks are normalisations within samples.
func normNetworks() (all []network) {
	x := tensor.Shape{2, 3, 4}
	for _, v := range []struct {
		name  string
		axes  []int
		shape tensor.Shape
		which []int32
	}{
		{"last axis", []int{1}, tensor.Shape{4}, nil},
		{"first axis", []int{0}, tensor.Shape{3}, nil},
		{"both axes", []int{0, 1}, tensor.Shape{3, 4}, nil},
		{"shared parameters", []int{1}, tensor.Shape{2}, []int32{0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 1}},
	} {
		for kind := kernel.NormStandard; kind <= kernel.NormUnit; kind++ {
			for _, affine := range []bool{true, false} {
				n := network{name: fmt.Sprintf("normalisation/%s, kind %d, affine %v", v.name, kind, affine), inputs: []tensor.Shape{x}}
				if affine {
					n.inputs = append(n.inputs, v.shape, v.shape)
				}
				n.build = func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
					return apply(GroupNorm(dt, GroupNormConfig{
						X: x, Groups: kernel.NewNormGroups(x[1:], v.axes), Kind: kind, Epsilon: 1e-3,
						Scale: affine, Center: affine, Params: v.shape, Which: v.which, InputGrad: true,
					}))(in)
				}
				all = append(all, n)
			}
		}
	}
	for _, invert := range []bool{false, true} {
		all = append(all, network{
			name: fmt.Sprintf("standardisation/invert %v", invert), inputs: []tensor.Shape{{3, 4}},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Standardize(dt, StandardizeConfig{
					X: tensor.Shape{3, 4}, Which: []int32{0, 1, 0, 1}, Epsilon: 1e-2, Invert: invert,
					Mean: dense(dt, tensor.Shape{2}, []float64{.5, -1}), Variance: dense(dt, tensor.Shape{2}, []float64{4, 0}),
				}))(in)
			},
		})
	}
	return all
}
