package layer_test

import (
	"fmt"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// What Keras 3.15 makes of three masked inputs, or of two beside one without a
// mask.
func TestMaskedMerges(t *testing.T) {
	xs := [][]float64{
		{2.04, -2.56, 0.42, -0.57, -0.45, -0.22, -2.02, -0.23, -0.87, 3.32, 0.23, -0.35},
		{-0.28, -0.67, -1.06, -0.39, 0.48, -0.24, 0.96, -0.2, 0.02, 1.55, 0.55, -0.51},
		{-0.18, 0.54, 1.94, -0.27, -0.24, 1.0, -0.89, -0.29, 0.88, 0.58, 0.09, 0.67},
	}
	masks := [][]float64{{1, 0, 1, 0, 0, 1}, {1, 1, 0, 0, 1, 1}, {0, 1, 0, 0, 1, 0}}
	all, second, first := []bool{true, true, true}, []bool{true, false, true}, []bool{false, true, true}
	union := []float64{1, 1, 1, 0, 1, 1}
	for _, test := range []struct {
		layer  layer.Layer
		masked []bool
		want   []float64 // nil for what the masks do not change
		mask   []float64 // nil for none
	}{
		{layer.Multiply{}, all, []float64{-0.5712, 1.7152, -2.0564, 0.1053, -0.45, -0.22, 0, 0, 0.0176, 0.899, 0.1265, 0.1785}, union},
		{layer.Multiply{}, second, []float64{-0.5712, 1.7152, -2.0564, 0.1053, -0.216, 0.0528, 0.96, -0.2, 0.0176, 0.899, 0.1265, 0.1785}, nil},
		{layer.Multiply{}, first, []float64{-0.5712, 1.7152, -0.863688, -0.060021, -0.45, -0.22, -2.02, -0.23, -0.015312, 2.98468, 0.1265, 0.1785}, nil},
		{layer.Maximum{}, all, []float64{2.04, -0.67, 1.94, -0.27, -0.45, -0.22, -2.02, -0.23, 0.88, 1.55, 0.55, -0.35}, union},
		{layer.Maximum{}, second, []float64{2.04, -0.67, 1.94, -0.27, 0.48, -0.22, 0.96, -0.2, 0.88, 1.55, 0.55, -0.35}, nil},
		{layer.Maximum{}, first, []float64{2.04, -0.67, 1.94, -0.27, -0.45, -0.22, -2.02, -0.23, 0.88, 3.32, 0.55, -0.35}, nil},
		{layer.Minimum{}, all, []float64{-0.28, -2.56, -1.06, -0.39, -0.45, -0.22, -2.02, -0.23, 0.02, 0.58, 0.23, -0.51}, union},
		{layer.Minimum{}, second, []float64{-0.28, -2.56, -1.06, -0.39, -0.45, -0.24, 0.96, -0.2, 0.02, 0.58, 0.23, -0.51}, nil},
		{layer.Minimum{}, first, []float64{-0.28, -2.56, -1.06, -0.57, -0.45, -0.22, -2.02, -0.23, -0.87, 0.58, 0.23, -0.51}, nil},
		{layer.Average{}, all, []float64{0.526667, -0.896667, 0.433333, -0.41, -0.07, 0.18, -0.65, -0.24, 0.01, 1.816667, 0.29, -0.063333}, union},
		{layer.Concatenate{Axis: 1}, all, nil, []float64{1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0}},
		{layer.Concatenate{Axis: 1}, second, nil, []float64{1, 0, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0}},
		{layer.Concatenate{}, all, nil, union},
	} {
		name := fmt.Sprint(test.layer.Class(), test.masked)
		var y *engine.Tensor
		plan, err := engine.Build(tensor.Float64, false, &op.State{}, func(g *engine.Graph) (*engine.Tensor, []*engine.Tensor, error) {
			call := layer.Call{Graph: g, Name: "layer"}
			add := func(name string, values []float64, shape ...int) *engine.Tensor {
				x, err := g.Param(&engine.Param{Name: name, Value: vectors.Array{Shape: shape, Data: values}.Tensor(tensor.Float64)})
				if err != nil {
					t.Fatal(err)
				}
				return x
			}
			for i, masked := range test.masked {
				x := add(fmt.Sprint("x", i), xs[i], 2, 3, 2)
				if masked {
					x = x.WithMask(add(fmt.Sprint("mask", i), masks[i], 2, 3))
				}
				call.Inputs = append(call.Inputs, x)
			}
			ys, err := layer.Apply(test.layer, call)
			if err != nil {
				t.Fatal(err)
			}
			y = ys[0]
			if y.Mask != nil {
				ys = append(ys, y.Mask)
			}
			return nil, ys, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := plan.Run(); err != nil {
			t.Fatal(err)
		}
		if test.want != nil {
			near(t, name, vectors.Floats(plan.Dense(y)), test.want, 2e-6)
		}
		if (y.Mask != nil) != (test.mask != nil) {
			t.Errorf("%s: a mask is %v, expected %v", name, y.Mask != nil, test.mask != nil)
		} else if y.Mask != nil {
			near(t, name+" mask", vectors.Floats(plan.Dense(y.Mask)), test.mask, 0)
		}
	}
}

// A mask of one timestep counts for all timesteps of the others, as in Keras.
func TestMaskOfOneTimestep(t *testing.T) {
	var y *engine.Tensor
	plan, err := engine.Build(tensor.Float64, false, &op.State{}, func(g *engine.Graph) (*engine.Tensor, []*engine.Tensor, error) {
		add := func(name string, values []float64, shape ...int) *engine.Tensor {
			x, err := g.Param(&engine.Param{Name: name, Value: vectors.Array{Shape: shape, Data: values}.Tensor(tensor.Float64)})
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		one := add("one", []float64{1, 2}, 2, 1, 1).WithMask(add("mask of one", []float64{0, 1}, 2, 1))
		three := add("three", []float64{1, 2, 3, 4, 5, 6}, 2, 3, 1).WithMask(add("mask of three", []float64{0, 1, 1, 0, 0, 0}, 2, 3))
		ys, err := layer.Apply(layer.Add{}, layer.Call{Graph: g, Name: "add", Inputs: []*engine.Tensor{one, three}})
		if err != nil {
			return nil, nil, err
		}
		y = ys[0]
		return nil, []*engine.Tensor{y, y.Mask}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Run(); err != nil {
		t.Fatal(err)
	}
	near(t, "sum", vectors.Floats(plan.Dense(y)), []float64{2, 3, 4, 6, 7, 8}, 0)
	near(t, "mask", vectors.Floats(plan.Dense(y.Mask)), []float64{0, 1, 1, 1, 1, 1}, 0)
}
