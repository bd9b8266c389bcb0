package rank

import (
	"cmp"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// scoreGen draws scores of every magnitude, many ties, both zeros and both
// infinities.
func scoreGen() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1, -1, .5, math.Inf(1), math.Inf(-1), math.SmallestNonzeroFloat64}),
		rapid.Float64(),
		rapid.Map(rapid.Float32Range(0, 1), func(x float32) float64 { return float64(x) }),
	)
}

func TestSortDescendingIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOf(scoreGen()).Draw(t, "scores")
		var e []entry[uint64, float64]
		for i, s := range scores { // the place as weight shows the order of ties
			e = append(e, entry[uint64, float64]{key64(s), float64(i)})
		}
		order := make([]int, len(scores))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(scores[j], scores[i]) })
		var s sorter[uint64, float64]
		s.sort(e)
		for i, x := range e {
			if int(x.weight) != order[i] || score64(x.key) != scores[order[i]] {
				t.Fatalf("place %d holds row %v with %v, want row %d with %v", i, x.weight, score64(x.key), order[i], scores[order[i]])
			}
		}
	})
}

func TestMergeDescending(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOf(scoreGen()).Draw(t, "scores")
		head := rapid.IntRange(0, len(scores)).Draw(t, "head")
		e := make([]entry[uint64, float64], len(scores))
		for i, s := range scores {
			e[i].key = key64(s)
		}
		var s sorter[uint64, float64]
		s.sort(e[:head])
		s.sort(e[head:])
		s.merge(e, head)
		slices.SortFunc(scores, func(x, y float64) int { return cmp.Compare(y, x) })
		for i := range e {
			if score64(e[i].key) != scores[i] {
				t.Fatalf("place %d holds %v, want %v", i, score64(e[i].key), scores[i])
			}
		}
	})
}

// Keys of float32 are those of the same scores in float64, in order and in ties.
func TestKeysOfBothSizes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.OneOf(rapid.Float32(), rapid.Map(scoreGen(), func(x float64) float32 { return float32(x) }))
		x, y := gen.Draw(t, "x"), gen.Draw(t, "y")
		want := cmp.Compare(y, x)
		if got := cmp.Compare(key32(x), key32(y)); got != want {
			t.Errorf("in float32 %v against %v: %d, want %d", x, y, got, want)
		}
		if got := cmp.Compare(key64(float64(x)), key64(float64(y))); got != want {
			t.Errorf("in float64 %v against %v: %d, want %d", x, y, got, want)
		}
	})
}

// Many rows are sorted in parts. One processor and several must agree on every
// place.
func TestSortInParts(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	rows := make([]entry[uint32, float32], 5*fewRows+17)
	for i := range rows {
		rows[i] = entry[uint32, float32]{key32(float32(rng.IntN(1000)) - 300), float32(i)}
	}
	sorted := func(procs int) []entry[uint32, float32] {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		e := slices.Clone(rows)
		var s sorter[uint32, float32]
		s.sort(e)
		return e
	}
	want := slices.Clone(rows)
	slices.SortStableFunc(want, func(x, y entry[uint32, float32]) int { return cmp.Compare(x.key, y.key) })
	for _, procs := range []int{1, 2, 3, 8} {
		if !slices.Equal(sorted(procs), want) {
			t.Errorf("%d processors give another order", procs)
		}
	}
}
