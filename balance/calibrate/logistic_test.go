package calibrate

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/mat"
)

// checkSlopes compares gradient and second derivatives with differences.
func checkSlopes(t *testing.T, at []float64, loss func([]float64) float64, gradient func(grad, at []float64), hessian func(*mat.SymDense, []float64)) {
	t.Helper()
	const h = 1e-5
	n := len(at)
	grad, up, down := make([]float64, n), make([]float64, n), make([]float64, n)
	second := mat.NewSymDense(n, nil)
	gradient(grad, at)
	hessian(second, at)
	for j := range at {
		step := func(by float64) []float64 {
			x := append([]float64(nil), at...)
			x[j] += by
			return x
		}
		if want := (loss(step(h)) - loss(step(-h))) / (2 * h); math.Abs(grad[j]-want) > 1e-8*(1+math.Abs(want)) {
			t.Errorf("slope %d: got %v, want %v", j, grad[j], want)
		}
		gradient(up, step(h))
		gradient(down, step(-h))
		for i := range at {
			if want := (up[i] - down[i]) / (2 * h); math.Abs(second.At(i, j)-want) > 1e-7*(1+math.Abs(want)) {
				t.Errorf("curvature %d, %d: got %v, want %v", i, j, second.At(i, j), want)
			}
		}
	}
}

func TestLogisticSlopes(t *testing.T) {
	x := make([]float64, len(skScore))
	for i, s := range skScore {
		x[i] = s * s
	}
	l := newLogistic([][]float64{skScore, x}, skTrue, skWeight)
	checkSlopes(t, []float64{.3, -.7, -.2}, l.loss, l.gradient, l.hessian)
}

// At the start the slopes are those of scaled columns, and the curvature is
// their correlation.
func TestLogisticScale(t *testing.T) {
	x := make([]float64, len(skScore))
	for i, s := range skScore {
		x[i] = 1e6 + s
	}
	l := newLogistic([][]float64{skScore, x}, skTrue, skWeight)
	h := mat.NewSymDense(3, nil)
	l.hessian(h, l.constant())
	want := []float64{1, 1, 0, 1, 1, 0, 0, 0, 1}
	if diff := cmp.Diff(want, mat.DenseCopyOf(h).RawMatrix().Data, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Error(diff)
	}
	if l.share <= 0 || l.share >= 1 {
		t.Errorf("share is %v", l.share)
	}
}
