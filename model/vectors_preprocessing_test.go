package model_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/model/layer"
)

// preprocessing makes the layers that prepare numbers and categories.
func (c config) preprocessing(kind string) (layer.Layer, error) {
	if kind == "Rescaling" {
		return layer.Rescaling{Scale: c.number("scale"), Offset: c.number("offset")}, nil
	}
	mode, err := layer.ParseOutputMode(fmt.Sprint(c.take("output_mode")))
	if err != nil {
		return nil, err
	}
	if c.flag("sparse") {
		return nil, fmt.Errorf("there are no sparse tensors")
	}
	if kind == "CategoryEncoding" {
		return layer.CategoryEncoding{NumTokens: int(c.number("num_tokens")), OutputMode: mode}, nil
	}
	l := layer.Discretization{NumBins: int(c.number("num_bins")), Epsilon: c.number("epsilon"), OutputMode: mode}
	bounds, _ := c.take("bin_boundaries").([]any)
	for _, b := range bounds {
		v, _ := b.(float64)
		l.BinBoundaries = append(l.BinBoundaries, v)
	}
	return l, nil
}
