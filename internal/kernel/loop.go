package kernel

import (
	"runtime"
	"sync/atomic"
)

// Loop runs a function over [0,N) in chunks of a fixed grain, on as many
// goroutines as there are processors. The chunks depend on N and the grain
// alone, so a function that writes only what belongs to its chunk gives the
// same bits on any number of cores. A loop that is run inside another, or
// while another is running, has its chunks done one after the other by its
// caller.
//
// A Loop is made once, when its operands are known, and run many times
// without allocating. It must not be run twice at the same time.
type Loop struct {
	n, grain int
	body     func(lo, hi int)

	next    atomic.Int64 // the chunk to take next
	pending atomic.Int64 // chunks not finished
	panik   atomic.Pointer[any]
}

// NewLoop returns a loop of body over [0,n) in chunks of grain (at least 1).
func NewLoop(n, grain int, body func(lo, hi int)) *Loop {
	l := &Loop{n: n, grain: max(grain, 1), body: body}
	l.next.Store(int64(l.chunks())) // none to take until Run
	return l
}

func (l *Loop) chunks() int {
	if l.n <= 0 {
		return 0
	}
	return (l.n-1)/l.grain + 1
}

// Run executes every chunk and returns when all are done. A panic in any chunk
// is raised in the calling goroutine, where it can be recovered.
func (l *Loop) Run() {
	chunks := l.chunks()
	workers := min(runtime.GOMAXPROCS(0), chunks)
	if workers <= 1 {
		l.alone(chunks)
		return
	}
	l.pending.Store(int64(chunks))
	l.next.Store(0)
	if !helpers.post(l, workers-1) {
		l.next.Store(int64(chunks)) // nobody has seen them
		l.alone(chunks)
		return
	}
	l.drain()
	helpers.withdraw()
	for spins := 1; l.pending.Load() > 0; spins++ {
		if spins%128 == 0 {
			runtime.Gosched()
		}
	}
	if p := l.panik.Swap(nil); p != nil {
		panic(*p)
	}
}

func (l *Loop) alone(chunks int) {
	for i := range chunks {
		l.body(l.bounds(i))
	}
}

// drain takes chunks until none is left and reports whether there was one.
func (l *Loop) drain() bool {
	some := false
	for {
		i := int(l.next.Add(1) - 1)
		if i >= l.chunks() {
			return some
		}
		some = true
		l.chunk(i)
	}
}

func (l *Loop) chunk(i int) {
	defer func() {
		if p := recover(); p != nil {
			l.keep(p)
		}
		l.pending.Add(-1)
	}()
	l.body(l.bounds(i))
}

// keep remembers the first panic. It is a function of its own so that only a
// panic allocates.
func (l *Loop) keep(p any) { l.panik.CompareAndSwap(nil, &p) }

func (l *Loop) bounds(i int) (lo, hi int) {
	return i * l.grain, min((i+1)*l.grain, l.n)
}

// minWork is the number of floating point operations that make a chunk: some
// ten microseconds of one core, against a fraction of one to hand it over.
const minWork = 1 << 20

// Grain returns how many of n rows, each costing work floating point
// operations, make one chunk of a [Loop].
func Grain(n, work int) int {
	g := (minWork + max(work, 1) - 1) / max(work, 1)
	return min(max(g, 1), max(n, 1))
}
