package balance

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

func f32(shape []int, v ...float32) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v))
}

func f64(shape []int, v ...float64) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v))
}

type shape = []int

func TestCount(t *testing.T) {
	transposed := f64(shape{2, 3}, 0, 1, 0, 1, 0, 0) // columns become one-hot rows of two
	if err := transposed.T(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		y    tensor.Tensor
		kind Kind
		want Counts
	}{
		{"labels", f32(shape{5}, 0, 2, 2, 0, 2), Labels, Counts{{0, 2}, {2, 3}}},
		{"column", f64(shape{3, 1}, 1, 0, 1), Labels, Counts{{0, 1}, {1, 2}}},
		{"timesteps", f32(shape{2, 2}, 1, 0, 1, 1), Labels, Counts{{0, 1}, {1, 3}}},
		{"deep timesteps", f32(shape{2, 2, 1}, 1, 0, 1, 1), Labels, Counts{{0, 1}, {1, 3}}},
		{"negative", f64(shape{3}, -1, 1, -1), Labels, Counts{{-1, 2}, {1, 1}}},
		{"ints", tensor.New(tensor.WithBacking([]int64{3, 3, 1})), Labels, Counts{{1, 1}, {3, 2}}},
		{"bools", tensor.New(tensor.WithBacking([]bool{true, false, true})), Labels, Counts{{0, 1}, {1, 2}}},
		{"one row", f64(shape{1}, 4), Labels, Counts{{4, 1}}},
		{"one-hot", f32(shape{2, 3}, 0, 0, 1, 1, 0, 0), OneHot, Counts{{0, 1}, {2, 1}}},
		{"one-hot timesteps", f64(shape{1, 2, 2}, 0, 1, 0, 1), OneHot, Counts{{1, 2}}},
		{"largest", f32(shape{2}, maxClass, maxClass), Labels, Counts{{maxClass, 2}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Count(c.y, c.kind)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := Count(transposed, OneHot); err == nil || !strings.Contains(err.Error(), "row 2") {
		t.Errorf("transposed targets: got %v, want an error on row 2", err)
	}
	if got := (Counts{{0, 2}, {7, 3}}).Total(); got != 5 {
		t.Errorf("Total is %d, want 5", got)
	}
}

func TestCountErrors(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		y    tensor.Tensor
		kind Kind
		want string
	}{
		{"nil", nil, Labels, "balance: class weights need targets, there are none"},
		{"nil dense", (*tensor.Dense)(nil), OneHot, "need targets"},
		{"fraction", f32(shape{3}, 0, 1, .1), Labels, "balance: label 0.1 in row 2 is not a whole number"},
		{"NaN", f64(shape{2, 1}, 0, nan), Labels, "label NaN in row 1 is not a whole number"},
		{"infinite", f64(shape{2}, 0, math.Inf(-1)), Labels, "label -Inf in row 1 is not a whole number"},
		{"timestep", f32(shape{2, 3}, 0, 1, 0, 1, .25, 0), Labels, "label 0.25 in row 1, timestep 1 is"},
		{"too large", f64(shape{2}, 0, 1e12), Labels, "label 1e+12 in row 1 is too large"},
		{"2^31", f32(shape{1}, 1<<31), Labels, "too large"},
		{"-2^31", f64(shape{1}, -1<<31), Labels, "too large"},
		{"too small", f32(shape{2}, 0, -1<<25), Labels, "too large"},
		{"scalar", tensor.New(tensor.FromScalar(1.0)), Labels, "need labels of shape (n), (n,1), (n,T) or (n,T,1), have ()"},
		{"rank 3", f32(shape{1, 2, 2}, 0, 0, 0, 0), Labels, "have (1, 2, 2)"},
		{"rank 4", f32(shape{1, 1, 2, 1}, 0, 0), Labels, "have (1, 1, 2, 1)"},
		{"empty", tensor.New(tensor.WithShape(0, 2), tensor.WithBacking([]float32{})), Labels, "empty"},
		{"strings", tensor.New(tensor.WithBacking([]string{"a", "b"})), Labels, "balance: targets: data: cannot convert string"},
		{"one-hot vector", f32(shape{2}, 0, 1), OneHot, "one-hot targets of shape (n,K) or (n,T,K), have (2)"},
		{"no 1", f32(shape{2, 2}, 0, 1, 0, 0), OneHot, "balance: row 1 is not one-hot"},
		{"two 1", f64(shape{2, 2}, 1, 1, 0, 1), OneHot, "row 0 is not one-hot, want a single 1 among zeros: class weights need one class per row, use sample weights"},
		{"smoothed", f64(shape{1, 2}, .1, .9), OneHot, "row 0 is not one-hot"},
		{"1 and NaN", f64(shape{1, 2}, 1, nan), OneHot, "row 0 is not one-hot"},
		{"a single 2", f64(shape{1, 2}, 2, 0), OneHot, "row 0 is not one-hot"},
		{"deep one-hot", f32(shape{1, 2, 2}, 0, 1, 1, 1), OneHot, "row 0, timestep 1 is not one-hot"},
		{"kind", f32(shape{1}, 0), 3, "unknown kind of targets 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Count(c.y, c.kind); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
