package data

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

func matrix64(rows, cols int, v ...float64) *tensor.Dense {
	return tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(v))
}

func TestStandardScaler(t *testing.T) {
	x := matrix64(4, 3, 1, 7, 0.1, 2, 7, 0.1, 3, 7, 0.1, 4, 7, 0.1)
	var s StandardScaler
	if err := s.Fit(x); err != nil {
		t.Fatal(err)
	}
	sd := math.Sqrt(1.25)
	if diff := cmp.Diff(StandardScaler{Mean: []float64{2.5, 7, 0.1}, Scale: []float64{sd, 1, 1}}, s, cmpopts.EquateApprox(0, 1e-15)); diff != "" {
		t.Error(diff)
	}
	z, err := s.Transform(x)
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{-1.5 / sd, 0, 0, -.5 / sd, 0, 0, .5 / sd, 0, 0, 1.5 / sd, 0, 0}
	if diff := cmp.Diff(want, z.Float64s(), cmpopts.EquateApprox(0, 1e-15)); diff != "" {
		t.Error(diff)
	}
	back, err := s.Inverse(z)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(x.Float64s(), back.Float64s(), cmpopts.EquateApprox(0, 1e-15)); diff != "" {
		t.Error(diff)
	}
}

func TestScalerKeepsDigits(t *testing.T) {
	// A large offset: the sum of squares alone would lose all digits.
	x := matrix64(3, 1, 1e9, 1e9+1, 1e9+2)
	var s StandardScaler
	if err := s.Fit(x); err != nil {
		t.Fatal(err)
	}
	if want := math.Sqrt(2.0 / 3); s.Mean[0] != 1e9+1 || math.Abs(s.Scale[0]-want) > 1e-12 {
		t.Errorf("mean %v, scale %v, want 1000000001, %v", s.Mean[0], s.Scale[0], want)
	}
	// 0.1 + 0.2 and 0.3 differ by rounding only.
	tenth := 0.1
	if err := s.Fit(matrix64(2, 1, tenth+0.2, 0.3)); err != nil {
		t.Fatal(err)
	}
	if s.Scale[0] != 1 {
		t.Errorf("scale %v of a column constant up to rounding, want 1", s.Scale[0])
	}
}

func TestScalerFloat32AndViews(t *testing.T) {
	x := count32(2, 4)
	if err := x.T(); err != nil { // (4,2): columns 0..3 and 4..7
		t.Fatal(err)
	}
	var s StandardScaler
	if err := s.Fit(x); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float64{1.5, 5.5}, s.Mean); diff != "" {
		t.Error(diff)
	}
	z, err := s.Transform(x)
	if err != nil {
		t.Fatal(err)
	}
	if z.Dtype() != tensor.Float32 || !cmp.Equal(z.Shape(), tensor.Shape{4, 2}) {
		t.Errorf("got %v of %v, want (4, 2) of float32", z.Shape(), z.Dtype())
	}
	if one, err := s.Transform(count32(1, 2)); err != nil || one.Shape()[0] != 1 {
		t.Errorf("one row: %v", err)
	}
}

func TestScalerErrors(t *testing.T) {
	fitted := &StandardScaler{Mean: []float64{0, 0}, Scale: []float64{1, 1}}
	fit := func(x tensor.Tensor) error { return new(StandardScaler).Fit(x) }
	transform := func(s *StandardScaler, x tensor.Tensor) error { _, err := s.Transform(x); return err }
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"NaN", fit(matrix64(2, 2, 1, 2, 3, math.NaN())), "data: NaN in row 1, column 1"},
		{"infinity", fit(matrix64(2, 2, 1, math.Inf(-1), 3, 4)), "data: -Inf in row 0, column 1"},
		{"vector", fit(count32(3)), "data: tensor of shape (3), want (rows, columns)"},
		{"nil", fit(nil), "data: tensor is nil"},
		{"not fitted", transform(new(StandardScaler), count32(2, 2)), "not fitted"},
		{"columns", transform(fitted, count32(2, 3)), "3 columns, the standard scaler was fitted on 2"},
		{"NaN later", transform(fitted, matrix64(2, 2, 1, 2, math.NaN(), 4)), "data: NaN in row 1, column 0"},
		{"vector later", transform(fitted, count32(2)), "want (rows, columns)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", c.err, c.want)
			}
		})
	}
	kept := StandardScaler{Mean: []float64{1}, Scale: []float64{2}}
	if err := kept.Fit(matrix64(1, 1, math.NaN())); err == nil || kept.Mean[0] != 1 {
		t.Error("a failed Fit changed the scaler")
	}
}

// Scaled columns have mean 0 and standard deviation 1, and Inverse undoes it.
func TestScalerProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(1, 20).Draw(t, "rows"), rapid.IntRange(1, 4).Draw(t, "cols")
		v := rapid.SliceOfN(rapid.Float64Range(-1e3, 1e3), rows*cols, rows*cols).Draw(t, "x")
		x := matrix64(rows, cols, v...)
		var s StandardScaler
		if err := s.Fit(x); err != nil {
			t.Fatal(err)
		}
		z, err := s.Transform(x)
		if err != nil {
			t.Fatal(err)
		}
		for j := range cols {
			if s.Scale[j] < 1e-6 || s.Scale[j] == 1 {
				continue
			}
			var sum, squares float64
			for i := range rows {
				e := z.Float64s()[i*cols+j]
				sum += e
				squares += e * e
			}
			n := float64(rows)
			if math.Abs(sum/n) > 1e-6 || math.Abs(squares/n-1) > 1e-6 {
				t.Fatalf("column %d: mean %v, mean square %v", j, sum/n, squares/n)
			}
		}
		back, err := s.Inverse(z)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(v, back.Float64s(), cmpopts.EquateApprox(1e-12, 1e-9)); diff != "" {
			t.Fatal(diff)
		}
	})
}
