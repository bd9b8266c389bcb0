package sampler_test

import (
	"context"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// between are samplers whose new rows lie between rows of their class.
var between = map[string]func(seed uint32, s sampler.Strategy) sampler.Sampler{
	"SMOTE": func(seed uint32, s sampler.Strategy) sampler.Sampler { return sampler.SMOTE{Seed: seed, Strategy: s} },
	"BorderlineSMOTE": func(seed uint32, s sampler.Strategy) sampler.Sampler {
		return sampler.BorderlineSMOTE{Seed: seed, Strategy: s}
	},
	"KMeansSMOTE": func(seed uint32, s sampler.Strategy) sampler.Sampler {
		return sampler.KMeansSMOTE{Seed: seed, Strategy: s, NClusters: 4, ClusterBalanceThreshold: sampler.Zero}
	},
	"SVMSMOTE": func(seed uint32, s sampler.Strategy) sampler.Sampler {
		return sampler.SVMSMOTE{Seed: seed, Strategy: s, OutStep: sampler.Zero}
	},
	"ProWSyn": func(seed uint32, s sampler.Strategy) sampler.Sampler {
		return sampler.ProWSyn{Seed: seed, Strategy: s}
	},
	"star": func(_ uint32, s sampler.Strategy) sampler.Sampler { return sampler.PolynomFitSMOTE{Strategy: s} },
	"bus": func(_ uint32, s sampler.Strategy) sampler.Sampler {
		return sampler.PolynomFitSMOTE{Strategy: s, Topology: sampler.Bus}
	},
	"mesh": func(_ uint32, s sampler.Strategy) sampler.Sampler {
		return sampler.PolynomFitSMOTE{Strategy: s, Topology: sampler.Mesh}
	},
}

func TestNewRowsLieBetweenThoseOfTheirClass(t *testing.T) {
	x, y := blobs(500, 3)
	counts := map[float32]int{}
	low, high := map[float32][]float32{}, map[float32][]float32{}
	for i, c := range y.Float32s() {
		row := x.Float32s()[i*3:][:3]
		if counts[c]++; counts[c] == 1 {
			low[c], high[c] = slices.Clone(row), slices.Clone(row)
		}
		for j, v := range row {
			low[c][j], high[c][j] = min(low[c][j], v), max(high[c][j], v)
		}
	}
	asked := sampler.Counts{0: 331, 1: 130}
	for name, of := range between {
		xs, ys, err := of(5, asked).Resample(context.Background(), x, y)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := cmp.Diff(x.Float32s(), xs.Float32s()[:1500]); d != "" {
			t.Errorf("%s: the rows given do not come first", name)
		}
		got := map[float32]int{}
		for i, c := range ys.Float32s() {
			got[c]++
			for j, v := range xs.Float32s()[i*3:][:3] {
				if v < low[c][j] || v > high[c][j] {
					t.Fatalf("%s: column %d of row %d is %v, expected %v to %v", name, j, i, v, low[c][j], high[c][j])
				}
			}
		}
		if d := cmp.Diff(map[float32]int{0: 331, 1: 130, 2: counts[2]}, got); d != "" {
			t.Errorf("%s: rows of the classes (-want +got):\n%s", name, d)
		}
	}
}

func TestSeedsMakeTheRows(t *testing.T) {
	x, y := blobs(500, 3)
	drawing := map[string]func(uint32, sampler.Strategy) sampler.Sampler{
		"GeometricSMOTE": func(seed uint32, s sampler.Strategy) sampler.Sampler {
			return sampler.GeometricSMOTE{Seed: seed, Strategy: s}
		},
		"ClusterCentroids": func(seed uint32, s sampler.Strategy) sampler.Sampler { return sampler.ClusterCentroids{Seed: seed} },
		"InstanceHardnessThreshold": func(seed uint32, s sampler.Strategy) sampler.Sampler {
			return sampler.InstanceHardnessThreshold{Seed: seed}
		},
	}
	for name, of := range between {
		drawing[name] = of
	}
	for name, of := range drawing {
		if again, ok := of(7, nil).(sampler.Seeded); ok && !cmp.Equal(of(8, nil), again.Reseeded(1)) {
			t.Errorf("%s reseeded is %+v", name, again.Reseeded(1))
		} else if _, draws := of(7, nil).(sampler.PolynomFitSMOTE); ok == draws {
			t.Errorf("%s has a seed that cannot be raised", name)
		}
		var got [3][]float64
		for i, seed := range []uint32{7, 7, 8} {
			xs, _, err := of(seed, sampler.Auto).Resample(context.Background(), x, y)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got[i] = vectors.Floats(xs)
		}
		if !slices.Equal(got[0], got[1]) {
			t.Errorf("%s: one seed gives other rows", name)
		}
		if _, draws := of(1, nil).(sampler.PolynomFitSMOTE); draws == slices.Equal(got[0], got[2]) {
			continue
		}
		t.Errorf("%s: two seeds give the same rows: %v", name, slices.Equal(got[0], got[2]))
	}
}

// As imbalanced-learn's own test has it.
func TestKMeansSMOTEWithOneClusterIsSMOTE(t *testing.T) {
	x, y := blobs(300, 4)
	want, _, err := sampler.SMOTE{Seed: 42}.Resample(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := sampler.KMeansSMOTE{Seed: 42, NClusters: 1, KNeighbors: 5}.Resample(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want.Float32s(), got.Float32s()); d != "" {
		t.Error("the rows differ")
	}
}

// Two far clusters of a class: the loose one gets nearly all new rows, and none
// lies between both.
func TestKMeansSMOTEFillsLooseClusters(t *testing.T) {
	x := column(0, .1, .2, .3, 100, 104, 108, 112, 50, 50.1, 50.2, 50.3, 50.4, 50.5, 50.6, 50.7, 50.8, 50.9, 51, 51.1, 51.2, 51.3, 51.4, 51.5)
	y := labels(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	xs, _, err := sampler.KMeansSMOTE{NClusters: 3, DensityExponent: 1}.Resample(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	loose := 0
	for _, v := range xs.Float64s()[24:] {
		if v >= 100 {
			loose++
		} else if v > .3 {
			t.Errorf("a new row is %v, outside both clusters", v)
		}
	}
	if loose != 8 { // its mean distance is 40 times the other's: 7.8 of 8
		t.Errorf("%d of 8 rows in the loose cluster", loose)
	}
}

func TestPolynomFitLines(t *testing.T) {
	x := dense([]float64{0, 0, 4, 0, 2, 6, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}, 12, 2)
	y := labels(1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	for name, tt := range map[string]struct {
		s    sampler.PolynomFitSMOTE
		want []float64
	}{
		// The mean is (2, 2).
		"star":             {sampler.PolynomFitSMOTE{}, []float64{2. / 3, 2. / 3, 4. / 3, 4. / 3, 10. / 3, 2. / 3, 8. / 3, 4. / 3, 2, 14. / 3, 2, 10. / 3}},
		"star of few rows": {sampler.PolynomFitSMOTE{Strategy: sampler.Counts{1: 5}}, []float64{1, 1, 3, 1}},
		"bus":              {sampler.PolynomFitSMOTE{Topology: sampler.Bus, Strategy: sampler.Counts{1: 6}}, []float64{4. / 3, 0, 8. / 3, 0, 3, 3}},
		"mesh":             {sampler.PolynomFitSMOTE{Topology: sampler.Mesh, Strategy: sampler.Counts{1: 6}}, []float64{2, 0, 1, 3, 3, 3}},
	} {
		xs, _, err := tt.s.Resample(context.Background(), x, y)
		if err != nil {
			t.Fatal(err)
		}
		sameRows(t, xs.Float64s()[24:], tt.want, 1e-15, 2)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// Rows near the other class get most of the new ones.
func TestProWSynLevels(t *testing.T) {
	x := column(10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3, -4, -5, -6)
	y := labels(1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	// Of 2 rows each, the levels weigh 1, 1/e and 1/e² for 10 new rows.
	xs, _, err := sampler.ProWSyn{NNeighbors: 2}.Resample(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	got := map[int]int{}
	for _, v := range xs.Float64s()[22:] {
		got[int(v-10)/2]++
		if int(v)%2 == 1 {
			t.Errorf("a new row is %v, between two levels", v)
		}
	}
	if d := cmp.Diff(map[int]int{0: 7, 1: 2, 2: 1}, got); d != "" {
		t.Errorf("rows of the levels (-want +got):\n%s", d)
	}
	if _, _, err := (sampler.ProWSyn{NNeighbors: 1, Levels: 9}).Resample(context.Background(), x, y); err != nil {
		t.Errorf("levels of one row: %v", err)
	}
}

func TestCentroidsAreMeansAndRows(t *testing.T) {
	x := column(0, 2, 1, 100, 103, 97, 50, 51)
	y := labels(0, 0, 0, 0, 0, 0, 1, 1)
	for voting, want := range map[sampler.Voting][]float64{sampler.Soft: {1, 100, 50, 51}, sampler.Hard: {1, 100, 50, 51}} {
		xs, ys, err := sampler.ClusterCentroids{Voting: voting}.Resample(context.Background(), x, y)
		if err != nil {
			t.Fatal(err)
		}
		got := xs.Float64s()
		slices.Sort(got[:2])
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("voting %d (-want +got):\n%s", voting, d)
		}
		if d := cmp.Diff([]float64{0, 0, 1, 1}, ys.Float64s()); d != "" {
			t.Errorf("classes (-want +got):\n%s", d)
		}
	}
	moved := column(0, 2, 4, 100, 103, 97, 50, 51)
	xs, _, err := sampler.ClusterCentroids{Strategy: sampler.Counts{0: 1}}.Resample(context.Background(), moved, y)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float64{51, 50, 51}, xs.Float64s()); d != "" {
		t.Errorf("one cluster is the mean (-want +got):\n%s", d)
	}
	if same, _, err := (sampler.ClusterCentroids{Strategy: sampler.Counts{0: 6}}).Resample(context.Background(), x, y); err != nil || !same.Shape().Eq(tensor.Shape{8, 1}) {
		t.Errorf("as many clusters as rows: %v, %v", same, err)
	}
}
