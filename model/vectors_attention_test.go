package model_test

import (
	"github.com/counterweight-go/counterweight/model/layer"
)

// heads makes a MultiHeadAttention. That the mask is causal is said in the call
// in Keras.
func (c config) heads(causal bool) (layer.Layer, error) {
	var axes []int
	list, _ := c.take("attention_axes").([]any)
	for _, axis := range list {
		n, _ := axis.(float64)
		axes = append(axes, int(n))
	}
	return layer.MultiHeadAttention{
		NumHeads: int(c.number("num_heads")), KeyDim: int(c.number("key_dim")), ValueDim: int(c.number("value_dim")),
		Dropout: c.number("dropout"), NoBias: !c.flag("use_bias"), OutputShape: c.sizes("output_shape")[0],
		SlidingWindow: int(c.number("sliding_window")), UseCausalMask: causal, UseGate: c.flag("use_gate"), AttentionAxes: axes,
	}, nil
}
