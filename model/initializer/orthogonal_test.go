package initializer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/model/initializer"
	"gonum.org/v1/gonum/mat"
)

func TestOrthogonal(t *testing.T) {
	tests := []struct {
		gain  float64 // 0 means 1
		shape []int
	}{
		{0, []int{5, 5}},
		{0, []int{1, 1}},
		{0, []int{7, 3}},
		{0, []int{3, 7}},
		{0, []int{1, 4}},
		{0, []int{4, 1}},
		{0, []int{2, 3, 4}}, // taken as 6 rows of 4
		{0, []int{2, 2, 9}}, // taken as 4 rows of 9
		{2.5, []int{6, 4}},
		{-1, []int{4, 6}},
		{0, []int{150, 120}},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.gain, test.shape), func(t *testing.T) {
			w := fill(t, initializer.Orthogonal{Gain: test.gain}, 1, test.shape...)
			cols := test.shape[len(test.shape)-1]
			rows := len(w) / cols
			m := mat.NewDense(rows, cols, w)
			var product mat.Dense // of the shorter side with itself
			if rows >= cols {
				product.Mul(m.T(), m)
			} else {
				product.Mul(m, m.T())
			}
			square := 1.
			if test.gain != 0 {
				square = test.gain * test.gain
			}
			n, _ := product.Dims()
			for i := range n {
				for j := range n {
					want := 0.
					if i == j {
						want = square
					}
					if got := product.At(i, j); math.Abs(got-want) > 1e-12*square {
						t.Fatalf("product of %d and %d is %v, expected %v", i, j, got, want)
					}
				}
			}
		})
	}
}

// Every orthogonal matrix is equally likely, so each element is as often
// negative as positive, and so is the determinant.
func TestOrthogonalSigns(t *testing.T) {
	const draws, n = 4000, 3
	var positive [n * n]int
	determinants := 0
	for seed := range uint64(draws) {
		w := fill(t, initializer.Orthogonal{}, seed, n, n)
		for i, v := range w {
			if v > 0 {
				positive[i]++
			}
		}
		if mat.Det(mat.NewDense(n, n, w)) > 0 {
			determinants++
		}
	}
	const tolerance = 4 * 32 // four standard deviations of a fair coin thrown 4000 times
	for i, k := range append(positive[:], determinants) {
		if k < draws/2-tolerance || k > draws/2+tolerance {
			t.Errorf("element %d (%d is the determinant) is positive in %d of %d draws", i, n*n, k, draws)
		}
	}
}
