package layer

import (
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// What the layers that normalise within a sample have in common.

// scaling are the two weights behind a normalisation, each only where it has a
// name.
type scaling struct {
	gamma, beta         string
	gammaInit, betaInit initializer.Initializer // ones and zeros if nil
	gammaReg, betaReg   regularizer.Regularizer
	gammaCon, betaCon   constraint.Constraint
}

func (s scaling) weights(shape []int) (all []Weight) {
	if s.gamma != "" {
		all = append(all, Weight{
			Name: s.gamma, Shape: shape, Initializer: orInit(s.gammaInit, initializer.Constant{Value: 1}), Regularizer: s.gammaReg, Constraint: s.gammaCon,
		})
	}
	if s.beta != "" {
		all = append(all, Weight{
			Name: s.beta, Shape: append([]int(nil), shape...), Initializer: orInit(s.betaInit, initializer.Constant{}), Regularizer: s.betaReg, Constraint: s.betaCon,
		})
	}
	return all
}

// grouped normalises the groups of the input; the weights of s have a shape.
func (c Call) grouped(o op.GroupNormConfig, s scaling, shape []int) (*engine.Tensor, error) {
	o.Layer, o.X, o.InputGrad = c.Name, c.Input.Shape, c.Input.Differentiable
	o.Scale, o.Center, o.Params = s.gamma != "", s.beta != "", shape
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	operation, err := op.GroupNorm(c.Graph.DType, o)
	if err != nil {
		return nil, err
	}
	return c.Masked(c.Graph.Apply(operation, append([]*engine.Tensor{c.Input}, params...)...))
}

// alongAxes normalises the numbers along some axes of the input together.
func (c Call) alongAxes(axes []int, kind kernel.NormKind, epsilon float64, s scaling) (*engine.Tensor, error) {
	sample := []int(c.Input.Shape[1:])
	axes, err := sampleAxes(axes, sample, -1)
	if err != nil {
		return nil, err
	}
	return c.grouped(op.GroupNormConfig{Groups: kernel.NewNormGroups(sample, axes), Kind: kind, Epsilon: epsilon}, s, sizesOf(sample, axes))
}

// buildAlong is the Build of layers that normalise along axes.
func buildAlong(in, axes []int, epsilon float64, s scaling, frozen bool) (Built, error) {
	if err := checkEpsilon(epsilon); err != nil {
		return Built{}, err
	}
	axes, err := sampleAxes(axes, in, -1)
	if err != nil {
		return Built{}, err
	}
	return Built{Out: in, Weights: s.weights(sizesOf(in, axes)), Frozen: frozen}, nil
}

func checkEpsilon(e float64) error {
	if !(e > 0 && e <= math.MaxFloat64) {
		return fmt.Errorf("expected a finite epsilon above 0, got %v", e)
	}
	return nil
}
