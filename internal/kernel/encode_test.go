package kernel

import (
	"errors"
	"testing"
)

func TestEncode(t *testing.T) { both(t, testEncode[float32], testEncode[float64]) }

func testEncode[T Float](t *testing.T) {
	failed := errors.New("no such place")
	index := func(v int) (int, error) {
		if v > 8 {
			return 0, failed
		}
		return v, nil
	}
	x := []int{0, 2, 2, 1, -1, 1}
	for name, c := range map[string]struct {
		e       Encoder[int]
		weights []T
		want    []T
	}{
		"places":    {Encoder[int]{Depth: 1}, nil, []T{0, 2, 2, 1, -1, 1}},
		"one hot":   {Encoder[int]{Encoding: OneHot, Depth: 3}, nil, []T{1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0}},
		"multi hot": {Encoder[int]{Encoding: MultiHot, Depth: 3, Width: 3}, nil, []T{1, 0, 1, 0, 1, 0}},
		"tally":     {Encoder[int]{Encoding: Tally, Depth: 3, Width: 3}, nil, []T{1, 0, 2, 0, 2, 0}},
		"weights":   {Encoder[int]{Encoding: Tally, Depth: 3, Width: 3}, []T{1, 2, 3, 4, 5, 6}, []T{1, 0, 5, 0, 10, 0}},
		"factors":   {Encoder[int]{Encoding: Tally, Depth: 3, Width: 2, Factors: []float64{2, 3, 4}}, nil, []T{2, 0, 4, 0, 3, 4, 0, 3, 0}},
	} {
		y := make([]T, len(c.want))
		for i := range y {
			y[i] = 7 // what a step before left
		}
		c.e.Index = index
		if err := Encode(c.e, y, x, c.weights); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		near(t, name, y, c.want, 0, 0)
	}
	e := Encoder[int]{Encoding: OneHot, Depth: 3, Index: index}
	if err := Encode(e, make([]T, 3), []int{9}, nil); !errors.Is(err, failed) {
		t.Errorf("error %v, expected that of the index", err)
	}
	if err := Encode(e, make([]T, 3), []int{3}, nil); err == nil || err.Error() != "expected places below 3, got 3" {
		t.Errorf("error %v", err)
	}
}

func TestRescale(t *testing.T) { both(t, testRescale[float32], testRescale[float64]) }

func testRescale[T Float](t *testing.T) {
	x := []T{1, 2, 3, 4}
	y := make([]T, 4)
	Rescale(y, x, []T{2}, []T{-1})
	near(t, "one for all", y, []T{1, 3, 5, 7}, 0, 0)
	Rescale(y, x, []T{2, 3}, []T{-1})
	near(t, "scales by column", y, []T{1, 5, 5, 11}, 0, 0)
	Rescale(y, x, []T{2}, []T{0, 10})
	near(t, "offsets by column", y, []T{2, 14, 6, 18}, 0, 0)
}
