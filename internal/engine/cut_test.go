package engine

import "testing"

func TestCut(t *testing.T) {
	small := Cut{Params: 4000, PerRow: 300, Training: true}
	for _, c := range []struct {
		name string
		cut  Cut
		n    int
		want int
	}{
		{"one row", small, 1, 1},
		{"fewer rows than a part is worth", small, 30, 30},
		{"a small network", small, 256, 48},
		{"at most 16 parts", small, 2048, 128},
		{"a large network is cut by products", Cut{Params: 1 << 20, PerRow: 300, Training: true}, 256, 256},
		{"but not when it only predicts", Cut{Params: 1 << 20, PerRow: 300}, 256, 16},
		{"rows that act on each other", Cut{Params: 4000, PerRow: 300, Training: true, Together: true}, 2048, 2048},
		{"rows too long for the cache", Cut{Params: 100, PerRow: 1 << 20}, 100, 16},
		{"no parameters", Cut{PerRow: 10}, 100, 100},
	} {
		if got := c.cut.Rows(c.n); got != c.want {
			t.Errorf("%s: parts of %d rows, expected %d", c.name, got, c.want)
		}
	}
}
