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
	help     func() // l.helper, bound once so that starting a helper allocates nothing

	next    atomic.Int64   // the chunk to take next
	pending sync.WaitGroup // chunks not finished
	helpers atomic.Int64   // goroutines started and not ended
	mu      sync.Mutex
	panik   any // first panic of a chunk, raised again in the caller of Run
}

// NewLoop returns a loop of body over [0,n) in chunks of grain (at least 1).
func NewLoop(n, grain int, body func(lo, hi int)) *Loop {
	l := &Loop{n: n, grain: max(grain, 1), body: body}
	l.help = l.helper
	return l
}

// Run executes every chunk and returns when all are done. A panic in any chunk
// is raised in the calling goroutine, where it can be recovered.
func (l *Loop) Run() {
	chunks := 0
	if l.n > 0 {
		chunks = (l.n-1)/l.grain + 1
	}
	workers := min(runtime.GOMAXPROCS(0), chunks)
	if workers <= 1 {
		for i := range chunks {
			l.body(l.bounds(i))
		}
		return
	}
	l.pending.Add(chunks)
	l.next.Store(0)
	// One helper more than there are processors to spare: the goroutine that
	// was started last waits in a place from which the scheduler lets others
	// take it only after a long pause, and the one before it need not wait.
	for range workers - int(l.helpers.Load()) {
		l.helpers.Add(1)
		go l.help()
	}
	l.drain()
	l.pending.Wait()
	if p := l.panik; p != nil {
		l.panik = nil
		panic(p)
	}
}

// helper takes part in the run that is under way. Nobody waits for one that
// comes late, since waking a processor can take longer than the whole run: it
// finds no chunk left, or helps with the next run.
func (l *Loop) helper() {
	l.drain()
	l.helpers.Add(-1)
}

// drain takes chunks until none is left.
func (l *Loop) drain() {
	for {
		i := int(l.next.Add(1) - 1)
		if lo, _ := l.bounds(i); lo >= l.n {
			return
		}
		l.chunk(i)
	}
}

func (l *Loop) chunk(i int) {
	defer func() {
		if p := recover(); p != nil {
			l.mu.Lock()
			if l.panik == nil {
				l.panik = p
			}
			l.mu.Unlock()
		}
		l.pending.Done()
	}()
	l.body(l.bounds(i))
}

func (l *Loop) bounds(i int) (lo, hi int) {
	return i * l.grain, min((i+1)*l.grain, l.n)
}

// minWork is the number of floating point operations that make a chunk: some 20
// microseconds of one core. Taking a chunk costs a thousandth of that, but an
// idle processor needs 5 (bare metal) to 100 (virtual) microseconds to wake.
const minWork = 1 << 19

// Grain returns how many of n rows, each costing work floating point
// operations, make one chunk of a [Loop].
func Grain(n, work int) int {
	g := (minWork + max(work, 1) - 1) / max(work, 1)
	return min(max(g, 1), max(n, 1))
}
