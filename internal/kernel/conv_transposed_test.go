package kernel

import "testing"

// The sizes are those of Keras's outputs, and each input's window lies where
// the convolution back finds it: a window may be cut at the ends, and never
// reaches beyond the last output by more than the padding behind.
func TestTransposedAxis(t *testing.T) {
	for _, c := range []struct {
		name                              string
		in, size, stride, dilation, extra int
		padding                           Padding
		outputs, before                   int
	}{
		{"valid", 4, 3, 1, 1, -1, Valid, 6, 0},
		{"valid strides", 4, 3, 2, 1, -1, Valid, 9, 0},
		{"valid, window below the stride", 4, 2, 3, 1, -1, Valid, 12, 0},
		{"valid, window below the stride, none extra", 4, 2, 3, 1, 0, Valid, 11, 0},
		{"valid extra", 4, 2, 3, 1, 2, Valid, 13, 0},
		{"valid dilation", 4, 3, 1, 2, -1, Valid, 8, 0},
		{"same", 4, 3, 1, 1, -1, Same, 4, 1},
		{"same, even window", 4, 4, 1, 1, -1, Same, 4, 1},
		{"same strides", 4, 3, 2, 1, -1, Same, 8, 0},
		{"same strides, wide window", 4, 5, 2, 1, -1, Same, 8, 1},
		{"same, window below the stride", 4, 2, 4, 1, -1, Same, 16, 0},
		{"same, none extra", 4, 3, 3, 1, 0, Same, 10, 1},
		{"same extra", 4, 3, 3, 1, 1, Same, 11, 0},
		{"same dilation", 4, 3, 1, 2, -1, Same, 4, 2},
		{"same, one input, even window", 1, 2, 1, 1, 0, Same, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := TransposedAxis(c.in, c.size, c.stride, c.dilation, c.extra, c.padding)
			if a.In != c.outputs || a.Before != c.before || a.Out != c.in {
				t.Errorf("got %d outputs, %d cut in front and %d inputs, expected %d, %d and %d", a.In, a.Before, a.Out, c.outputs, c.before, c.in)
			}
		})
	}
}

func TestConvSpread(t *testing.T) {
	g := &Conv{
		Images: 1, Rows: NewAxis(3, 1, 1, 1, Valid), Cols: NewAxis(4, 3, 1, 1, Valid), Channels: 1, Filters: 2, Groups: 1,
	}
	if g.Pitch() != 4 {
		t.Fatalf("pitch %d, expected that of x", g.Pitch())
	}
	dy := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	spread := make([]float64, 3*4*2)
	ConvSpread(g, 0, 1, spread, dy)
	ConvSpread(g, 1, 3, spread, dy)
	want := []float64{1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 7, 8, 0, 0, 0, 0, 9, 10, 11, 12, 0, 0, 0, 0}
	for i, w := range want {
		if spread[i] != w {
			t.Fatalf("got %v, expected %v", spread, want)
		}
	}
}
