package kernel

import (
	"math"
	"slices"
)

// RowActivation names an activation that looks at a whole row, the last axis.
type RowActivation int

const (
	Softmax RowActivation = iota
	LogSoftmax
	Sparsemax // Martins and Astudillo 2016
	GLU       // first half of the row times the sigmoid of the second half
)

// Width returns the length of an output row for input rows of length n.
func (a RowActivation) Width(n int) int {
	if a == GLU {
		return n / 2
	}
	return n
}

// ActivateRows sets the rows of y to the activation of the rows, of length n,
// of z. scratch holds at least n elements and is used by Sparsemax only.
//
// By assembly Softmax of float32 is within 4 + d units in the last place, for
// rows of up to 1000 and a logit that lies d below the largest of its row: d
// itself is rounded. What is below 1.2e-38 is 0. Without assembly it is 2 units.
func ActivateRows[T Float](a RowActivation, n int, y, z, scratch []T) {
	if vectorRowwise(a, n, y, z) {
		return
	}
	for ; len(z) >= n && n > 0; z, y = z[n:], y[a.Width(n):] {
		row, out := z[:n], y[:a.Width(n)]
		switch a {
		case Softmax:
			softmaxRow(out, row)
		case LogSoftmax:
			top, lse := logSumExp(row)
			for j, v := range row {
				out[j] = T(float64(v) - top - lse)
			}
		case Sparsemax:
			top, tau := sparsemaxThreshold(row, scratch[:n])
			for j, v := range row {
				out[j] = T(max(float64(v)-top-tau, 0))
			}
		case GLU:
			Activate(Sigmoid, out, row[n/2:][:n/2])
			Multiply(out, row[:n/2], out)
		}
	}
}

// ActivateRowsGrad sets dz to the gradient of the input rows z, of length n,
// given the gradient dy of the output rows y.
func ActivateRowsGrad[T Float](a RowActivation, n int, dz, dy, z, y []T) {
	w := a.Width(n)
	if vectorRowwiseGrad(a, n, dz, dy, y) {
		return
	}
	for ; len(z) >= n && n > 0; z, dz, y, dy = z[n:], dz[n:], y[w:], dy[w:] {
		zr, dzr, yr, dyr := z[:n], dz[:n], y[:w], dy[:w]
		switch a {
		case Softmax:
			s := T(Dot(dyr, yr))
			for j, p := range yr {
				dzr[j] = p * (dyr[j] - s)
			}
		case LogSoftmax:
			var s float64
			for _, g := range dyr {
				s += float64(g)
			}
			for j, v := range yr {
				dzr[j] = dyr[j] - T(math.Exp(float64(v))*s)
			}
		case Sparsemax:
			// Only the support (p > 0) passes gradients, less their mean.
			var s T
			support := 0
			for j, p := range yr {
				if p > 0 {
					s += dyr[j]
					support++
				}
			}
			mean := s / T(max(support, 1))
			for j, p := range yr {
				dzr[j] = 0
				if p > 0 {
					dzr[j] = dyr[j] - mean
				}
			}
		case GLU:
			Activate(Sigmoid, dzr[w:][:w], zr[w:][:w])
			for j, g := range dyr {
				s := dzr[w+j]
				dzr[j] = g * s
				dzr[w+j] = g * zr[j] * s * (1 - s)
			}
		}
	}
}

func softmaxRow[T Float](p, z []T) {
	top := float64(slices.Max(z))
	var sum float64
	var block [64]float64
	for at := 0; at < len(z); at += len(block) {
		for j, e := range evaluate(&block, math.Exp, z[at:], top) {
			p[at+j] = T(e)
			sum += e
		}
	}
	inv := T(1 / sum)
	for j := range p {
		p[j] *= inv
	}
}

// logSumExp splits log(sum(exp(z))) into top, the largest z, and the rest, so
// that neither overflows nor swallows the other.
func logSumExp[T Float](z []T) (top, rest float64) {
	best := 0
	for j, v := range z {
		if v > z[best] {
			best = j
		}
	}
	top = float64(z[best])
	var others float64
	var block [64]float64
	for at := 0; at < len(z); at += len(block) {
		for j, e := range evaluate(&block, math.Exp, z[at:], top) {
			if at+j != best {
				others += e
			}
		}
	}
	return top, math.Log1p(others)
}

// sparsemaxThreshold finds tau with sum(max(z-top-tau,0)) = 1, where top is the
// largest z. sorted is memory for a copy of z.
func sparsemaxThreshold[T Float](z, sorted []T) (top, tau float64) {
	copy(sorted, z)
	slices.Sort(sorted)
	top = float64(sorted[len(sorted)-1])
	var cum float64
	for k := 1; k <= len(sorted); k++ {
		v := float64(sorted[len(sorted)-k]) - top
		cum += v
		if 1+float64(k)*v <= cum {
			break
		}
		tau = (cum - 1) / float64(k)
	}
	return top, tau
}
