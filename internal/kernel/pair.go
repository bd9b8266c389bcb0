package kernel

// Pair says how two arrays become one.
type Pair int

const (
	PairConcat   Pair = iota // each row of a before that of b
	PairSum                  // a + b
	PairMultiply             // a·b
	PairAverage              // (a+b)/2
)

// MergePair sets y to what p makes of a and b, whose rows have n and m numbers;
// only for PairConcat may these differ.
func MergePair[T Float](p Pair, y, a, b []T, n, m int) {
	switch p {
	case PairConcat:
		for i := range len(a) / n {
			copy(y[i*(n+m):][:n], a[i*n:])
			copy(y[i*(n+m)+n:][:m], b[i*m:])
		}
	case PairMultiply:
		Multiply(y, a, b)
	default:
		copy(y, a)
		Add(y, b)
		halve(p, y)
	}
}

// MergePairGrad sets d to the gradient of a, or with second of b, from that of
// y; other is the other one of them.
func MergePairGrad[T Float](p Pair, d, dy, other []T, n, m int, second bool) {
	switch p {
	case PairConcat:
		width, from := n, 0
		if second {
			width, from = m, n
		}
		for i := range len(d) / width {
			copy(d[i*width:][:width], dy[i*(n+m)+from:])
		}
	case PairMultiply:
		Multiply(d, dy, other)
	default:
		copy(d, dy)
		halve(p, d)
	}
}

func halve[T Float](p Pair, y []T) {
	if p != PairAverage {
		return
	}
	for i := range y {
		y[i] /= 2
	}
}

// MultiplySteps sets y to x, sequences of so many steps, each step times the
// row of factors that belongs to the sequence.
func MultiplySteps[T Float](y, x, factors []T, rows, steps int) {
	n := len(factors) / rows
	for i := range rows {
		f := factors[i*n:][:n]
		for t := range steps {
			at := (i*steps + t) * n
			Multiply(y[at:at+n], x[at:at+n], f)
		}
	}
}
