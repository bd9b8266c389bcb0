package kernel

import (
	"fmt"
	"math"
	"testing"
)

// Lamb, Adafactor and Muon look at a weight whole. Here they are again in plain
// float64.

func TestLambAgainstFormula(t *testing.T) { both(t, testLamb[float32], testLamb[float64]) }

func testLamb[T Float](t *testing.T) {
	const n = 13
	start := random[float64](1, n)
	w, m, v := convert[T](start), make([]T, n), make([]T, n)
	plain, pm, pv := convert[float64](w), make([]float64, n), make([]float64, n)
	for step := range 4 {
		g := convert[T](random[float64](uint64(2+step), n))
		Lamb(w, g, m, v, scale, rate, mu, rho, small, 3, 5)
		r := make([]float64, n)
		var size, length float64
		for i := range r {
			gi := scale * float64(g[i])
			pm[i] = mu*pm[i] + (1-mu)*gi
			pv[i] = rho*pv[i] + (1-rho)*gi*gi
			r[i] = 3 * pm[i] / (math.Sqrt(5*pv[i]) + small)
			size += plain[i] * plain[i]
			length += r[i] * r[i]
		}
		for i := range r {
			plain[i] -= rate * math.Sqrt(size/length) * r[i]
		}
		near(t, fmt.Sprint("step ", step), w, plain, 50*epsilon[T](), 50*epsilon[T]())
	}
	// Where one of the norms is 0 the step is the rate alone.
	w, m, v = []T{0, 0}, make([]T, 2), make([]T, 2)
	Lamb(w, []T{1, -1}, m, v, 1, 0.5, 0, 0, 0, 1, 1)
	near(t, "from zero", w, []float64{-0.5, 0.5}, 1e-6, 0)
	w = []T{3, 4}
	Lamb(w, []T{0, 0}, make([]T, 2), make([]T, 2), 1, 0.5, 0, 0, small, 1, 1)
	near(t, "without a gradient", w, []float64{3, 4}, 0, 0)
	Lamb[T](nil, nil, nil, nil, 1, 0.5, 0, 0, 0, 1, 1)
}

func TestAdafactorAgainstFormula(t *testing.T) {
	both(t, testAdafactor[float32], testAdafactor[float64])
}

func testAdafactor[T Float](t *testing.T) {
	const matrices, rows, cols, eps, clip, step = 2, 3, 4, 1e-3, 0.5, 0.1
	const n = matrices * rows * cols
	w := convert[T](random[float64](1, n))
	flat, plain, plainFlat := convert[T](w), convert[float64](w), convert[float64](w)
	r, c, v, fv := make([]T, matrices*rows), make([]T, matrices*cols), make([]T, n), make([]T, n)
	pr, pc, pv, pfv := make([]float64, len(r)), make([]float64, len(c)), make([]float64, n), make([]float64, n)
	for round, beta := range []float64{0, 0.4, 0.7} {
		g := convert[T](random[float64](uint64(2+round), n))
		AdafactorFactored(w, g, r, c, v, rows, cols, scale, step, beta, eps, clip)
		Adafactor(flat, g, fv, scale, step, beta, eps, clip)
		square := make([]float64, n)
		for i := range square {
			gi := scale * float64(g[i])
			square[i] = gi*gi + eps
			pfv[i] = beta*pfv[i] + (1-beta)*square[i]
		}
		for k := range matrices {
			var mean float64
			for i := range rows {
				var sum float64
				for j := range cols {
					sum += square[(k*rows+i)*cols+j]
				}
				pr[k*rows+i] = beta*pr[k*rows+i] + (1-beta)*sum/cols
				mean += pr[k*rows+i] / rows
			}
			for j := range cols {
				var sum float64
				for i := range rows {
					sum += square[(k*rows+i)*cols+j]
				}
				pc[k*cols+j] = beta*pc[k*cols+j] + (1-beta)*sum/rows
				for i := range rows {
					pv[(k*rows+i)*cols+j] = pr[k*rows+i] / mean * pc[k*cols+j]
				}
			}
		}
		limit := func(to, v []float64) {
			u := make([]float64, n)
			var sum float64
			for i := range u {
				u[i] = scale * float64(g[i]) / math.Sqrt(v[i])
				sum += u[i] * u[i]
			}
			for i := range u {
				to[i] -= step * u[i] / math.Max(1, math.Sqrt(sum/n)/clip)
			}
		}
		limit(plain, pv)
		limit(plainFlat, pfv)
		tol := 100 * epsilon[T]()
		near(t, fmt.Sprint("factored, round ", round), w, plain, tol, tol)
		near(t, fmt.Sprint("rows, round ", round), r, pr, tol, tol)
		near(t, fmt.Sprint("columns, round ", round), c, pc, tol, tol)
		near(t, fmt.Sprint("whole, round ", round), flat, plainFlat, tol, tol)
	}
}

// With the coefficients of Newton's own iteration, x·(3 - xᵀx)/2, Muon's matrix
// becomes orthogonal.
func TestMuonMakesOrthogonal(t *testing.T) { both(t, testMuon[float32], testMuon[float64]) }

func testMuon[T Float](t *testing.T) {
	for _, shape := range [][2]int{{3, 5}, {5, 3}, {4, 4}, {1, 3}, {1, 1}} {
		rows, cols := shape[0], shape[1]
		o := NewMuon[T](MuonConfig{Rows: rows, Cols: cols, Steps: 60, A: 1.5, B: -0.5})
		x := make([]T, rows*cols)
		o.Step(x, random[T](7, rows*cols), make([]T, rows*cols), 1, -1)
		short := min(rows, cols)
		at := func(i, k int) float64 { // of the matrix, or of its transpose if taller
			if rows > cols {
				return float64(x[k*cols+i])
			}
			return float64(x[i*cols+k])
		}
		for i := range short {
			for j := range short {
				var dot, want float64
				for k := range max(rows, cols) {
					dot += at(i, k) * at(j, k)
				}
				if i == j {
					want = 1
				}
				if math.Abs(dot-want) > 1e3*epsilon[T]() {
					t.Errorf("(%d,%d): rows %d and %d have the product %v, expected %v", rows, cols, i, j, dot, want)
				}
			}
		}
		zero := make([]T, rows*cols)
		NewMuon[T](MuonConfig{Rows: rows, Cols: cols, Steps: 5, A: 3.4445, B: -4.775, C: 2.0315}).
			Step(zero, zero, make([]T, rows*cols), 1, 1)
		near(t, "without a gradient", zero, make([]float64, rows*cols), 0, 0)
	}
}

func TestMuonMomentum(t *testing.T) {
	// A matrix of one element becomes its sign, and the momentum is what is
	// looked at: two steps against a larger one before.
	for _, nesterov := range []bool{false, true} {
		o := NewMuon[float64](MuonConfig{Rows: 1, Cols: 1, Steps: 1, Momentum: 0.5, Nesterov: nesterov, A: 1})
		w, m := []float64{0}, []float64{0}
		o.Step(w, []float64{8}, m, 0.5, 1)
		if m[0] != 4 || !isNear(w[0], -1, 1e-6, 0) {
			t.Errorf("w %v and momentum %v, expected -1 and 4", w, m)
		}
		o.Step(w, []float64{-3}, m, 0.5, 1) // m = 2-1.5 = 0.5; nesterov: -1.5+0.25 < 0
		want := -2.
		if nesterov {
			want = 0
		}
		if m[0] != 0.5 || !isNear(w[0], want, 1e-6, 1e-6) {
			t.Errorf("nesterov %v: w %v and momentum %v, expected %v and 0.5", nesterov, w, m, want)
		}
	}
}
