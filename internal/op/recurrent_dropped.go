package op

import "github.com/counterweight-go/counterweight/internal/kernel"

// recurrence is a kernel that goes through sequences.
type recurrence[T kernel.Float] interface {
	First(h, s, dh, ds []T)
	Last(h, s, dh, ds []T)
	Forward(x, mask, y []T) func()
	Backward(dx, dw, du, db, dy []T) func()
}

// RecurrentDrop describes dropout of what a recurrent layer feeds back, in
// training. Each gate and the candidate have masks of their own, of the last
// state and of the input, which are the same at every step.
type RecurrentDrop struct {
	Recurrent float64 // of the last state; 0 for none, and nothing else counts
	Input     float64
	Stream    uint64 // tells the random operations of a model apart; the next one is taken, too
	Row       int    // of the batch, the first one of x
	State     *State
}

// newDropped makes the kernel, and a function that draws the masks of a step.
func newDropped[T kernel.Float](c RecurrentConfig, w, u, b []T) (recurrence[T], func()) {
	r := kernel.NewDroppedRecurrent(c.RecurrentConfig, w, u, b)
	d, gates := c.Drop, c.Cell.Gates()
	r.HMask = make([]T, gates*c.Rows*c.Units)
	if d.Input > 0 {
		r.XMask = make([]T, gates*c.Rows*c.Inputs)
	}
	draw := func(mask []T, stream uint64, rate float64, width int) {
		key := kernel.Hash64(kernel.Hash64(d.State.Seed^kernel.Hash64(stream)) ^ d.State.Step)
		for g := range gates {
			kernel.DropoutMask(mask[g*c.Rows*width:][:c.Rows*width], kernel.Hash64(key^uint64(g)), uint64(d.Row*width), rate)
		}
	}
	return r, func() {
		draw(r.HMask, d.Stream, d.Recurrent, c.Units)
		if d.Input > 0 {
			draw(r.XMask, d.Stream+1, d.Input, c.Inputs)
		}
	}
}
