package rank

import (
	"cmp"
	"math"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
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
		e := rapid.SliceOf(rapid.Custom(func(t *rapid.T) entry {
			return entry{scoreGen().Draw(t, "score"), rapid.Float64Range(1, 2).Draw(t, "weight")}
		})).Draw(t, "entries")
		want := slices.Clone(e)
		slices.SortStableFunc(want, func(x, y entry) int { return cmp.Compare(y.score, x.score) })
		sortDescending(e, make([]entry, len(e)))
		if diff := gocmp.Diff(want, e, gocmp.AllowUnexported(entry{})); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMergeDescending(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOf(scoreGen()).Draw(t, "scores")
		head := rapid.IntRange(0, len(scores)).Draw(t, "head")
		e := make([]entry, len(scores))
		for i, s := range scores {
			e[i].score = s
		}
		scratch := make([]entry, len(e))
		sortDescending(e[:head], scratch[:head])
		sortDescending(e[head:], scratch[head:])
		mergeDescending(e, head, scratch[head:])
		slices.SortFunc(scores, func(x, y float64) int { return cmp.Compare(y, x) })
		for i := range e {
			if e[i].score != scores[i] {
				t.Fatalf("place %d holds %v, want %v", i, e[i].score, scores[i])
			}
		}
	})
}
