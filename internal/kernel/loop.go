package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Loop runs a function over [0,N) in chunks of a fixed grain, on as many
// goroutines as there are processors. The chunks depend on N and the grain
// alone, so a function that writes only what belongs to its chunk gives the
// same bits on any number of cores.
//
// A Loop is made once, when its operands are known, and run many times
// without allocating. It must not be run twice at the same time.
type Loop struct {
	n, grain int
	body     func(lo, hi int)
	work     func() // l.drain, bound once so that starting a worker allocates nothing

	next  atomic.Int64
	wg    sync.WaitGroup
	mu    sync.Mutex
	panik any // first panic of a worker, raised again in the caller of Run
}

// NewLoop returns a loop of body over [0,n) in chunks of grain (at least 1).
func NewLoop(n, grain int, body func(lo, hi int)) *Loop {
	l := &Loop{n: n, grain: max(grain, 1), body: body}
	l.work = func() {
		defer l.wg.Done()
		l.drain()
	}
	return l
}

// Run executes every chunk and returns when all are done. A panic in any chunk
// is raised in the calling goroutine, where it can be recovered.
func (l *Loop) Run() {
	chunks := (l.n + l.grain - 1) / l.grain
	workers := min(runtime.GOMAXPROCS(0), chunks)
	if workers <= 1 {
		for lo := 0; lo < l.n; lo += l.grain {
			l.body(lo, min(lo+l.grain, l.n))
		}
		return
	}
	l.next.Store(0)
	l.wg.Add(workers - 1)
	for range workers - 1 {
		go l.work()
	}
	l.drain()
	l.wg.Wait()
	if l.panik != nil {
		p := l.panik
		l.panik = nil
		panic(p)
	}
}

// drain takes chunks until none is left.
func (l *Loop) drain() {
	defer func() {
		if p := recover(); p != nil {
			l.mu.Lock()
			if l.panik == nil {
				l.panik = p
			}
			l.mu.Unlock()
		}
	}()
	for {
		lo := int(l.next.Add(1)-1) * l.grain
		if lo >= l.n {
			return
		}
		l.body(lo, min(lo+l.grain, l.n))
	}
}

// minWork is the number of floating point operations that are worth a
// goroutine: about 20 microseconds of one core, against 1 to 2 for a hand-over.
const minWork = 1 << 18

// Grain returns how many of n rows, each costing work floating point
// operations, make one chunk of a [Loop].
func Grain(n, work int) int {
	g := (minWork + max(work, 1) - 1) / max(work, 1)
	return min(max(g, 1), max(n, 1))
}
