package kmeans

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/counterweight-go/counterweight/internal/neighbours"
	"github.com/counterweight-go/counterweight/internal/nprand"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func fit(t *testing.T, rows neighbours.Table[float64], k int, seed uint32) *Clusters {
	t.Helper()
	c, err := Fit(context.Background(), rows, k, nprand.New(seed))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestScikitLearnsClusters(t *testing.T) {
	var file struct {
		Cases []struct {
			Seed       uint32
			K          int
			X, Centers vectors.Array
			Labels     []int32
			Inertia    float64
			Iterations int
		}
	}
	vectors.Read(t, "testdata/kmeans.json", &file)
	for _, want := range file.Cases {
		got := fit(t, neighbours.Table[float64]{Data: want.X.Data, Cols: want.X.Shape[1]}, want.K, want.Seed)
		if d := cmp.Diff(want.Labels, got.Of); d != "" {
			t.Errorf("%d clusters: labels (-want +got):\n%s", want.K, d)
		}
		if d := cmp.Diff(want.Centers.Data, got.Centers, cmpopts.EquateApprox(1e-10, 1e-12)); d != "" {
			t.Errorf("%d clusters: centers (-want +got):\n%s", want.K, d)
		}
		if math.Abs(got.Inertia-want.Inertia) > 1e-9*want.Inertia || got.Iterations != want.Iterations {
			t.Errorf("%d clusters: inertia %v after %d iterations, expected %v after %d", want.K, got.Inertia, got.Iterations, want.Inertia, want.Iterations)
		}
	}
}

func TestCoresDoNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	rows := neighbours.Table[float64]{Cols: 7, Data: make([]float64, 7*8_000)}
	for i := range rows.Data {
		rows.Data[i] = rng.NormFloat64()
	}
	var all [2]*Clusters
	for i, procs := range []int{1, 4} {
		was := runtime.GOMAXPROCS(procs)
		all[i] = fit(t, rows, 9, 3)
		runtime.GOMAXPROCS(was)
	}
	if d := cmp.Diff(all[0], all[1]); d != "" {
		t.Error("one core and four differ")
	}
}

// A row that is there w times is one row of weight w.
func TestRepeatedRows(t *testing.T) {
	x := []float64{0, 1, 10, 11, 12, 30}
	var rows []float64
	for _, v := range x {
		rows = append(rows, v, v, v)
	}
	c := fit(t, neighbours.Table[float64]{Data: rows, Cols: 1}, 3, 1)
	sum := c.Centers[0] + c.Centers[1] + c.Centers[2]
	if c.Inertia != 3*(.25+.25+1+1) || sum != .5+11+30 || c.Of[0] != c.Of[5] || c.Of[0] == c.Of[6] {
		t.Errorf("%+v", c)
	}
	c = fit(t, neighbours.Table[float64]{Data: []float64{4, 7, 7, 4}, Cols: 1}, 3, 1)
	if d := cmp.Diff(&Clusters{Centers: []float64{4, 7, 4}, Of: []int32{0, 1, 1, 0}}, c); d != "" {
		t.Errorf("two kinds of rows in three clusters (-want +got):\n%s", d)
	}
}

// No center is lost where all rows lie in fewer places than there are centers
// to begin with.
func TestEmptyClustersAreMoved(t *testing.T) {
	p := &problem{ctx: context.Background(), rows: neighbours.Table[float64]{Data: []float64{0, 1, 2, 50}, Cols: 1}, weight: []float64{1, 1, 1, 1}, cols: 1, k: 2}
	c := &Clusters{Centers: []float64{1, 1000}}
	away, err := p.assign(c)
	if err != nil {
		t.Fatal(err)
	}
	p.recentre(c, away)
	if d := cmp.Diff([]float64{1, 50}, c.Centers); d != "" {
		t.Errorf("centers (-want +got):\n%s", d)
	}
}

func TestHostileRows(t *testing.T) {
	start := time.Now()
	c := fit(t, neighbours.Table[float64]{Data: make([]float64, 1_000_000), Cols: 1}, 1000, 1)
	if c.Inertia != 0 || c.Of[999_999] != 0 || time.Since(start) > time.Minute {
		t.Errorf("a million equal rows: inertia %v, cluster %d, %v", c.Inertia, c.Of[999_999], time.Since(start))
	}
	for _, size := range []float64{1e-300, 1e300} {
		fit(t, neighbours.Table[float64]{Data: []float64{size, 2 * size, -size, 5 * size, 0}, Cols: 1}, 2, 1)
	}
	for _, k := range []int{-1, 0, 4} {
		if _, err := Fit(context.Background(), neighbours.Table[float64]{Data: []float64{1, 2, 3}, Cols: 1}, k, nprand.New(0)); err == nil {
			t.Errorf("%d clusters of 3 rows: no error", k)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fit(ctx, neighbours.Table[float64]{Data: []float64{1, 2, 3}, Cols: 1}, 2, nprand.New(0)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
