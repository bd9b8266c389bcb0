package model_test

import (
	"github.com/counterweight-go/counterweight/model/layer"
)

// merging makes a layer that merges its inputs, if kind is one.
func (c config) merging(kind string, l *layer.Layer) bool {
	switch kind {
	case "Subtract":
		*l = layer.Subtract{}
	case "Multiply":
		*l = layer.Multiply{}
	case "Average":
		*l = layer.Average{}
	case "Maximum":
		*l = layer.Maximum{}
	case "Minimum":
		*l = layer.Minimum{}
	case "Concatenate":
		*l = layer.Concatenate{Axis: int(c.number("axis"))}
	case "Dot":
		axis := int(c.number("axes"))
		*l = layer.Dot{Axes: [2]int{axis, axis}, Normalize: c.flag("normalize")}
	default:
		return false
	}
	return true
}

// moving makes a layer that moves elements, if kind is one.
func (c config) moving(kind string, l *layer.Layer) bool {
	switch kind {
	case "Reshape":
		*l = layer.Reshape{TargetShape: c.integers("target_shape")}
	case "Permute":
		*l = layer.Permute{Dims: c.integers("dims")}
	case "RepeatVector":
		*l = layer.RepeatVector{N: int(c.number("n"))}
	case "Cropping1D":
		*l = layer.Cropping1D{Cropping: c.sizes("cropping")}
	case "ZeroPadding1D":
		*l = layer.ZeroPadding1D{Padding: c.sizes("padding")}
	case "UpSampling1D":
		*l = layer.UpSampling1D{Size: int(c.number("size"))}
	case "UpSampling2D":
		up := layer.UpSampling2D{Size: c.sizes("size")}
		if c.take("interpolation") == layer.Bilinear.String() {
			up.Interpolation = layer.Bilinear
		}
		*l = up
	default:
		return false
	}
	return true
}

// bending makes a layer that is an activation with settings or a sum of products, if kind is one.
func (c config) bending(kind string, l *layer.Layer) bool {
	switch kind {
	case "ReLU":
		*l = layer.ReLULayer{MaxValue: c.number("max_value"), NegativeSlope: c.number("negative_slope"), Threshold: c.number("threshold")}
	case "LeakyReLU":
		*l = layer.LeakyReLULayer{NegativeSlope: c.number("negative_slope")}
	case "ELU":
		*l = layer.ELULayer{Alpha: c.number("alpha")}
	case "PReLU":
		*l = layer.PReLU{}
	case "EinsumDense":
		axes, _ := c.take("bias_axes").(string)
		equation, _ := c.take("equation").(string)
		c.take("activation") // linear
		*l = layer.EinsumDense{Equation: equation, OutputShape: c.integers("output_shape"), BiasAxes: axes}
	case "Softmax":
		*l = layer.SoftmaxLayer{Axis: []int{int(c.number("axis"))}}
	default:
		return false
	}
	return true
}

// integers removes a setting that is a list of whole numbers.
func (c config) integers(key string) (all []int) {
	list, _ := c.take(key).([]any)
	for _, v := range list {
		n, _ := v.(float64)
		all = append(all, int(n))
	}
	return all
}
