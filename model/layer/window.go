package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Padding says what windows find beyond the ends of a sequence or an image.
type Padding int

// Keras's paddings. With windows of k places, d apart, at strides of s, an axis
// of n gives as many outputs as stated.
const (
	Valid  Padding = iota // no padding: (n - d(k-1) - 1)/s + 1, rounded down
	Same                  // on both sides, the odd one behind: n/s, rounded up
	Causal                // d(k-1) in front, so that no output looks ahead; for Conv1D
)

// String returns Keras's name of the padding.
func (p Padding) String() string {
	switch p {
	case Valid:
		return "valid"
	case Same:
		return "same"
	case Causal:
		return "causal"
	}
	return fmt.Sprintf("Padding(%d)", int(p))
}

// windows are windows over the axes of a sequence or an image.
type windows struct {
	what                    string // "kernel size" or "pool size"
	size, strides, dilation []int
	padding                 Padding
	causal                  bool // whether padding may be causal
	both                    bool // whether strides and dilation may both be above 1
}

// newWindows makes the windows of a depthwise convolution.
func newWindows(size, strides, dilation []int, p Padding) windows {
	return windows{what: "kernel size", size: size, strides: orEach(strides, 1), dilation: orEach(dilation, 1), padding: p, both: true}
}

// over lays the windows over a sample of shape in, channels last.
func (w windows) over(in []int) ([]kernel.Axis, error) {
	if err := checkAxes(in, len(w.size)); err != nil {
		return nil, err
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	var axes []kernel.Axis
	for i, k := range w.size {
		a := kernel.NewAxis(in[i], k, w.strides[i], w.dilation[i], kernel.Padding(w.padding))
		if a.Out < 1 {
			return nil, fmt.Errorf("expected a size of at least %d along axis %d, for a window to fit, got shape %v", (k-1)*w.dilation[i]+1, i, in)
		}
		axes = append(axes, a)
	}
	return axes, nil
}

// check looks at the settings.
func (w windows) check() error {
	switch {
	case anyBelow1(w.size):
		return fmt.Errorf("expected a %s of at least 1, got %v", w.what, plain(w.size))
	case anyBelow1(w.strides):
		return fmt.Errorf("expected strides of at least 1, got %v", plain(w.strides))
	case anyBelow1(w.dilation):
		return fmt.Errorf("expected a dilation rate of at least 1, got %v", plain(w.dilation))
	case !w.both && anyAbove1(w.strides) && anyAbove1(w.dilation):
		return fmt.Errorf("strides above 1 do not go with a dilation rate above 1, got %v and %v", plain(w.strides), plain(w.dilation))
	case w.padding < Valid || w.padding > Causal:
		return fmt.Errorf("unknown padding %d", int(w.padding))
	case w.padding == Causal && !w.causal:
		return fmt.Errorf("causal padding is for Conv1D alone")
	}
	return nil
}

// checkAxes refuses what is not a sequence (one axis before the channels) or
// an image (two).
func checkAxes(in []int, axes int) error {
	switch {
	case len(in) == axes+1:
		return nil
	case axes == 1:
		return fmt.Errorf("expected sequences, of shape (timesteps, features), got shape %v", in)
	}
	return fmt.Errorf("expected images, of shape (rows, columns, channels), got shape %v", in)
}

func anyBelow1(sizes []int) bool {
	for _, s := range sizes {
		if s < 1 {
			return true
		}
	}
	return false
}

func anyAbove1(sizes []int) bool {
	for _, s := range sizes {
		if s > 1 {
			return true
		}
	}
	return false
}

// plain shows the sizes of one axis as a number.
func plain(sizes []int) any {
	if len(sizes) == 1 {
		return sizes[0]
	}
	return sizes
}

// orEach replaces zeros by defaults.
func orEach(sizes []int, defaults ...int) []int {
	all := make([]int, len(sizes))
	for i, s := range sizes {
		all[i] = s
		if s == 0 {
			all[i] = defaults[min(i, len(defaults)-1)]
		}
	}
	return all
}
