package svm

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/counterweight-go/counterweight/internal/neighbours"
	"github.com/counterweight-go/counterweight/internal/vectors"
)

func TestScikitLearnsSupportVectors(t *testing.T) {
	var file struct {
		Cases []struct {
			First    int
			C, Gamma float64
			X, Alpha vectors.Array
		}
	}
	vectors.Read(t, "testdata/svm.json", &file)
	for _, want := range file.Cases {
		got, err := Support(context.Background(), neighbours.Table[float64]{Data: want.X.Data, Cols: want.X.Shape[1]}, want.First, want.C, want.Gamma)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want.Alpha.Data {
			// Both stop within the same distance from the solution, and on the
			// same way to it.
			if (got[i] > 0) != (w > 0) || math.Abs(got[i]-w) > 1e-5*want.C {
				t.Errorf("%d and %d rows: alpha of row %d is %v, expected %v", want.First, len(got)-want.First, i, got[i], w)
			}
		}
	}
}

// cloud is two classes that overlap.
func cloud(first, second, cols int) neighbours.Table[float64] {
	rng := rand.New(rand.NewPCG(1, 2))
	t := neighbours.Table[float64]{Cols: cols}
	for i := range first + second {
		for range cols {
			v := rng.NormFloat64()
			if i >= first {
				v++
			}
			t.Data = append(t.Data, v)
		}
	}
	return t
}

// Whatever the way, the solution fulfils the conditions of Karush, Kuhn and
// Tucker: with f = Σ y α K + b, y·f is at least 1 where alpha is 0, at most 1
// where it is c, and 1 between.
func TestConditions(t *testing.T) {
	const first, second, c, gamma = 300, 60, 2., .3
	x := cloud(first, second, 4)
	alpha, err := Support(context.Background(), x, first, c, gamma)
	if err != nil {
		t.Fatal(err)
	}
	low, high, sum := math.Inf(-1), math.Inf(1), 0.
	for i := range alpha {
		y := 1.
		if i >= first {
			y = -1
		}
		sum += y * alpha[i]
		f := 0.
		for j, a := range alpha {
			yj := 1.
			if j >= first {
				yj = -1
			}
			f += yj * a * math.Exp(-gamma*neighbours.Squared(x.Data[i*4:][:4], x.Data[j*4:][:4]))
		}
		// y·(f+b) ≥ 1 bounds b from below for y = 1 and from above for y = -1.
		if (alpha[i] < c) == (y > 0) || alpha[i] > 0 && alpha[i] < c {
			low = max(low, y-f)
		}
		if (alpha[i] > 0) == (y > 0) || alpha[i] > 0 && alpha[i] < c {
			high = min(high, y-f)
		}
	}
	if low-high > 1.1*accuracy || math.Abs(sum) > 1e-9 {
		t.Errorf("b is to be at least %v and at most %v; Σ αy is %v", low, high, sum)
	}
}

func TestCoresAndCacheDoNotMatter(t *testing.T) {
	x := cloud(800, 100, 3)
	var all [2][]float64
	for i, procs := range []int{1, 4} {
		was := runtime.GOMAXPROCS(procs)
		alpha, err := Support(context.Background(), x, 800, 1, .5)
		runtime.GOMAXPROCS(was)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = alpha
	}
	if !slices.Equal(all[0], all[1]) {
		t.Error("one core and four differ")
	}
	s := gather(x, 800, 1)
	s.ctx, s.gamma = context.Background(), .5
	s.alpha, s.slope = make([]float64, len(s.sign)), slices.Repeat([]float64{-1}, len(s.sign))
	s.matrix = newCache(len(s.sign), 3)
	for i, j := s.pair(); j >= 0; i, j = s.pair() {
		s.move(i, j)
	}
	if !slices.Equal(all[0], s.alpha) {
		t.Error("a cache of all rows and of three differ")
	}
}

func TestCacheKeepsWhatWasUsedLast(t *testing.T) {
	c := newCache(1, 3)
	for _, step := range []struct {
		row   int
		known bool
	}{{5, false}, {6, false}, {5, true}, {7, false}, {8, false}, {6, false}, {7, true}, {8, true}, {5, false}, {7, true}, {6, false}, {6, true}, {8, false}} {
		row, known := c.row(step.row)
		if known != step.known {
			t.Fatalf("row %d known: %v", step.row, known)
		}
		if known && row[0] != float32(step.row) {
			t.Fatalf("row %d is %v", step.row, row[0])
		}
		row[0] = float32(step.row)
	}
}

func TestHostileRows(t *testing.T) {
	start := time.Now()
	alpha, err := Support(context.Background(), neighbours.Table[float64]{Data: make([]float64, 1_000_000), Cols: 1}, 900_000, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if alpha[0] == 0 || alpha[0] != alpha[899_999] || alpha[900_000] != 1 || alpha[999_999] != 1 {
		t.Errorf("a million equal rows: alpha %v, %v", alpha[0], alpha[999_999])
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
	two := neighbours.Table[float64]{Data: []float64{1, 2}, Cols: 1}
	for _, tt := range []struct {
		first    int
		c, gamma float64
	}{{0, 1, 1}, {2, 1, 1}, {1, 0, 1}, {1, 1, math.NaN()}, {1, math.Inf(1), 1}, {1, 1, -1}} {
		if _, err := Support(context.Background(), two, tt.first, tt.c, tt.gamma); err == nil {
			t.Errorf("%+v: no error", tt)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Support(ctx, two, 1, 1, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
