package sampler

import (
	"context"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/neighbours"
	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// Selection says which row bounds the ball that [GeometricSMOTE] draws in.
type Selection int

const (
	// CombinedSelection is the nearer of the two below.
	CombinedSelection Selection = iota
	// MinoritySelection is one of the KNeighbors nearest of the class.
	MinoritySelection
	// MajoritySelection is the nearest row of another class.
	MajoritySelection
)

// GeometricSMOTE, G-SMOTE for short, draws new rows evenly from a ball around a
// row of a class that reaches as far as another row. The ball may be cut in two
// across the line between both, and squeezed towards that line. The rows of x
// come first, then the new ones class by class.
//
// With the same seed it gives the rows of imbalanced-learn-extra's GeometricSMOTE.
// It is not the G-SMOTE of Sandhan and Choi (2014), which smote_variants has under
// that name.
//
// Douzas and Bacao, Geometric SMOTE, a geometrically enhanced drop-in replacement
// for SMOTE, Information Sciences 501 (2019).
type GeometricSMOTE struct {
	Strategy   Strategy // nil means Auto: all classes as large as the largest
	Seed       uint32   // of numpy's RandomState, one stream for all classes
	KNeighbors int      // 0 means 5
	// TruncationFactor is how much of the ball is cut off, from -1 to 1: 1 leaves
	// the half towards the other row, -1 the half away from it. 0 means 1; [Zero]
	// cuts nothing off.
	TruncationFactor float64
	// DeformationFactor squeezes the ball towards the line, from 0, not at all, to
	// 1: rows are on the line.
	DeformationFactor float64
	Selection         Selection
}

// Resample returns all rows of x and the new ones.
func (s GeometricSMOTE) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return produceRows("GeometricSMOTE", x, y, s.Strategy, func(in *input) (maker, error) {
		k, err := count(s.KNeighbors, 5)
		switch {
		case err != nil:
			return nil, err
		case !(math.Abs(s.TruncationFactor) <= 1):
			return nil, fmt.Errorf("TruncationFactor is %v, want -1 to 1 (0 means 1, Zero 0)", s.TruncationFactor)
		case !(s.DeformationFactor >= 0 && s.DeformationFactor <= 1):
			return nil, fmt.Errorf("DeformationFactor is %v, want 0 to 1", s.DeformationFactor)
		case s.Selection < CombinedSelection || s.Selection > MajoritySelection:
			return nil, fmt.Errorf("unknown Selection %d, want CombinedSelection, MinoritySelection or MajoritySelection", s.Selection)
		}
		rng := nprand.New(s.Seed)
		return func(c class, n int) ([]float64, error) { return s.make(ctx, in, c, n, k, rng) }, nil
	})
}

func (s GeometricSMOTE) make(ctx context.Context, in *input, c class, n, k int, rng *nprand.RandomState) ([]float64, error) {
	var own, foreign *neighbours.Found
	var others []int
	var err error
	if s.Selection == MajoritySelection {
		k = 1
	} else {
		if err := c.enough(k, "KNeighbors"); err != nil {
			return nil, err
		}
		if own, err = in.nearest(ctx, c.rows, c.rows, k); err != nil {
			return nil, err
		}
	}
	if s.Selection != MinoritySelection {
		others = in.others(c)
		if foreign, err = in.nearest(ctx, others, c.rows, 1); err != nil {
			return nil, err
		}
	}
	drawn := make([]int, n)
	for i := range drawn {
		drawn[i] = rng.IntN(len(c.rows) * k)
	}
	d, squared := in.cols(), in.squared()
	out := make([]float64, 0, n*d)
	for _, i := range drawn {
		center, edge := c.rows[i/k], -1
		if own != nil {
			edge = c.rows[own.Rows(i / k)[i%k]]
		}
		if foreign != nil {
			if r := others[foreign.Rows(i / k)[0]]; edge < 0 || squared(center, edge) > squared(center, r) {
				edge = r
			}
		}
		out = append(out, s.inBall(in, center, edge, rng)...)
	}
	return out, nil
}

// inBall draws a row from the ball around a row that reaches to another.
func (s GeometricSMOTE) inBall(in *input, center, edge int, rng *nprand.RandomState) []float64 {
	d := in.cols()
	axis, point := make([]float64, d), make([]float64, d)
	for j := range axis {
		axis[j] = in.at(edge*d+j) - in.at(center*d+j)
	}
	radius := norm(axis)
	if radius == 0 { // the rows are equal, and upstream draws nothing
		for j := range point {
			point[j] = in.at(center*d + j)
		}
		return point
	}
	for j := range axis {
		axis[j] /= radius
		point[j] = rng.StandardNormal()
	}
	length, reach := norm(point), math.Pow(rng.Random(), 1/float64(d))
	var along float64
	for j := range point {
		point[j] = reach * (point[j] / length)
		along += point[j] * axis[j]
	}
	cut := s.TruncationFactor
	if cut == 0 {
		cut = 1
	}
	turn := 0. // what is cut off goes to the other side
	if cut > 0 && along < cut-1 || cut < 0 && along > cut+1 {
		turn = 2 * along
	}
	for j := range point {
		parallel := (along - turn) * axis[j]
		across := point[j] - along*axis[j]
		point[j] = in.at(center*d+j) + radius*(parallel+(1-s.DeformationFactor)*across)
	}
	return point
}

// norm is the length of a vector.
func norm(v []float64) float64 {
	var sum float64
	for _, x := range v {
		sum += x * x
	}
	return math.Sqrt(sum)
}
