package model_test

import (
	"fmt"
	"strings"

	"github.com/counterweight-go/counterweight/model/layer"
)

// convolution makes the layers that slide kernels.
func (c config) convolution(kind string) (layer.Layer, error) {
	f, err := layer.ParseActivation(fmt.Sprint(c.take("activation")))
	if err != nil {
		return nil, err
	}
	padding, err := c.padding()
	if err != nil {
		return nil, err
	}
	filters, groups, noBias := int(c.number("filters")), int(c.number("groups")), !c.flag("use_bias")
	size, strides, dilation := c.sizes("kernel_size"), c.sizes("strides"), c.sizes("dilation_rate")
	depth := int(c.number("depth_multiplier"))
	var extra []int
	if list, ok := c.take("output_padding").([]any); ok {
		for _, v := range list {
			n, _ := v.(float64)
			extra = append(extra, int(n))
		}
	}
	switch kind {
	case "Conv1D":
		return layer.Conv1D{
			Filters: filters, KernelSize: size[0], Strides: strides[0], DilationRate: dilation[0],
			Padding: padding, Groups: groups, Activation: f, NoBias: noBias,
		}, nil
	case "Conv2D":
		return layer.Conv2D{
			Filters: filters, KernelSize: size, Strides: strides, DilationRate: dilation,
			Padding: padding, Groups: groups, Activation: f, NoBias: noBias,
		}, nil
	case "DepthwiseConv1D":
		return layer.DepthwiseConv1D{
			KernelSize: size[0], Strides: strides[0], DilationRate: dilation[0],
			Padding: padding, DepthMultiplier: depth, Activation: f, NoBias: noBias,
		}, nil
	case "DepthwiseConv2D":
		return layer.DepthwiseConv2D{
			KernelSize: size, Strides: strides, DilationRate: dilation,
			Padding: padding, DepthMultiplier: depth, Activation: f, NoBias: noBias,
		}, nil
	case "SeparableConv1D":
		return layer.SeparableConv1D{
			Filters: filters, KernelSize: size[0], Strides: strides[0], DilationRate: dilation[0],
			Padding: padding, DepthMultiplier: depth, Activation: f, NoBias: noBias,
		}, nil
	case "SeparableConv2D":
		return layer.SeparableConv2D{
			Filters: filters, KernelSize: size, Strides: strides, DilationRate: dilation,
			Padding: padding, DepthMultiplier: depth, Activation: f, NoBias: noBias,
		}, nil
	case "Conv1DTranspose":
		return layer.Conv1DTranspose{
			Filters: filters, KernelSize: size[0], Strides: strides[0], DilationRate: dilation[0],
			Padding: padding, OutputPadding: extra, Activation: f, NoBias: noBias,
		}, nil
	case "Conv2DTranspose":
		return layer.Conv2DTranspose{
			Filters: filters, KernelSize: size, Strides: strides, DilationRate: dilation,
			Padding: padding, OutputPadding: extra, Activation: f, NoBias: noBias,
		}, nil
	}
	return nil, fmt.Errorf("unknown layer %q", kind)
}

// pooling makes the layers that pool.
func (c config) pooling(kind string) (layer.Layer, error) {
	if strings.HasPrefix(kind, "Global") {
		keep := c.flag("keepdims")
		l, ok := map[string]layer.Layer{
			"GlobalMaxPooling1D": layer.GlobalMaxPooling1D{KeepDims: keep}, "GlobalMaxPooling2D": layer.GlobalMaxPooling2D{KeepDims: keep},
			"GlobalAveragePooling1D": layer.GlobalAveragePooling1D{KeepDims: keep}, "GlobalAveragePooling2D": layer.GlobalAveragePooling2D{KeepDims: keep},
		}[kind]
		if !ok {
			return nil, fmt.Errorf("unknown layer %q", kind)
		}
		return l, nil
	}
	padding, err := c.padding()
	if err != nil {
		return nil, err
	}
	size, strides := c.sizes("pool_size"), c.sizes("strides")
	switch kind {
	case "MaxPooling1D":
		return layer.MaxPooling1D{PoolSize: size[0], Strides: strides[0], Padding: padding}, nil
	case "MaxPooling2D":
		return layer.MaxPooling2D{PoolSize: size, Strides: strides, Padding: padding}, nil
	case "AveragePooling1D":
		return layer.AveragePooling1D{PoolSize: size[0], Strides: strides[0], Padding: padding}, nil
	case "AveragePooling2D":
		return layer.AveragePooling2D{PoolSize: size, Strides: strides, Padding: padding}, nil
	}
	return nil, fmt.Errorf("unknown layer %q", kind)
}

// sizes removes a setting of a number for each axis.
func (c config) sizes(key string) (sizes [2]int) {
	list, _ := c.take(key).([]any)
	for i, v := range list {
		n, _ := v.(float64)
		sizes[i] = int(n)
	}
	return sizes
}

func (c config) padding() (layer.Padding, error) {
	name := c.take("padding")
	for _, p := range []layer.Padding{layer.Valid, layer.Same, layer.Causal} {
		if name == p.String() {
			return p, nil
		}
	}
	return 0, fmt.Errorf("unknown padding %v", name)
}
