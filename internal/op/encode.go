package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// EncodeConfig describes what numbers that name categories become.
type EncodeConfig struct {
	Layer    string
	X, Y     tensor.Shape
	Weighted bool // there is a second input, what each number counts
	// Encoder says how. Its index is called with the numbers of x.
	Encoder kernel.Encoder[float64]
}

// Encode makes the operation with input x, and weights where there are some.
// No input has a gradient. Running it panics with an error where the encoder's
// index has one.
func Encode(dt tensor.Dtype, c EncodeConfig) (Op, error) {
	return dispatch(dt, c, newEncode[float32], newEncode[float64])
}

func newEncode[T kernel.Float](c EncodeConfig) (Op, error) {
	in := []tensor.Shape{c.X}
	if c.Weighted {
		in = append(in, c.X)
	}
	e := kernel.Encoder[T]{
		Encoding: c.Encoder.Encoding, Depth: c.Encoder.Depth, Width: c.Encoder.Width, Factors: c.Encoder.Factors,
		Index: func(v T) (int, error) { return c.Encoder.Index(float64(v)) },
	}
	return fuse(spec[T]{
		kind: "encoding", layer: c.Layer, in: in, shape: c.Y,
		bind: func(y []T) func([][]T) func() {
			return func(in [][]T) func() {
				var weights []T
				if c.Weighted {
					weights = in[1]
				}
				return func() {
					if err := kernel.Encode(e, y, in[0], weights); err != nil {
						panic(err)
					}
				}
			}
		},
	}), nil
}

// RescaleConfig describes x·scale + offset.
type RescaleConfig struct {
	Layer         string
	X             tensor.Shape
	Scale, Offset []float64 // one for each column of x, or one for all
}

// Rescale makes the operation with input x.
func Rescale(dt tensor.Dtype, c RescaleConfig) (Op, error) {
	return dispatch(dt, c, newRescale[float32], newRescale[float64])
}

func newRescale[T kernel.Float](c RescaleConfig) (Op, error) {
	scale, offset, none := narrow[T](c.Scale), narrow[T](c.Offset), []T{0}
	return fuse(pointwise(c.Layer, "rescaling", c.X, c.X,
		func(y, x []T) { kernel.Rescale(y, x, scale, offset) },
		func(dx, dy, _, _ []T) { kernel.Rescale(dx, dy, scale, none) },
	)), nil
}

func narrow[T kernel.Float](v []float64) []T {
	out := make([]T, len(v))
	for i, x := range v {
		out[i] = T(x)
	}
	return out
}
