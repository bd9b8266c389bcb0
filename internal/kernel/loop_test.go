package kernel

import (
	"fmt"
	"math"
	"runtime"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

// procs sets the number of processors for the length of a test.
func procs(t testing.TB, n int) {
	before := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

func TestLoopVisitsEveryIndexOnce(t *testing.T) {
	for _, p := range []int{1, 2, 4} {
		t.Run(fmt.Sprint(p), func(t *testing.T) {
			procs(t, p)
			rapid.Check(t, func(rt *rapid.T) {
				n := rapid.IntRange(0, 300).Draw(rt, "n")
				grain := rapid.IntRange(-1, 310).Draw(rt, "grain")
				visits := make([]atomic.Int32, n)
				l := NewLoop(n, grain, func(lo, hi int) {
					if g := max(grain, 1); lo%g != 0 || hi != min(lo+g, n) || lo >= hi {
						panic(fmt.Sprintf("chunk [%d,%d) of %d by %d", lo, hi, n, grain))
					}
					for i := lo; i < hi; i++ {
						visits[i].Add(1)
					}
				})
				for run := range int32(3) {
					l.Run()
					for i := range visits {
						if v := visits[i].Load(); v != run+1 {
							rt.Fatalf("index %d was visited %d times in %d runs", i, v, run+1)
						}
					}
				}
			})
		})
	}
}

func TestLoopOfHugeGrain(t *testing.T) {
	var ran [][2]int
	NewLoop(5, math.MaxInt, func(lo, hi int) { ran = append(ran, [2]int{lo, hi}) }).Run()
	if len(ran) != 1 || ran[0] != [2]int{0, 5} {
		t.Errorf("ran chunks %v, expected [0,5)", ran)
	}
}

// Each run writes plain memory that the next one reads in other chunks: with
// -race this fails where a run ends before its chunks do, or where one that
// comes late takes part without seeing what was written before.
func TestLoopRunsFollowEachOther(t *testing.T) {
	procs(t, 4)
	const n = 64
	x, y := make([]int, n), make([]int, n)
	forth := NewLoop(n, 3, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			y[i] = x[n-1-i] + 1
		}
	})
	back := NewLoop(n, 5, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			x[i] = y[n-1-i] + 1
		}
	})
	const rounds = 2000
	for range rounds {
		forth.Run()
		back.Run()
	}
	for i, v := range x {
		if v != 2*rounds {
			t.Fatalf("element %d is %d, expected %d", i, v, 2*rounds)
		}
	}
}

func TestLoopInsideLoop(t *testing.T) {
	procs(t, 4)
	var sum atomic.Int64
	NewLoop(8, 1, func(lo, _ int) {
		NewLoop(10, 3, func(a, b int) {
			for i := a; i < b; i++ {
				sum.Add(int64(lo*10 + i))
			}
		}).Run()
	}).Run()
	if got := sum.Load(); got != 79*80/2 {
		t.Errorf("sum is %d, expected %d", got, 79*80/2)
	}
}

func TestLoopRaisesPanicInCaller(t *testing.T) {
	for _, p := range []int{1, 4} {
		for _, bad := range []int{0, 7, 15} {
			t.Run(fmt.Sprintf("procs %d chunk %d", p, bad), func(t *testing.T) {
				procs(t, p)
				broken := true
				var visits atomic.Int32
				l := NewLoop(16, 1, func(lo, _ int) {
					if broken && lo == bad {
						panic(fmt.Sprint("chunk ", lo))
					}
					visits.Add(1)
				})
				raised := func() (p any) {
					defer func() { p = recover() }()
					l.Run()
					return nil
				}
				for range 3 {
					if got, want := raised(), fmt.Sprint("chunk ", bad); got != want {
						t.Fatalf("raised %v, expected %q", got, want)
					}
				}
				broken = false
				visits.Store(0)
				if got := raised(); got != nil {
					t.Fatalf("raised %v again", got)
				}
				if v := visits.Load(); v != 16 {
					t.Errorf("%d chunks ran after the panic, expected 16", v)
				}
			})
		}
	}
}

func TestLoopRaisesOnePanicOfMany(t *testing.T) {
	procs(t, 4)
	l := NewLoop(32, 1, func(int, int) { panic("bad") })
	defer func() {
		if p := recover(); p != "bad" {
			t.Errorf("raised %v, expected bad", p)
		}
	}()
	l.Run()
	t.Error("no panic was raised")
}

func TestLoopAllocatesNothing(t *testing.T) {
	x := make([]float64, 1<<12)
	l := NewLoop(len(x), 64, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			x[i]++
		}
	})
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	// AllocsPerRun goes down to one processor: go up again inside it.
	allocs := testing.AllocsPerRun(200, func() {
		runtime.GOMAXPROCS(2)
		l.Run()
	})
	if allocs != 0 {
		t.Errorf("%v allocations a run", allocs)
	}
	if x[0] != 201 || x[len(x)-1] != 201 {
		t.Errorf("ran %v and %v times, expected 201", x[0], x[len(x)-1])
	}
}

// A matrix product cut by its size has the same bits on any number of cores.
func TestLoopOfGemmSameBitsOnAnyCores(t *testing.T) {
	for _, form := range forms {
		var first []float32
		for _, cores := range []int{1, 2, 4} {
			procs(t, cores)
			p := newProduct[float32](form, 300, 65, 80, 1, 1)
			l := NewLoop(p.m, 37, func(lo, hi int) {
				Gemm(form, hi-lo, p.n, p.k, p.a[lo*p.aRow:], p.lda, p.b, p.ldb, p.c[lo*p.ldc:], p.ldc, false)
			})
			for range 3 {
				l.Run()
			}
			if first == nil {
				first = p.c
			}
			sameBits(t, fmt.Sprintf("%s on %d cores", formNames[form], cores), p.c, first)
		}
	}
}

func TestGrain(t *testing.T) {
	for _, c := range []struct{ n, work, want int }{
		{0, 10, 1},
		{1, 1 << 30, 1},
		{100, 1, 100},
		{1 << 20, 1, minWork},
		{1 << 20, 0, minWork},
		{1 << 20, minWork, 1},
		{1 << 20, minWork - 1, 2},
		{256, 2 * 64 * 32, 256},
		{512, 2 * 64 * 32, 256},
		{8, math.MaxInt, 1},
	} {
		if got := Grain(c.n, c.work); got != c.want {
			t.Errorf("Grain(%d, %d) = %d, expected %d", c.n, c.work, got, c.want)
		}
	}
}

func BenchmarkLoop(b *testing.B) {
	for _, chunks := range []int{1, 2, 16} {
		b.Run(fmt.Sprintf("%d empty chunks", chunks), func(b *testing.B) {
			l := NewLoop(chunks, 1, func(int, int) {})
			b.ReportAllocs()
			for b.Loop() {
				l.Run()
			}
		})
	}
}
