package model_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/model/layer"
)

// heads makes a MultiHeadAttention. That the mask is causal is said in the call
// in Keras.
func (c config) heads(causal bool) (layer.Layer, error) {
	if axes, _ := c.take("attention_axes").([]any); len(axes) != 1 || axes[0] != 1. {
		return nil, fmt.Errorf("attention over axes %v", axes)
	}
	if c.flag("use_gate") {
		return nil, fmt.Errorf("attention with a gate")
	}
	return layer.MultiHeadAttention{
		NumHeads: int(c.number("num_heads")), KeyDim: int(c.number("key_dim")), ValueDim: int(c.number("value_dim")),
		Dropout: c.number("dropout"), NoBias: !c.flag("use_bias"), OutputShape: c.sizes("output_shape")[0],
		SlidingWindow: int(c.number("sliding_window")), UseCausalMask: causal,
	}, nil
}
