package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// NoiseConfig describes normal noise in training.
type NoiseConfig struct {
	Layer    string
	X        tensor.Shape
	StdDev   float64
	Multiply bool   // x is multiplied by noise of mean 1; otherwise noise of mean 0 is added
	Stream   uint64 // tells the random layers of a model apart
	Offset   uint64 // of the first element, where x is a part of a batch
	State    *State
}

// Noise makes the operation with input x and an output of x's shape. The noise
// follows from Seed, Stream, Step and the element's index.
func Noise(dt tensor.Dtype, c NoiseConfig) (Op, error) {
	return dispatch(dt, c, newNoise[float32], newNoise[float64])
}

func newNoise[T kernel.Float](c NoiseConfig) (Op, error) {
	noise := make([]T, c.X.TotalSize())
	return fuse(pointwise(c.Layer, "noise", c.X, c.X,
		func(y, x []T) {
			kernel.Normal(noise, c.State.key(c.Stream), c.Offset)
			if !c.Multiply {
				copy(y, x)
				kernel.AddScaled(y, noise, T(c.StdDev))
				return
			}
			for i, z := range noise {
				noise[i] = 1 + T(c.StdDev)*z
			}
			kernel.Multiply(y, x, noise)
		},
		func(dx, dy, _, _ []T) {
			if c.Multiply {
				kernel.Multiply(dx, dy, noise)
			} else {
				copy(dx, dy)
			}
		},
	)), nil
}

// AlphaDropout makes the operation with input x that puts the value in which
// selu ends below 0 for what is dropped, and keeps mean and variance.
func AlphaDropout(dt tensor.Dtype, c DropoutConfig) (Op, error) {
	return dispatch(dt, c, newAlphaDropout[float32], newAlphaDropout[float64])
}

func newAlphaDropout[T kernel.Float](c DropoutConfig) (Op, error) {
	mask, draw := dropoutMask[T](c)
	scale, dropped, shift := kernel.AlphaDropout(c.Rate)
	return fuse(pointwise(c.Layer, "alpha dropout", c.X, c.X,
		func(y, x []T) {
			draw()
			for i, m := range mask {
				v := T(dropped)
				if m != 0 {
					v = x[i]
				}
				y[i] = T(scale)*v + T(shift)
			}
		},
		func(dx, dy, _, _ []T) {
			for i, m := range mask {
				dx[i] = 0
				if m != 0 {
					dx[i] = T(scale) * dy[i]
				}
			}
		},
	)), nil
}
