package kernel

import "math"

// Muon is gradient descent with a momentum m whose matrix is made orthogonal,
// or nearly so, before each step: m = mu·m + g, x = g + mu·m with nesterov and
// m without; then x = x/‖x‖, Steps times x = A·x + (B·xxᵀ + C·(xxᵀ)²)·x, and
// w -= lr·x. It has memory of its own for one weight of (Rows, Cols).
type Muon[T Float] struct {
	MuonConfig
	x, next    []T // the matrix, or its transpose if that has fewer rows
	square     []T // xxᵀ
	polynomial []T
}

// MuonConfig holds the shape of a weight and the settings of [Muon].
type MuonConfig struct {
	Rows, Cols, Steps int
	Momentum          float64
	Nesterov          bool
	A, B, C           float64 // of the polynomial
}

// NewMuon allocates the memory that steps need.
func NewMuon[T Float](c MuonConfig) *Muon[T] {
	short := min(c.Rows, c.Cols)
	return &Muon[T]{c, make([]T, c.Rows*c.Cols), make([]T, c.Rows*c.Cols), make([]T, short*short), make([]T, short*short)}
}

// Step updates w and the momentum m.
func (o *Muon[T]) Step(w, g, m []T, scale, lr float64) {
	f, mu := T(scale), T(o.Momentum)
	turned := o.Rows > o.Cols
	at := func(i int) int { // where element i of w lies in x
		if turned {
			return i%o.Cols*o.Rows + i/o.Cols
		}
		return i
	}
	for i := range w {
		gi := g[i] * f
		m[i] = mu*m[i] + gi
		if o.Nesterov {
			gi += mu * m[i]
		} else {
			gi = m[i]
		}
		o.x[at(i)] = gi
	}
	norm := T(math.Sqrt(SumSquares(o.x))) + 1e-7 // so that zeros stay zeros
	for i := range o.x {
		o.x[i] /= norm
	}
	for range o.Steps {
		o.iterate(min(o.Rows, o.Cols), max(o.Rows, o.Cols))
	}
	rate := T(lr)
	for i := range w {
		w[i] -= rate * o.x[at(i)]
	}
}

func (o *Muon[T]) iterate(short, long int) {
	a, b, c := T(o.A), T(o.B), T(o.C)
	Gemm(NT, short, short, long, o.x, long, o.x, long, o.square, short, false)
	Gemm(NN, short, short, short, o.square, short, o.square, short, o.polynomial, short, false)
	for i, v := range o.polynomial {
		o.polynomial[i] = b*o.square[i] + c*v
	}
	Gemm(NN, short, long, short, o.polynomial, short, o.x, long, o.next, long, false)
	for i, v := range o.x {
		o.next[i] += a * v
	}
	o.x, o.next = o.next, o.x
}
