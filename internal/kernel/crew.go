package kernel

import (
	"runtime"
	"sync/atomic"
	"time"
)

// crew is the goroutines that help with loops. They are shared by the whole
// process, as the processors are: each looks for a loop to help with, spins for
// a moment when there is none, and goes home. A step of a small network takes
// fewer microseconds than waking a processor does, so what helped with one step
// must still be awake for the next.
type crew struct {
	loop atomic.Pointer[Loop] // the loop that wants help, nil for none
	size atomic.Int32         // goroutines at work
	help func()               // c.work, bound once so that starting one allocates nothing
}

var helpers = func() *crew {
	c := new(crew)
	c.help = c.work
	return c
}()

// patience is how long a helper spins without work before it ends.
const patience = 200 * time.Microsecond

// post offers a loop to at most so many helpers. It reports false if another
// loop has them all.
func (c *crew) post(l *Loop, wanted int) bool {
	if !c.loop.CompareAndSwap(nil, l) {
		return false
	}
	for n := c.size.Load(); int(n) < wanted; n = c.size.Load() {
		if c.size.CompareAndSwap(n, n+1) {
			go c.help()
		}
	}
	return true
}

// withdraw ends what post began. Helpers may still be at chunks they took.
func (c *crew) withdraw() { c.loop.Store(nil) }

func (c *crew) work() {
	var since time.Time
	for spins := 1; ; spins++ {
		if l := c.loop.Load(); l != nil && l.drain() {
			since = time.Time{}
			continue
		}
		if spins%128 != 0 {
			continue
		}
		switch {
		case since.IsZero():
			since = time.Now()
		case time.Since(since) > patience:
			c.size.Add(-1)
			return
		}
		runtime.Gosched() // others may want the processor
	}
}
