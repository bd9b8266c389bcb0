package tfevents_test

import (
	"bytes"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/tfevents"
)

// The bytes are those of tensorboard's own writer; testdata/golden.py made them.
func TestGolden(t *testing.T) {
	want, err := os.ReadFile("testdata/golden.tfevents")
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	for _, e := range []tfevents.Event{
		{WallTime: 1700000000.25, FileVersion: tfevents.Version},
		{WallTime: 1700000001.5, Step: 300, Values: []tfevents.Value{
			{Tag: "epoch_loss", Scalar: 0.1}, {Tag: "epoch_accuracy", Scalar: 1},
		}},
		{WallTime: 1700000002, Values: []tfevents.Value{{Tag: "dense/kernel/histogram", Histogram: &tfevents.Histogram{
			Min: -1, Max: 2, Count: 3, Sum: 1.5, SumSquares: 5.25, Limits: []float64{0, 2}, Counts: []float64{1, 2},
		}}}},
	} {
		got = e.Append(got)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("wrote\n%x, expected\n%x", got, want)
	}
}

func TestHistogram(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		name   string
		values []float64
		want   *tfevents.Histogram
		left   int
	}{
		{"nothing", nil, nil, 0},
		{"not finite", []float64{inf, math.NaN()}, nil, 2},
		{"one", []float64{2}, &tfevents.Histogram{Min: 2, Max: 2, Count: 1, Sum: 2, SumSquares: 4, Limits: []float64{2.5}, Counts: []float64{1}}, 0},
		{"alike", []float64{-1, -inf, -1}, &tfevents.Histogram{Min: -1, Max: -1, Count: 2, Sum: -2, SumSquares: 2, Limits: []float64{-0.5}, Counts: []float64{2}}, 1},
	} {
		got, left := tfevents.NewHistogram(c.values)
		if left != c.left || (got == nil) != (c.want == nil) {
			t.Errorf("%s: %+v and %d left out, expected %+v and %d", c.name, got, left, c.want, c.left)
			continue
		}
		if got != nil && (got.Count != c.want.Count || got.Sum != c.want.Sum || !slices.Equal(got.Limits, c.want.Limits) || !slices.Equal(got.Counts, c.want.Counts)) {
			t.Errorf("%s: %+v, expected %+v", c.name, got, c.want)
		}
	}

	// 0 to 30: the last bucket holds the largest value, too.
	var values []float32
	for i := range 31 {
		values = append(values, float32(i))
	}
	h, _ := tfevents.NewHistogram(values)
	if h.Min != 0 || h.Max != 30 || h.Count != 31 || h.Sum != 465 || h.SumSquares != 9455 || len(h.Limits) != 30 || h.Limits[0] != 1 || h.Limits[29] != 30 {
		t.Errorf("histogram %+v", h)
	}
	for i, n := range h.Counts {
		if want := 1 + float64(i/29); n != want {
			t.Errorf("bucket %d holds %v, expected %v", i, n, want)
		}
	}
	// The range of float64 does not overflow.
	if h, _ := tfevents.NewHistogram([]float64{-math.MaxFloat64, 0, math.MaxFloat64}); len(h.Counts) != 30 || h.Counts[0] != 1 || h.Counts[29] != 1 {
		t.Errorf("histogram of the widest range %+v", h)
	}
}
