package svm

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/neighbours"
)

// libsvm's defaults.
const (
	// accuracy is how far a solution may be from the conditions of Karush, Kuhn
	// and Tucker.
	accuracy = 1e-3
	// flat stands for a curvature of 0, as of two equal rows.
	flat = 1e-12
	// cacheBytes is how much memory the rows of the kernel matrix take at most.
	cacheBytes = 200 << 20
)

// Support returns how much each row supports the boundary between two classes,
// the first of which has the first rows of t: the α of
//
//	min ½ Σ α_i α_j y_i y_j K(x_i, x_j) - Σ α_i,  Σ α_i y_i = 0,  0 ≤ α_i ≤ c,
//
// y being 1 in the first class and -1 in the second, K(a, b) = exp(-gamma |a-b|²).
// Rows with a positive α are the support vectors. Where most rows of a class have
// copies in it, these have equal α.
//
// Two rows move at a time, those that promise most by the second order: Fan, Chen
// and Lin, Working set selection using second order information for training
// support vector machines, JMLR 6 (2005). Time grows with the square of the rows,
// and memory up to 200 MiB.
func Support(ctx context.Context, t neighbours.Table[float64], first int, c, gamma float64) ([]float64, error) {
	switch n := t.Rows(); {
	case first < 1 || first >= n:
		return nil, fmt.Errorf("%d of %d rows in the first class, want rows in both", first, n)
	case !(c > 0) || math.IsInf(c, 0):
		return nil, fmt.Errorf("c is %v, want a finite number above 0", c)
	case !(gamma > 0) || math.IsInf(gamma, 0):
		return nil, fmt.Errorf("gamma is %v, want a finite number above 0", gamma)
	}
	s := gather(t, first, c)
	s.ctx, s.gamma = ctx, gamma
	if err := s.solve(); err != nil {
		return nil, err
	}
	out := make([]float64, t.Rows())
	for i, g := range s.of {
		out[i] = s.alpha[g] * c / s.bound[g]
	}
	return out, nil
}

// solver holds distinct points of either class.
type solver struct {
	ctx    context.Context
	rows   neighbours.Table[float64]
	gamma  float64
	sign   []float64 // y
	bound  []float64 // of alpha: c for each copy
	of     []int     // point of each row
	alpha  []float64
	slope  []float64 // of the objective
	matrix cache
}

// gather makes a point of each row, or of all equal rows of a class where most
// rows have copies: they would be told from one another one by one.
func gather(t neighbours.Table[float64], first int, c float64) *solver {
	n, cols := t.Rows(), t.Cols
	s := &solver{rows: neighbours.Table[float64]{Cols: cols}}
	halves := []neighbours.Table[float64]{{Data: t.Data[:first*cols], Cols: cols}, {Data: t.Data[first*cols:], Cols: cols}}
	groups := []*neighbours.Groups{neighbours.Equal(halves[0]), neighbours.Equal(halves[1])}
	merge := 2*(len(groups[0].First)+len(groups[1].First)) <= n
	for h, half := range halves {
		from := len(s.sign)
		for r := range half.Rows() {
			point := from + r
			if merge {
				point = from + int(groups[h].Of[r])
			}
			if s.of = append(s.of, point); point < len(s.sign) {
				s.bound[point] += c
				continue
			}
			s.rows.Data = append(s.rows.Data, half.Data[r*cols:][:cols]...)
			s.sign, s.bound = append(s.sign, 1-2*float64(h)), append(s.bound, c)
		}
	}
	return s
}

func (s *solver) solve() error {
	n := len(s.sign)
	s.alpha, s.slope = make([]float64, n), make([]float64, n)
	for i := range s.slope {
		s.slope[i] = -1
	}
	s.matrix = newCache(n, cacheBytes/(4*n))
	for moves := 0; ; moves++ {
		if moves%64 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		i, j := s.pair()
		if j < 0 {
			return nil
		}
		if moves == max(10_000_000, 100*n) {
			return errors.New("the support vectors do not settle: scale the columns alike, or lower C")
		}
		s.move(i, j)
	}
}

// up and down report whether y·alpha may grow and shrink.
func (s *solver) up(i int) bool {
	if s.sign[i] > 0 {
		return s.alpha[i] < s.bound[i]
	}
	return s.alpha[i] > 0
}

func (s *solver) down(i int) bool {
	if s.sign[i] > 0 {
		return s.alpha[i] > 0
	}
	return s.alpha[i] < s.bound[i]
}

// pair picks the row that breaks the conditions most, and one that lessens the
// objective most together with it; j is -1 where no two break them. Of equal ones
// the last is picked, as in libsvm.
func (s *solver) pair() (i, j int) {
	most, least := math.Inf(-1), math.Inf(1)
	i, j = -1, -1
	for t, g := range s.slope {
		if v := -s.sign[t] * g; v >= most && s.up(t) {
			i, most = t, v
		}
	}
	if i < 0 {
		return -1, -1
	}
	row := s.kernel(i)
	best := math.Inf(1)
	for t, g := range s.slope {
		if !s.down(t) {
			continue
		}
		v := -s.sign[t] * g
		least = min(least, v)
		if gap := most - v; gap > 0 {
			curve := 2 - 2*float64(row[t])
			if curve <= 0 {
				curve = flat
			}
			if gain := -(gap * gap) / curve; gain <= best {
				j, best = t, gain
			}
		}
	}
	if most-least < accuracy {
		return i, -1
	}
	return i, j
}

// move minimises the objective over two of alpha.
func (s *solver) move(i, j int) {
	a, b := s.kernel(i), s.kernel(j)
	curve := 2 - 2*float64(a[j])
	if curve <= 0 {
		curve = flat
	}
	wasI, wasJ := s.alpha[i], s.alpha[j]
	// y_i·alpha_i grows by step, y_j·alpha_j shrinks by it.
	step := (-s.sign[i]*s.slope[i] + s.sign[j]*s.slope[j]) / curve
	step = min(step, s.room(i, s.sign[i]), s.room(j, -s.sign[j]))
	s.shift(i, s.sign[i]*step)
	s.shift(j, -s.sign[j]*step)
	di, dj := s.sign[i]*(s.alpha[i]-wasI), s.sign[j]*(s.alpha[j]-wasJ)
	for t, y := range s.sign {
		s.slope[t] += y * (float64(a[t])*di + float64(b[t])*dj)
	}
}

// room is how far alpha may go in a direction.
func (s *solver) room(i int, direction float64) float64 {
	if direction > 0 {
		return s.bound[i] - s.alpha[i]
	}
	return s.alpha[i]
}

// shift adds to alpha; what reaches a bound is on it exactly.
func (s *solver) shift(i int, by float64) {
	switch {
	case by > 0 && by >= s.bound[i]-s.alpha[i]:
		s.alpha[i] = s.bound[i]
	case by < 0 && -by >= s.alpha[i]:
		s.alpha[i] = 0
	default:
		s.alpha[i] += by
	}
}

// kernel returns K of row i and every row, in float32 as libsvm keeps it.
func (s *solver) kernel(i int) []float32 {
	row, known := s.matrix.row(i)
	if known {
		return row
	}
	d := s.rows.Cols
	at := s.rows.Data[i*d:][:d]
	kernel.NewLoop(len(row), kernel.Grain(len(row), 3*d+20), func(lo, hi int) {
		for t := lo; t < hi; t++ {
			row[t] = float32(math.Exp(-s.gamma * neighbours.Squared(at, s.rows.Data[t*d:][:d])))
		}
	}).Run()
	return row
}
