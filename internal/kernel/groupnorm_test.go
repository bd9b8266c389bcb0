package kernel

import (
	"math"
	"testing"
)

// Groups along axes that are not the last ones hold what a plain loop finds.
func TestNormGroups(t *testing.T) {
	g := NewNormGroups([]int{2, 3, 2}, []int{0, 2})
	want := []int32{0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11}
	if g.Groups != 3 || g.Size != 4 {
		t.Fatalf("%d groups of %d, expected 3 of 4", g.Groups, g.Size)
	}
	for i, at := range g.At {
		if at != want[i] {
			t.Fatalf("groups %v, expected %v", g.At, want)
		}
	}
	if g := NewNormGroups([]int{2, 3}, []int{0, 1}); g.Groups != 1 || g.Size != 6 || g.At != nil {
		t.Errorf("a whole sample: %+v, expected one group in its order", g)
	}
}

// Many chunks give the same bits on any number of cores, and the sums over them
// are those of a plain loop.
func TestGroupNormOnCores(t *testing.T) {
	const rows, size = 4000, 64
	x, dy := random[float32](1, rows*size), random[float32](2, rows*size)
	gamma, beta := random[float32](3, size), random[float32](4, size)
	var want [4][]float32
	for _, p := range []int{1, 2, 4} {
		procs(t, p)
		n := NewGroupNorm[float32](NormGroups{Groups: 1, Size: size}, NormStandard, 1e-3, nil, size, rows)
		got := [4][]float32{make([]float32, len(x)), make([]float32, len(x)), make([]float32, size), make([]float32, size)}
		forward, backward := n.Forward(got[0], x, gamma, beta), n.Backward(got[1], got[2], got[3], dy, x, gamma)
		for range 2 {
			forward()
			backward()
		}
		if p == 1 {
			want = got
			if allocs := testing.AllocsPerRun(2, func() { forward(); backward() }); allocs > 0 {
				t.Errorf("%v allocations", allocs)
			}
			continue
		}
		for i := range got {
			sameBits(t, "cores", got[i], want[i])
		}
	}
	sums := make([]float64, size)
	for at := 0; at < len(dy); at += size {
		for j := range sums {
			sums[j] += float64(dy[at+j])
		}
	}
	near(t, "dbeta", want[3], sums, 1e-4, 1e-4)
}

// Numbers far from 0 lose nothing, and equal ones give beta.
func TestGroupNormEdges(t *testing.T) {
	n := NewGroupNorm[float32](NormGroups{Groups: 2, Size: 2}, NormStandard, 1e-3, nil, 0, 1)
	y := make([]float32, 4)
	n.Forward(y, []float32{1e6, 1e6 + 2, 5, 5}, nil, nil)()
	one := 1 / math.Sqrt(1+1e-3)
	near(t, "y", y, []float64{-one, one, 0, 0}, 1e-6, 0)
	unit := NewGroupNorm[float64](NormGroups{Groups: 2, Size: 2}, NormUnit, 1e-12, nil, 0, 1)
	z, dx := make([]float64, 4), make([]float64, 4)
	unit.Forward(z, []float64{3, 4, 0, 0}, nil, nil)()
	unit.Backward(dx, nil, nil, []float64{1, 1, 0, 0}, []float64{3, 4, 0, 0}, nil)()
	near(t, "unit", z, []float64{.6, .8, 0, 0}, 1e-15, 0)
	near(t, "gradient", dx, []float64{.2 - .6*.28, .2 - .8*.28, 0, 0}, 1e-12, 1e-15)
}
