package data

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

func count32(shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(tensor.Range(tensor.Float32, 0, product(shape))))
}

func count64(shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(tensor.Range(tensor.Float64, 0, product(shape))))
}

func TestTake(t *testing.T) {
	transposed := count64(2, 3)
	if err := transposed.T(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		in    *tensor.Dense
		rows  []int
		want  any
		shape tensor.Shape
	}{
		{"vector", count32(4), []int{3, 0, 3}, []float32{3, 0, 3}, tensor.Shape{3}},
		{"one row of a vector", count32(4), []int{2}, []float32{2}, tensor.Shape{1}},
		{"column", count64(3, 1), []int{2, 1}, []float64{2, 1}, tensor.Shape{2, 1}},
		{"matrix", count64(3, 2), []int{2, 0}, []float64{4, 5, 0, 1}, tensor.Shape{2, 2}},
		{"rank 3", count32(2, 2, 2), []int{1}, []float32{4, 5, 6, 7}, tensor.Shape{1, 2, 2}},
		{"transposed", transposed, []int{2, 0}, []float64{2, 5, 0, 3}, tensor.Shape{2, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Take(c.in, c.rows)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got.Data()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.shape, got.Shape()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRows(t *testing.T) {
	in := count64(4, 3)
	got, err := Rows(in, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tensor.Shape{1, 3}, got.Shape()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float64{3, 4, 5}, got.Float64s()); diff != "" {
		t.Error(diff)
	}
	got.Float64s()[0] = -1
	if in.Float64s()[3] != -1 {
		t.Error("rows of a contiguous tensor do not share its memory")
	}
	if err := in.T(); err != nil {
		t.Fatal(err)
	}
	if got, err = Rows(in, 1, 3); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float64{1, 4, 7, 10, 2, 5, 8, 11}, got.Float64s()); diff != "" {
		t.Error(diff)
	}
}

func TestRowErrors(t *testing.T) {
	take := func(in tensor.Tensor, rows ...int) error { _, err := Take(in, rows); return err }
	rows := func(in tensor.Tensor, from, to int) error { _, err := Rows(in, from, to); return err }
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"no rows", take(count32(3)), "data: no rows to take"},
		{"past the end", take(count32(3, 2), 0, 3), "data: cannot take row 3 (place 1 of the list), want 0 to 2"},
		{"negative", take(count32(3, 2), -1), "cannot take row -1"},
		{"scalar", take(tensor.New(tensor.FromScalar(1.0)), 0), "data: tensor is a scalar"},
		{"int", take(tensor.New(tensor.WithBacking([]int{1, 2})), 0), "data: tensor of int, want float32 or float64"},
		{"nil", take(nil, 0), "data: tensor is nil"},
		{"empty range", rows(count32(3), 1, 1), "rows 1 to 1"},
		{"range past the end", rows(count32(3), 1, 4), "of 3"},
		{"negative range", rows(count32(3), -1, 2), "rows -1 to 2"},
		{"empty tensor", rows(tensor.New(tensor.WithShape(0, 2), tensor.WithBacking([]float64{})), 0, 1), "is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", c.err, c.want)
			}
		})
	}
}
