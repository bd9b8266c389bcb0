package layer_test

import (
	"testing"

	"github.com/counterweight-go/counterweight/model/layer"
)

// mergeCases are cases of the layers that merge their inputs.
func mergeCases() []layerCase {
	step, flat := []int{3, 2}, []int{3}
	all := []layerCase{
		{name: "subtract", layer: layer.Subtract{}, in: step, more: [][]int{step}, out: step, mask: merges},
		{name: "subtract with repetition", layer: layer.Subtract{}, in: flat, more: [][]int{{2, 3}}, out: []int{2, 3}},
		{name: "concatenate", layer: layer.Concatenate{}, in: step, more: [][]int{{3, 1}}, out: []int{3, 3}, mask: merges},
		{name: "concatenate in time", layer: layer.Concatenate{Axis: 1}, in: step, more: [][]int{{1, 2}, {2, 2}}, out: []int{6, 2}, mask: merges},
		{name: "concatenate flat samples", layer: layer.Concatenate{}, in: flat, more: [][]int{{1}}, out: []int{4}},
		{name: "concatenate one", layer: layer.Concatenate{Axis: -2}, in: step, out: step, mask: merges},
		{name: "concatenate images", layer: layer.Concatenate{Axis: 2}, in: []int{2, 2, 3}, more: [][]int{{2, 1, 3}}, out: []int{2, 3, 3}, mask: merges},
		{name: "dot", layer: layer.Dot{Axes: [2]int{1, 1}}, in: flat, more: [][]int{flat}, out: []int{1}},
		{name: "dot of sequences", layer: layer.Dot{Axes: [2]int{2, 1}}, in: []int{3, 4}, more: [][]int{{4, 2}}, out: []int{3, 2}},
		{name: "dot along time", layer: layer.Dot{Axes: [2]int{1, 1}, Normalize: true}, in: step, more: [][]int{{3, 4}}, out: []int{2, 4}},
		{name: "dot of a flat sample", layer: layer.Dot{Axes: [2]int{-1, -1}, Normalize: true}, in: flat, more: [][]int{{2, 2, 3}}, out: []int{2, 2}},
	}
	for _, l := range []layer.Layer{layer.Multiply{}, layer.Average{}, layer.Maximum{}, layer.Minimum{}} {
		all = append(all,
			layerCase{name: l.Class(), layer: l, in: step, more: [][]int{step, step}, out: step, mask: merges},
			layerCase{name: l.Class() + " of flat samples", layer: l, in: flat, more: [][]int{flat}, out: flat},
			layerCase{name: l.Class() + " with repetition", layer: l, in: []int{1, 3}, more: [][]int{{2, 2, 1}, {3}}, out: []int{2, 2, 3}},
		)
	}
	return all
}

func TestMergeErrors(t *testing.T) {
	for _, test := range []struct {
		name  string
		layer layer.Layer
		in    [][]int
		want  string
	}{
		{"subtract of three", layer.Subtract{}, [][]int{{1}, {1}, {1}}, "expected two inputs, got 3"},
		{"subtract of one", layer.Subtract{}, [][]int{{1}}, "expected two inputs, got 1"},
		{"multiply of one", layer.Multiply{}, [][]int{{1}}, "expected two or more inputs, got 1"},
		{"average that does not fit", layer.Average{}, [][]int{{2}, {3}}, "expected inputs that agree in size, or have size 1, along each axis, got shapes [[2] [3]]"},
		{"maximum of one", layer.Maximum{}, [][]int{{1}}, "expected two or more inputs, got 1"},
		{"minimum of one", layer.Minimum{}, [][]int{{1}}, "expected two or more inputs, got 1"},
		{"concatenate nothing", layer.Concatenate{}, nil, "expected one or more inputs, got none"},
		{"concatenate along no axis", layer.Concatenate{Axis: 3}, [][]int{{2, 2}}, "expected an axis from 1 to 2 or from -2 to -1, got 3"},
		{"concatenate the batch", layer.Concatenate{Axis: -3}, [][]int{{2, 2}}, "expected an axis from 1 to 2 or from -2 to -1, got -3"},
		{"concatenate that does not fit", layer.Concatenate{}, [][]int{{2, 2}, {3, 2}}, "expected inputs that agree in size along each axis but axis -1, got shapes [[2 2] [3 2]]"},
		{"concatenate of different axes", layer.Concatenate{}, [][]int{{2, 2}, {2}}, "expected inputs that agree in size along each axis but axis -1, got shapes [[2 2] [2]]"},
		{"dot of one", layer.Dot{Axes: [2]int{1, 1}}, [][]int{{1}}, "expected two inputs, got 1"},
		{"dot over the batch", layer.Dot{}, [][]int{{2}, {2}}, "expected an axis from 1 to 1 or from -1 to -1, got 0"},
		{"dot that does not fit", layer.Dot{Axes: [2]int{1, 2}}, [][]int{{2}, {2, 3}}, "expected axes of one size, got 2 and 3 of shapes [[2] [2 3]]"},
	} {
		if _, err := layer.Build(test.layer, test.in); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, expected %s", test.name, err, test.want)
		}
	}
}

func TestMergeNames(t *testing.T) {
	for class, l := range map[string]layer.Layer{
		"Subtract": layer.Subtract{Name: "n"}, "Multiply": layer.Multiply{Name: "n"}, "Average": layer.Average{Name: "n"},
		"Maximum": layer.Maximum{Name: "n"}, "Minimum": layer.Minimum{Name: "n"}, "Concatenate": layer.Concatenate{Name: "n"}, "Dot": layer.Dot{Name: "n"},
	} {
		if l.Class() != class || l.GivenName() != "n" {
			t.Errorf("%T: class %q and name %q, expected %q and %q", l, l.Class(), l.GivenName(), class, "n")
		}
	}
}
