package model

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"gorgonia.org/tensor"
)

// Weight is a named array of a model.
type Weight struct {
	Name      string // "dense_1/kernel", or "encoder/dense_1/kernel" inside a model inside
	Value     *tensor.Dense
	Trainable bool // false for a statistic, such as a moving mean, and in a frozen layer
}

// Weights returns copies of all weights in the order of the layers, each once.
func (m *Model) Weights() []Weight {
	var all []Weight
	m.each("", func(name string, p *engine.Param) {
		all = append(all, Weight{name, p.Value.Clone().(*tensor.Dense), p.Trainable})
	})
	return all
}

// SetWeights copies values into the model's weights, in the order of
// [Model.Weights]. Each has the shape and the element type of the weight; a
// view will do. On an error nothing has changed.
func (m *Model) SetWeights(values []*tensor.Dense) error {
	params := m.Params()
	if len(values) != len(params) {
		return fmt.Errorf("model: expected %d weights, got %d", len(params), len(values))
	}
	for i, v := range values {
		p := params[i]
		if v == nil || !slices.Equal(v.Shape(), p.Value.Shape()) || v.Dtype() != p.Value.Dtype() {
			return fmt.Errorf("model: weight %q: expected %v of shape %v, got %s", p.Name, p.Value.Dtype(), p.Value.Shape(), describe(v))
		}
		if v.DataOrder().IsColMajor() {
			return fmt.Errorf("model: weight %q: expected an array in row-major order, got column-major", p.Name)
		}
	}
	for i, v := range values {
		if err := tensor.Copy(params[i].Value, v); err != nil {
			return fmt.Errorf("model: weight %q: %w", params[i].Name, err)
		}
	}
	return nil
}

func describe(v *tensor.Dense) string {
	if v == nil || v.Dtype().Type == nil {
		return "nil"
	}
	return fmt.Sprintf("%v of shape %v", v.Dtype(), v.Shape())
}
