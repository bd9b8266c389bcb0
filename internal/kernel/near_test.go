package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestNear(t *testing.T) {
	forEachSet(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		for _, cols := range []int{1, 2, 9, 33} {
			t.Run(fmt.Sprint(cols), func(t *testing.T) { testNear(t, rng, cols) })
		}
	})
}

// Whole numbers, whose sums are exact.
func whole(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.IntN(9) - 4)
	}
	return x
}

func testNear(t *testing.T, rng *rand.Rand, cols int) {
	q, panels := whole(rng, cols), whole(rng, Fan*cols*PanelRows)
	boxes := make([]float32, 2*Fan*cols)
	nan := float32(math.NaN())
	for j := range cols {
		for p := range Fan {
			low, high := &boxes[2*j*Fan+p], &boxes[(2*j+1)*Fan+p]
			if *low, *high = nan, nan; p == 5 {
				continue // does not exist
			}
			column := panels[(p*cols+j)*PanelRows:][:PanelRows]
			*low, *high = column[0], column[0]
			for _, v := range column {
				*low, *high = min(*low, v), max(*high, v)
			}
		}
	}
	square := func(i, p int) (s float32) {
		for j, v := range q {
			d := v - panels[(p*cols+j)*PanelRows+i]
			s += d * d
		}
		return s
	}
	var away [Fan]float32
	Boxes(&away, q, boxes)
	for p, got := range away {
		var want float32
		for j, v := range q {
			gap := max(boxes[2*j*Fan+p]-v, v-boxes[(2*j+1)*Fan+p], 0)
			want += gap * gap
		}
		if got != want && !(p == 5 && got != got) {
			t.Errorf("box %d is %v away, want %v", p, got, want)
		}
	}
	for _, limit := range []float32{-1, 0, square(3, 2), float32(math.Inf(1))} {
		var near Near
		hits := near.Look(q, boxes, panels, limit)
		for p := range Fan {
			var want uint32
			for i := range PanelRows {
				if square(i, p) <= limit && p != 5 {
					want |= 1 << i
					if near.Away[p][i] != square(i, p) {
						t.Errorf("row %d of panel %d is %v away, want %v", i, p, near.Away[p][i], square(i, p))
					}
				}
			}
			if hit := hits>>p&1 == 1; hit != (want != 0) || hit && near.Masks[p] != want {
				t.Errorf("within %v: panel %d gave %t, %b, want %b", limit, p, hit, near.Masks[p], want)
			}
		}
	}

	rows := BelowRows()
	queries, norms, limits := whole(rng, 3*rows*cols), whole(rng, PanelRows), whole(rng, 3*rows)
	limits[0], limits[1], norms[7] = float32(math.Inf(-1)), float32(math.Inf(1)), nan
	masks := make([]uint32, len(limits))
	Below(masks, queries, cols, panels, norms, limits)
	for k, limit := range limits {
		for i, s := range norms {
			for j := range cols {
				s -= queries[(k/rows*cols+j)*rows+k%rows] * panels[j*PanelRows+i]
			}
			if got, want := masks[k]>>i&1 == 1, !(s > limit); got != want {
				t.Errorf("query %d, row %d: %v below %v is %t", k, i, s, limit, got)
			}
		}
	}
}
