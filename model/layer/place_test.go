package layer_test

import (
	"testing"

	"github.com/counterweight-go/counterweight/model/layer"
)

// placeCases are cases of the layers that move elements.
func placeCases() []layerCase {
	image := []int{2, 3, 2}
	return []layerCase{
		{name: "reshape", layer: layer.Reshape{TargetShape: []int{-1, 2}}, in: []int{2, 3}, out: []int{3, 2}},
		{name: "reshape to a flat sample", layer: layer.Reshape{TargetShape: []int{12}}, in: image, out: []int{12}},
		{name: "permute", layer: layer.Permute{Dims: []int{2, 1}}, in: []int{2, 3}, out: []int{3, 2}},
		{name: "permute images", layer: layer.Permute{Dims: []int{2, 1, 3}}, in: []int{2, 4, 3}, out: []int{4, 2, 3}},
		{name: "permute all axes", layer: layer.Permute{Dims: []int{3, 1, 2}}, in: []int{2, 4, 3}, out: []int{3, 2, 4}},
		{name: "repeat vector", layer: layer.RepeatVector{N: 3}, in: []int{2}, out: []int{3, 2}},
		{name: "cropping 1d", layer: layer.Cropping1D{}, in: []int{4, 2}, out: []int{2, 2}},
		{name: "cropping 1d at the end", layer: layer.Cropping1D{Cropping: [2]int{0, 2}}, in: []int{4, 2}, out: []int{2, 2}},
		{name: "cropping 1d of nothing", layer: layer.Cropping1D{Cropping: [2]int{layer.None, layer.None}}, in: []int{4, 2}, out: []int{4, 2}},
		{name: "cropping 2d of nothing", layer: layer.Cropping2D{}, in: image, out: image},
		{name: "cropping 2d", layer: layer.Cropping2D{Cropping: [2][2]int{{1, 0}, {1, 1}}}, in: image, out: []int{1, 1, 2}},
		{name: "zero padding 1d", layer: layer.ZeroPadding1D{}, in: []int{2, 2}, out: []int{4, 2}},
		{name: "zero padding 1d at the start", layer: layer.ZeroPadding1D{Padding: [2]int{2, 0}}, in: []int{2, 2}, out: []int{4, 2}},
		{name: "zero padding 2d", layer: layer.ZeroPadding2D{}, in: image, out: []int{4, 5, 2}},
		{name: "zero padding 2d of columns", layer: layer.ZeroPadding2D{Padding: [2][2]int{{}, {0, 2}}}, in: image, out: []int{2, 5, 2}},
		{name: "up-sampling 1d", layer: layer.UpSampling1D{}, in: []int{3, 2}, out: []int{6, 2}},
		{name: "up-sampling 2d", layer: layer.UpSampling2D{Size: [2]int{1, 3}}, in: image, out: []int{2, 9, 2}},
		{name: "up-sampling 2d, bilinear", layer: layer.UpSampling2D{Size: [2]int{3, 0}, Interpolation: layer.Bilinear}, in: image, out: []int{6, 6, 2}},
	}
}

func TestPlaceErrors(t *testing.T) {
	for _, test := range []struct {
		name  string
		layer layer.Layer
		in    []int
		want  string
	}{
		{"reshape to nothing", layer.Reshape{}, []int{4}, "expected a target shape with at least one axis, got none"},
		{"reshape to another size", layer.Reshape{TargetShape: []int{3}}, []int{2, 2}, "expected a target shape of 4 elements, as those of shape [2 2], got [3]"},
		{"reshape to what does not divide", layer.Reshape{TargetShape: []int{3, -1}}, []int{2, 2}, "expected a target shape of 4 elements, as those of shape [2 2], got [3 -1]"},
		{"reshape with two open sizes", layer.Reshape{TargetShape: []int{-1, -1}}, []int{4}, "expected sizes of at least 1, and at most one of -1, got target shape [-1 -1]"},
		{"reshape to size 0", layer.Reshape{TargetShape: []int{0, -1}}, []int{4}, "expected sizes of at least 1, and at most one of -1, got target shape [0 -1]"},
		{"permute of too few axes", layer.Permute{Dims: []int{1}}, []int{2, 3}, "expected the numbers from 1 to 2, for samples of shape [2 3], in some order, got [1]"},
		{"permute twice the same", layer.Permute{Dims: []int{1, 1}}, []int{2, 3}, "expected the numbers from 1 to 2, for samples of shape [2 3], in some order, got [1 1]"},
		{"repeat never", layer.RepeatVector{}, []int{2}, "expected at least 1 repetition, got 0"},
		{"repeat sequences", layer.RepeatVector{N: 2}, []int{2, 3}, "expected flat samples, got shape [2 3]"},
		{"crop flat samples", layer.Cropping1D{}, []int{4}, "expected sequences, of shape (timesteps, features), got shape [4]"},
		{"crop all", layer.Cropping1D{Cropping: [2]int{1, 1}}, []int{2, 1}, "expected a cropping that leaves something of axis 0, got [1 1] for shape [2 1]"},
		{"crop less than nothing", layer.Cropping2D{Cropping: [2][2]int{{0, -1}, {}}}, []int{2, 2, 1}, "expected a cropping of at least 0, got [0 -1]"},
		{"pad sequences as images", layer.ZeroPadding2D{}, []int{2, 2}, "expected images, of shape (rows, columns, channels), got shape [2 2]"},
		{"pad less than nothing", layer.ZeroPadding1D{Padding: [2]int{-2, 1}}, []int{2, 2}, "expected a padding of at least 0, got [-2 1]"},
		{"up-sampling of flat samples", layer.UpSampling1D{}, []int{2}, "expected sequences, of shape (timesteps, features), got shape [2]"},
		{"up-sampling to less", layer.UpSampling1D{Size: -1}, []int{2, 2}, "expected a size of at least 1, got -1"},
		{"up-sampling of one axis", layer.UpSampling2D{Size: [2]int{2, -2}}, []int{2, 2, 1}, "expected a size of at least 1, got [2 -2]"},
		{"unknown interpolation", layer.UpSampling2D{Interpolation: 2}, []int{2, 2, 1}, "unknown interpolation 2"},
	} {
		if _, err := layer.Build(test.layer, [][]int{test.in}); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, expected %s", test.name, err, test.want)
		}
	}
}

func TestPlaceNames(t *testing.T) {
	for class, l := range map[string]layer.Layer{
		"Reshape": layer.Reshape{Name: "n"}, "Permute": layer.Permute{Name: "n"}, "RepeatVector": layer.RepeatVector{Name: "n"},
		"Cropping1D": layer.Cropping1D{Name: "n"}, "Cropping2D": layer.Cropping2D{Name: "n"},
		"ZeroPadding1D": layer.ZeroPadding1D{Name: "n"}, "ZeroPadding2D": layer.ZeroPadding2D{Name: "n"},
		"UpSampling1D": layer.UpSampling1D{Name: "n"}, "UpSampling2D": layer.UpSampling2D{Name: "n"},
	} {
		if l.Class() != class || l.GivenName() != "n" {
			t.Errorf("%T: class %q and name %q, expected %q and %q", l, l.Class(), l.GivenName(), class, "n")
		}
	}
	for name, i := range map[string]layer.Interpolation{"nearest": layer.Nearest, "bilinear": layer.Bilinear, "Interpolation(7)": 7} {
		if i.String() != name {
			t.Errorf("interpolation %d is %s, expected %s", int(i), i, name)
		}
	}
}
