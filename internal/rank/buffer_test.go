package rank

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// Asking in between, and resetting, must not change a bit of the curve.
func TestBufferInPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels, scores, weights := drawRows(t)
		want, err := New(labels, scores, weights)
		if err != nil {
			t.Fatal(err)
		}
		var b Buffer
		b.Add(1, 3, 1)
		b.Curve()
		b.Reset()
		for i := range scores {
			b.Add(labels[i], scores[i], weights[i])
			if rapid.Bool().Draw(t, "ask") {
				b.Curve()
			}
		}
		got := b.Curve()
		if diff := cmp.Diff(want.Score, got.Score, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff([][]float64{want.TP, want.FP}, [][]float64{got.TP, got.FP}, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestBufferSteadyStateAllocatesNothing(t *testing.T) {
	var b Buffer
	epoch := func() {
		b.Reset()
		for i := range 1000 {
			b.Add(float64(i%2), float64(i*7%31), 1)
			if i%100 == 0 {
				b.Curve()
			}
		}
		b.Curve()
	}
	if n := testing.AllocsPerRun(5, epoch); n != 0 {
		t.Errorf("%v allocations per epoch, want 0", n)
	}
}
