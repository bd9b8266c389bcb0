package registry

import (
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

const (
	seed = `{"seed": null}`
	fans = `{"seed": null, "input_axes": null, "output_axes": null}`
)

// initializers lists Keras's initialisers.
func initializers() []class {
	return []class{
		as("Zeros", initializer.Constant{}, key("Value", "")),
		as("Ones", initializer.Constant{Value: 1}, key("Value", "")),
		of(initializer.Constant{}),
		of(initializer.Identity{Gain: 1}),
		of(initializer.Orthogonal{Gain: 1}, fixed(seed)),
		of(initializer.RandomNormal{StdDev: 0.05}, fixed(seed)),
		of(initializer.TruncatedNormal{StdDev: 0.05}, fixed(seed)),
		of(initializer.RandomUniform{Min: -0.05, Max: 0.05}, key("Min", "minval"), key("Max", "maxval"), fixed(seed)),
		of(initializer.VarianceScaling{Scale: 1}, fixed(fans)),
		of(initializer.GlorotUniform{}, fixed(fans)),
		of(initializer.GlorotNormal{}, fixed(fans)),
		of(initializer.HeUniform{}, fixed(fans)),
		of(initializer.HeNormal{}, fixed(fans)),
		of(initializer.LecunUniform{}, fixed(fans)),
		of(initializer.LecunNormal{}, fixed(fans)),
	}
}

// regularizers lists Keras's regularizers.
func regularizers() []class {
	return []class{
		of(regularizer.L1{L1: 0.01}),
		of(regularizer.L2{L2: 0.01}),
		of(regularizer.L1L2{}),
		as("OrthogonalRegularizer", regularizer.Orthogonal{Factor: 0.01}, key("Columns", "mode")),
	}
}

// constraints lists Keras's constraints.
func constraints() []class {
	first := []int{0}
	return []class{
		of(constraint.MaxNorm{MaxValue: 2, Axes: first}, key("Axes", "axis")),
		of(constraint.MinMaxNorm{MaxValue: 1, Rate: 1, Axes: first}, key("Axes", "axis")),
		of(constraint.NonNeg{}),
		of(constraint.UnitNorm{Axes: first}, key("Axes", "axis")),
	}
}
