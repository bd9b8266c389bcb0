package nprand

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// times collects n draws.
func times[T any](n int, draw func() T) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = draw()
	}
	return s
}

// The expected numbers were printed by numpy 2.4.6.
func TestRandomStateAgainstNumpy(t *testing.T) {
	r := New(0)
	same(t, "random_sample", times(3, r.Random),
		[]float64{0.5488135039273248, 0.7151893663724195, 0.6027633760716439})
	r.Seed(7)
	same(t, "uniform(-2, 5)", times(3, func() float64 { return r.Uniform(-2, 5) }),
		[]float64{-1.4658419743823, 3.4594315456808022, 1.0688646200862544})
	r.Seed(0)
	same(t, "randint(0, 10)", times(5, func() int { return r.IntN(10) }), []int{5, 0, 3, 3, 7})

	r.Seed(3) // one stream through ranges of every width
	same(t, "randint(-5, 1000)", times(6, func() int { return r.RandInt(-5, 1000) }),
		[]int{869, 659, 244, 638, 947, 963})
	same(t, "randint(4, 5)", times(3, func() int { return r.RandInt(4, 5) }), []int{4, 4, 4})
	same(t, "randint(0, 2**32)", times(3, func() int { return r.IntN(1 << 32) }),
		[]int{2193987840, 2445173525, 3835177981})
	same(t, "randint(0, 2**40)", times(3, func() int { return r.IntN(1 << 40) }),
		[]int{635209742026, 460100885497, 726739574410})
	same(t, "randint(0, 6)", r.IntN(6), 5)

	r.Seed(11)
	same(t, "permutation(10)", r.Permutation(10), []int{7, 8, 2, 6, 4, 5, 1, 3, 0, 9})
	same(t, "permutation(1)", r.Permutation(1), []int{0})
	same(t, "after permutation", r.Random(), 0.012780814590608647)
	r.Seed(11)
	same(t, "choice without replacement", r.Choice(10, 4, false), []int{7, 8, 2, 6})
	same(t, "choice with replacement", r.Choice(7, 5, true), []int{5, 4, 0, 5, 0})
	r.Seed(1<<32 - 1)
	same(t, "largest seed", r.Random(), 0.0976320289940138)
	same(t, "largest seed, randint", r.IntN(100), 12)
}

func same[T any](t *testing.T, name string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func TestPermutationHoldsEveryNumberOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(t, "n")
		p := New(rapid.Uint32().Draw(t, "seed")).Permutation(n)
		slices.Sort(p)
		for i, v := range p {
			if v != i {
				t.Fatalf("sorted permutation of %d has %d at %d", n, v, i)
			}
		}
	})
}

func TestEmptyRangesPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"IntN(0)":        func() { New(0).IntN(0) },
		"RandInt(3, 3)":  func() { New(0).RandInt(3, 3) },
		"Choice(2, 3)":   func() { New(0).Choice(2, 3, false) },
		"RandBelow(0)":   func() { NewPython(0).RandBelow(0) },
		"RandBelow(max)": func() { NewPython(0).RandBelow(1 << 32) },
		"Sample(2, 3)":   func() { NewPython(0).Sample(2, 3) },
		"Sample(2, -1)":  func() { NewPython(0).Sample(2, -1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

func TestDrawsAllocateNothing(t *testing.T) {
	r, p := New(1), NewPython(1)
	got := testing.AllocsPerRun(100, func() {
		r.Seed(5)
		p.Seed(5)
		_ = r.Uniform(0, 2) + r.Normal(0, 1) + p.Random()
		_ = r.IntN(10) + r.Poisson(3) + r.Poisson(30) + p.RandBelow(10)
	})
	if got != 0 {
		t.Errorf("%v allocations, want 0", got)
	}
}
