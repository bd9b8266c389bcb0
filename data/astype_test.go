package data

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

func TestAsTypeDtypes(t *testing.T) {
	for name, backing := range map[string]any{
		"float32": []float32{0, 1, 2, 3, 4, 5},
		"float64": []float64{0, 1, 2, 3, 4, 5},
		"int":     []int{0, 1, 2, 3, 4, 5},
		"int8":    []int8{0, 1, 2, 3, 4, 5},
		"int16":   []int16{0, 1, 2, 3, 4, 5},
		"int32":   []int32{0, 1, 2, 3, 4, 5},
		"int64":   []int64{0, 1, 2, 3, 4, 5},
		"uint":    []uint{0, 1, 2, 3, 4, 5},
		"uint8":   []uint8{0, 1, 2, 3, 4, 5},
		"uint16":  []uint16{0, 1, 2, 3, 4, 5},
		"uint32":  []uint32{0, 1, 2, 3, 4, 5},
		"uint64":  []uint64{0, 1, 2, 3, 4, 5},
	} {
		t.Run(name, func(t *testing.T) {
			in := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking(backing))
			a, err := AsType(in, tensor.Float32)
			if err != nil {
				t.Fatal(err)
			}
			b, err := AsType(in, tensor.Float64)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]float32{0, 1, 2, 3, 4, 5}, a.Float32s()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]float64{0, 1, 2, 3, 4, 5}, b.Float64s()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tensor.Shape{2, 3}, b.Shape()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAsTypeBoolViewScalarSparse(t *testing.T) {
	bools := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]bool{true, false, false, true}))
	column, err := bools.Slice(nil, tensor.S(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		in    tensor.Tensor
		want  []float64
		shape tensor.Shape
	}{
		{"bool", bools, []float64{1, 0, 0, 1}, tensor.Shape{2, 2}},
		{"column of bools", column, []float64{0, 1}, tensor.Shape{2}},
		{"scalar", tensor.New(tensor.FromScalar(int32(7))), []float64{7}, tensor.Shape{}},
		{"one element", tensor.New(tensor.WithShape(1, 1), tensor.AsFortran([]int{7})), []float64{7}, tensor.Shape{1, 1}},
		{"sparse", tensor.CSRFromCoord(tensor.Shape{2, 3}, []int{0, 1}, []int{2, 0}, []float64{5, 6}), []float64{0, 0, 5, 6, 0, 0}, tensor.Shape{2, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := AsType(c.in, tensor.Float64)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got.Float64s()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.shape, got.Shape()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAsTypeSharesOnlyWhenNothingIsToBeDone(t *testing.T) {
	in := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 2, 3, 4}))
	if same, err := AsType(in, tensor.Float64); err != nil || same != in {
		t.Errorf("got %p, %v, want the input %p itself", same, err, in)
	}
	if err := in.T(); err != nil {
		t.Fatal(err)
	}
	out, err := AsType(in, tensor.Float64)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float64{1, 3, 2, 4}, out.Float64s()); diff != "" {
		t.Error(diff)
	}
	out.Float64s()[0] = 9
	if in.Float64s()[0] != 1 {
		t.Error("the result shares memory with a transposed input")
	}
}

func TestAsTypeErrors(t *testing.T) {
	masked := tensor.New(tensor.WithShape(2), tensor.WithBacking([]float64{1, 2}, []bool{false, true}))
	for _, c := range []struct {
		name string
		in   tensor.Tensor
		dt   tensor.Dtype
		want string
	}{
		{"nil", nil, tensor.Float32, "data: tensor is nil"},
		{"nil dense", (*tensor.Dense)(nil), tensor.Float32, "data: tensor is nil"},
		{"zero dense", new(tensor.Dense), tensor.Float32, "data: tensor is nil"},
		{"strings", tensor.New(tensor.WithBacking([]string{"a", "b"})), tensor.Float32, "cannot convert string to float32"},
		{"complex", tensor.New(tensor.WithBacking([]complex128{1, 2})), tensor.Float64, "cannot convert complex128"},
		{"to int", tensor.New(tensor.WithBacking([]int{1, 2})), tensor.Int, "want float32 or float64"},
		{"masked", masked, tensor.Float64, "masked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := AsType(c.in, c.dt); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// Any chain of slices and transposes of either layout reads as At does.
func TestAsTypeLayouts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(2, 5), 1, 4).Draw(t, "shape")
		backing := make([]int, product(shape))
		for i := range backing {
			backing[i] = i
		}
		back := tensor.WithBacking(backing)
		if rapid.Bool().Draw(t, "column-major") {
			back = tensor.AsFortran(backing)
		}
		d := tensor.New(tensor.WithShape(shape...), back)
		for range rapid.IntRange(0, 2).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "transpose") {
				axes := make([]int, d.Dims())
				for i := range axes {
					axes[i] = i
				}
				axes = rapid.Permutation(axes).Draw(t, "axes")
				if d.IsView() || d.Dims() < 2 || d.IsVector() {
					continue // the library cannot transpose these
				}
				if err := d.T(axes...); err != nil {
					t.Fatal(err)
				}
				continue
			}
			slices := make([]tensor.Slice, d.Dims())
			for i, n := range d.Shape() {
				from := rapid.IntRange(0, n-1).Draw(t, "from")
				slices[i] = tensor.S(from, rapid.IntRange(from+1, n).Draw(t, "to"))
			}
			if len(d.Strides()) != d.Dims() {
				continue // the library cannot slice column-major vectors of two axes
			}
			v, err := d.Slice(slices...)
			if err != nil {
				t.Fatal(err)
			}
			if v.Dims() == 0 {
				break
			}
			d = v.(*tensor.Dense)
		}
		got, err := AsType(d, tensor.Float64)
		if err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(d.Shape(), got.Shape()) {
			t.Fatalf("shape %v, want %v", got.Shape(), d.Shape())
		}
		at := make([]int, d.Dims())
		for i, v := range got.Float64s() {
			rest := i
			for axis := d.Dims() - 1; axis >= 0; axis-- {
				at[axis], rest = rest%d.Shape()[axis], rest/d.Shape()[axis]
			}
			want, err := d.At(at...)
			if err != nil {
				t.Fatal(err)
			}
			if v != float64(want.(int)) {
				t.Fatalf("element %v is %v, want %v", at, v, want)
			}
		}
	})
}
