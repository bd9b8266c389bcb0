package layer_test

import (
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

func batch(data []float64, shape ...int) *tensor.Dense {
	return vectors.Array{Shape: shape, Data: data}.Tensor(tensor.Float64)
}

// Adapt gives the same numbers however the data is cut into batches.
func TestAdapt(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5, 9, -7, 8, 9, 100, 11, 13}
	for _, c := range []struct {
		name  string
		layer layer.Normalization
	}{
		{"last axis", layer.Normalization{}},
		{"first axis", layer.Normalization{Axis: []int{1}}},
		{"none", layer.Normalization{Axis: []int{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			whole, err := c.layer.Adapt(batch(x, 3, 2, 2))
			if err != nil {
				t.Fatal(err)
			}
			parts, err := c.layer.Adapt(batch(x[:4], 1, 2, 2), batch(x[4:], 2, 2, 2))
			if err != nil {
				t.Fatal(err)
			}
			near(t, "mean", parts.Mean, whole.Mean, 1e-14)
			near(t, "variance", parts.Variance, whole.Variance, 1e-14)
			single, err := c.layer.Adapt(vectors.Array{Shape: []int{3, 2, 2}, Data: x}.Tensor(tensor.Float32))
			if err != nil {
				t.Fatal(err)
			}
			near(t, "mean in float32", single.Mean, whole.Mean, 1e-14)
		})
	}
	last, err := layer.Normalization{}.Adapt(batch([]float64{1, 10, 3, 10}, 2, 2))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean", last.Mean, []float64{2, 10}, 0)
	near(t, "variance", last.Variance, []float64{1, 0}, 0)
	one, err := layer.Normalization{}.Adapt(batch([]float64{5, 7}, 1, 2))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "variance of one row", one.Variance, []float64{0, 0}, 0)
}

func TestAdaptErrors(t *testing.T) {
	good := batch([]float64{1, 2}, 1, 2)
	for _, c := range []struct {
		name  string
		layer layer.Normalization
		data  []*tensor.Dense
		want  string
	}{
		{"no data", layer.Normalization{}, nil, "layer: adapting Normalization: expected data, got none"},
		{"nil", layer.Normalization{}, []*tensor.Dense{nil}, "layer: adapting Normalization: expected an array, got nil"},
		{"one axis", layer.Normalization{}, []*tensor.Dense{batch([]float64{1, 2}, 2)}, "layer: adapting Normalization: expected batches of samples, of shape (samples, ...), got shape (2)"},
		{"other samples", layer.Normalization{}, []*tensor.Dense{good, batch([]float64{1}, 1, 1)}, "layer: adapting Normalization: expected samples of shape [2] as in the first batch, got shape [1]"},
		{"axis", layer.Normalization{Axis: []int{2}}, []*tensor.Dense{good}, "layer: adapting Normalization: expected axes of samples of shape [2], from 1 to 1 or from -1 to -1, got 2"},
		{"NaN", layer.Normalization{}, []*tensor.Dense{batch([]float64{1, math.NaN()}, 1, 2)}, "layer: adapting Normalization: expected finite numbers, got NaN or infinity at place 1 along the axis"},
		{"integers", layer.Normalization{}, []*tensor.Dense{tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]int{1, 2}))}, "layer: adapting Normalization: expected float32 or float64 numbers, got int"},
	} {
		if _, err := c.layer.Adapt(c.data...); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, expected %s", c.name, err, c.want)
		}
	}
}
