package sampler_test

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// blobs are rows of three classes that overlap.
func blobs(n, cols int) (x, y *tensor.Dense) {
	rng := rand.New(rand.NewPCG(1, 1))
	v, c := make([]float32, n*cols), make([]float32, n)
	for i := range c {
		c[i] = float32(min(rng.IntN(10), 2))
		for j := range cols {
			v[i*cols+j] = float32(rng.NormFloat64()) + c[i]/2
		}
	}
	return dense(v, n, cols), dense(c, n)
}

func everySampler() map[string]sampler.Sampler {
	all := map[string]sampler.Sampler{}
	for name, s := range ofTheFile {
		all[name] = s
	}
	for name, s := range more {
		if !strings.Contains(name, "counts") && !strings.Contains(name, "k9") {
			all[name] = s
		}
	}
	return all
}

func TestNeitherCoresNorCallsMatter(t *testing.T) {
	x, y := blobs(400, 9)
	for name, s := range everySampler() {
		var got [2][]float64
		for i, procs := range []int{1, 4} {
			was := runtime.GOMAXPROCS(procs)
			xs, _, err := s.Resample(context.Background(), x, y)
			runtime.GOMAXPROCS(was)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got[i] = vectors.Floats(xs)
		}
		if d := cmp.Diff(got[0], got[1]); d != "" {
			t.Errorf("%s: one core and four differ", name)
		}
	}
}

// Rows are those of the indices, in images too, and x stays as it was.
func TestIndicesNameTheRows(t *testing.T) {
	x, y := blobs(200, 12)
	before := append([]float32(nil), x.Float32s()...)
	if err := x.Reshape(200, 3, 2, 2); err != nil {
		t.Fatal(err)
	}
	for name, s := range everySampler() {
		picks, ok := s.(sampler.Selector)
		if o, over := s.(sampler.RandomOverSampler); !ok || over && o.Shrinkage != nil {
			continue
		}
		xs, ys, err := picks.Resample(context.Background(), x, y)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rows, err := picks.SampleIndices(context.Background(), x, y)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for what, pair := range map[string][2]*tensor.Dense{"x": {x, xs}, "y": {y, ys}} {
			want, err := data.Take(pair[0], rows)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want.Float32s(), pair[1].Float32s()); d != "" || !want.Shape().Eq(pair[1].Shape()) {
				t.Errorf("%s: %s of shape %v is not what the indices say, of shape %v", name, what, pair[1].Shape(), want.Shape())
			}
		}
	}
	if d := cmp.Diff(before, x.Float32s()); d != "" {
		t.Error("x has changed")
	}
}

// A row with a copy in another class is in that copy's neighbourhood, and in no
// neighbourhood of its own.
func TestCopiesAreNeighbours(t *testing.T) {
	x, y := column(1, 1, 5, 6, 7, 9), labels(0, 1, 0, 0, 0, 1)
	for _, tt := range []struct {
		s    sampler.Selector
		want []int
	}{
		{sampler.TomekLinks{}, []int{1, 2, 3, 4, 5}},
		{sampler.TomekLinks{Strategy: sampler.All}, []int{2, 3, 4, 5}},
		{sampler.TomekLinks{Strategy: sampler.Classes{1}}, []int{0, 2, 3, 4, 5}},
		{sampler.EditedNearestNeighbours{NNeighbors: 1}, []int{2, 3, 4, 1, 5}},
	} {
		got, err := tt.s.SampleIndices(context.Background(), x, y)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%+v (-want +got):\n%s", tt.s, d)
		}
	}
}

// A seed that is drawn twice is one row.
func TestSeedsOnce(t *testing.T) {
	x, y := column(1, 2, 3, 4, 9, 10), labels(0, 0, 0, 0, 1, 1)
	for _, s := range []sampler.Selector{sampler.CondensedNearestNeighbour{NSeeds: 40}, sampler.OneSidedSelection{NSeeds: 40}} {
		rows, err := s.SampleIndices(context.Background(), x, y)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int]bool{}
		for _, r := range rows {
			if seen[r] {
				t.Errorf("%T: row %d twice", s, r)
			}
			seen[r] = true
		}
		if len(rows) != 6 {
			t.Errorf("%T: %d rows, expected all 6", s, len(rows))
		}
	}
}

func TestClassesLeftAsTheyAreAreNamed(t *testing.T) {
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(was)

	x, y := column(1, 2, 3, 4, 5, 70, 80, 90), labels(4, 4, 4, 4, 4, 6, 6, 6)
	xs, _, err := sampler.BorderlineSMOTE{MNeighbors: 2, KNeighbors: 2}.Resample(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(x.Float64s(), xs.Float64s()); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
	if !strings.Contains(log.String(), "class=6") {
		t.Errorf("no notice: %s", log.String())
	}
	log.Reset()
	if _, _, err := (sampler.NearMiss{Version: 3, NNeighborsVer3: 1, NNeighbors: 1}).Resample(context.Background(), x, y); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "rows=1 asked=3") {
		t.Errorf("no notice: %s", log.String())
	}
	log.Reset()
	s := sampler.RandomOverSampler{Shrinkage: sampler.ShrinkBy{4: 1, 6: 1}}
	if _, _, err := s.Resample(context.Background(), x, y); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "class=4") {
		t.Errorf("no notice: %s", log.String())
	}
}

// The targets of new rows have the form of those given.
func TestOneHotTargetsStay(t *testing.T) {
	x := column(1, 2, 3, 4, 11, 12)
	y := dense([]float64{1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1}, 6, 2)
	xs, ys, err := sampler.SMOTE{KNeighbors: 1}.Resample(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float64{0, 1, 0, 1}, ys.Float64s()[12:]); d != "" {
		t.Errorf("y (-want +got):\n%s", d)
	}
	for _, v := range xs.Float64s()[6:] {
		if v < 11 || v >= 12 {
			t.Errorf("a new row is %v, expected one between 11 and 12", v)
		}
	}
}
