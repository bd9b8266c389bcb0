package sampler

import (
	"context"
	"fmt"
	"math"
	"math/bits"

	"gorgonia.org/tensor"
)

// Topology is which lines [PolynomFitSMOTE] draws through a class.
type Topology int

const (
	Star Topology = iota // from each row to the mean of the class
	Bus                  // from each row to the next
	Mesh                 // between any two rows
)

// PolynomFitSMOTE makes new rows on straight lines through a class, at equal
// distances on each line and as many on each as on any other, give or take one.
// It draws nothing, and looks at no distances: columns need not be scaled. The
// rows of x come first, then the new ones class by class, line by line.
//
// It makes as many rows as the strategy asks for; smote_variants, which rounds
// them to a multiple of the lines, makes the same rows where they are one. The
// paper's fourth topology, which fits curves, is left out.
//
// Gazzah and Amara, New oversampling approaches based on polynomial fitting for
// imbalanced data sets, DAS (2008).
type PolynomFitSMOTE struct {
	Strategy Strategy // nil means Auto: all classes as large as the largest
	Topology Topology
}

// Resample returns all rows of x and the new ones.
func (s PolynomFitSMOTE) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return produceRows("PolynomFitSMOTE", x, y, s.Strategy, func(in *input) (maker, error) {
		if s.Topology < Star || s.Topology > Mesh {
			return nil, fmt.Errorf("unknown Topology %d, want Star, Bus or Mesh", s.Topology)
		}
		return func(c class, n int) ([]float64, error) {
			if err := c.enough(1, "Topology"); err != nil {
				return nil, err
			}
			return s.make(in, c, n), ctx.Err()
		}, nil
	})
}

func (s PolynomFitSMOTE) make(in *input, c class, n int) []float64 {
	d, m := in.cols(), len(c.rows)
	lines := m
	mean := make([]float64, d)
	switch s.Topology {
	case Bus:
		lines = m - 1
	case Mesh:
		lines = m * (m - 1) / 2
	default:
		for _, r := range c.rows {
			for j := range mean {
				mean[j] += in.at(r*d + j)
			}
		}
		for j := range mean {
			mean[j] /= float64(m)
		}
	}
	first := func(line int) int { return portion(line, n, lines, lines-1) } // of its points
	out := make([]float64, 0, n*d)
	for i := range n {
		line := portion(i, lines, n, 0)
		step := float64(i-first(line)+1) / float64(first(line+1)-first(line)+1)
		from, to := line, line+1
		if s.Topology == Mesh {
			from, to = pairOf(line)
		}
		for j := range d {
			a, b := in.at(c.rows[from]*d+j), mean[j]
			if s.Topology != Star {
				b = in.at(c.rows[to]*d + j)
			}
			out = append(out, a+float64((b-a)*step))
		}
	}
	return out
}

// portion is (a·b + c) / d, which fits where the product may not.
func portion(a, b, d, c int) int {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(lo, uint64(c), 0)
	q, _ := bits.Div64(hi+carry, lo, uint64(d))
	return int(q)
}

// pairOf returns pair i of 0 < 1, 0 < 2, 1 < 2, 0 < 3, ...
func pairOf(i int) (from, to int) {
	to = int((1 + math.Sqrt(1+8*float64(i))) / 2)
	for to*(to-1)/2 > i {
		to--
	}
	for to*(to+1)/2 <= i {
		to++
	}
	return i - to*(to-1)/2, to
}
