package sampler_test

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// entry is what one sampler of imbalanced-learn returns.
type entry struct {
	X, Y    vectors.Array
	N       int
	Indices []int            `json:"sample_indices"`
	Danger  map[string][]int // rows in danger of each class
}

// ofTheFile are the samplers of samplers.json, as their names there say.
var ofTheFile = map[string]sampler.Sampler{
	"ROS":         sampler.RandomOverSampler{Seed: 42},
	"ROS_shrink1": sampler.RandomOverSampler{Seed: 42, Shrinkage: sampler.Shrink(1)},
	"RUS":         sampler.RandomUnderSampler{Seed: 42},
	"RUS_repl":    sampler.RandomUnderSampler{Seed: 42, Replacement: true},

	"SMOTE":            sampler.SMOTE{Seed: 42},
	"BorderlineSMOTE1": sampler.BorderlineSMOTE{Seed: 42},
	"BorderlineSMOTE2": sampler.BorderlineSMOTE{Seed: 42, Kind: 2},
	"ADASYN":           sampler.ADASYN{Seed: 42},

	"Tomek_all":   sampler.TomekLinks{Strategy: sampler.All},
	"Tomek_auto":  sampler.TomekLinks{},
	"ENN_all_k3":  sampler.EditedNearestNeighbours{},
	"ENN_mode_k3": sampler.EditedNearestNeighbours{Kind: sampler.MostAgree},
	"AllKNN":      sampler.AllKNN{},
	"NearMiss1":   sampler.NearMiss{},
	"NearMiss2":   sampler.NearMiss{Version: 2},
	"NearMiss3":   sampler.NearMiss{Version: 3},
	"OSS":         sampler.OneSidedSelection{Seed: 42},
	"SMOTETomek":  sampler.SMOTETomek{Seed: 42},
	"SMOTEENN":    sampler.SMOTEENN{Seed: 42},
}

func TestImbalancedLearnsRows(t *testing.T) {
	var file map[string]json.RawMessage
	vectors.Read(t, "testdata/samplers.json", &file)
	x, y := inputs(t)
	done := 0
	for name, raw := range file {
		if name == "X" || name == "y" || name == "source" {
			continue
		}
		s, ok := ofTheFile[name]
		if !ok {
			t.Errorf("%s is not replayed", name)
			continue
		}
		done++
		var want entry
		decode(t, raw, &want)
		replay(t, name, s, x, y, want)
	}
	t.Logf("%d of %d samplers replayed, each in float32 and float64", done, len(file)-3)
}

// more are the samplers of more.json, which more.py makes.
var more = map[string]sampler.Sampler{
	"SMOTE k3 counts":  sampler.SMOTE{Seed: 1, KNeighbors: 3, Strategy: sampler.Counts{1: 25, 2: 11}},
	"ADASYN k3":        sampler.ADASYN{Seed: 1, NNeighbors: 3},
	"SMOTENC":          sampler.SMOTENC{Categorical: []int{0, 4}, Seed: 3},
	"SMOTENC order k3": sampler.SMOTENC{Categorical: []int{4, 0}, Seed: 4, KNeighbors: 3},
	"SMOTENC median 0": sampler.SMOTENC{Categorical: []int{0, 4}, Seed: 5},
	"SMOTEN":           sampler.SMOTEN{Seed: 6},
	"SMOTEN k2":        sampler.SMOTEN{Seed: 7, KNeighbors: 2},

	"ROS all":                 sampler.RandomOverSampler{Seed: 2, Strategy: sampler.All, Shrinkage: sampler.ShrinkBy{0: .5, 1: 0, 2: 2}},
	"RUS counts":              sampler.RandomUnderSampler{Seed: 2, Strategy: sampler.Counts{0: 5, 2: 3}},
	"ENN k5 list":             sampler.EditedNearestNeighbours{NNeighbors: 5, Strategy: sampler.Classes{1}, Kind: sampler.MostAgree},
	"RENN mode":               sampler.RepeatedEditedNearestNeighbours{Kind: sampler.MostAgree},
	"RENN all classes":        sampler.RepeatedEditedNearestNeighbours{Kind: sampler.MostAgree, Strategy: sampler.All, NNeighbors: 5, MaxIter: 2},
	"AllKNN minority":         sampler.AllKNN{AllowMinority: true, Kind: sampler.MostAgree, NNeighbors: 4},
	"NearMiss 2 k9":           sampler.NearMiss{Version: 2, NNeighbors: 8, Strategy: sampler.Counts{0: 20}},
	"NearMiss 3 k5":           sampler.NearMiss{Version: 3, NNeighbors: 2, NNeighborsVer3: 5},
	"CNN":                     sampler.CondensedNearestNeighbour{Seed: 8},
	"CNN k3":                  sampler.CondensedNearestNeighbour{Seed: 12, NNeighbors: 3, NSeeds: 2},
	"OSS k3":                  sampler.OneSidedSelection{Seed: 13, NNeighbors: 3, NSeeds: 4},
	"Centroids":               sampler.ClusterCentroids{Seed: 14},
	"Centroids counts":        sampler.ClusterCentroids{Seed: 14, Voting: sampler.Hard, Strategy: sampler.Counts{0: 4}},
	"KMeansSMOTE one cluster": sampler.KMeansSMOTE{Seed: 16, NClusters: 1, KNeighbors: 4},
	"KMeansSMOTE":             sampler.KMeansSMOTE{Seed: 17, NClusters: 5, ClusterBalanceThreshold: .15, KNeighbors: 3},
	"SVMSMOTE":                sampler.SVMSMOTE{Seed: 18, MNeighbors: 11},
	"SVMSMOTE k3":             sampler.SVMSMOTE{Seed: 19, KNeighbors: 3, MNeighbors: 3, OutStep: .9},
	"IHT":                     sampler.InstanceHardnessThreshold{Seed: 20},
	"IHT counts":              sampler.InstanceHardnessThreshold{Seed: 21, CV: 3, Strategy: sampler.Counts{0: 11, 2: 4}},
	"GeometricSMOTE":          sampler.GeometricSMOTE{Seed: 22},
	"GeometricSMOTE squeezed": sampler.GeometricSMOTE{Seed: 23, TruncationFactor: -.4, DeformationFactor: .7, Selection: sampler.MinoritySelection, KNeighbors: 3},
	"GeometricSMOTE majority": sampler.GeometricSMOTE{Seed: 24, TruncationFactor: sampler.Zero, Selection: sampler.MajoritySelection},
	"NCR":                     sampler.NeighbourhoodCleaningRule{},
	"NCR k5":                  sampler.NeighbourhoodCleaningRule{NNeighbors: 5, ThresholdCleaning: 1.2, Strategy: sampler.All},
}

func TestMoreOfImbalancedLearnsRows(t *testing.T) {
	var file struct {
		Categories, Mixed, Flat vectors.Array
		Entries                 map[string]entry
	}
	vectors.Read(t, "testdata/more.json", &file)
	x, y := inputs(t)
	sortedX, sortedY := byClass(x, y)
	tables := map[string]vectors.Array{
		"SMOTENC": file.Mixed, "SMOTENC order k3": file.Mixed, "SMOTENC median 0": file.Flat,
		"SMOTEN": file.Categories, "SMOTEN k2": file.Categories,
		"CNN": sortedX, "CNN k3": sortedX,
	}
	for name, want := range file.Entries {
		s, ok := more[name]
		if !ok {
			t.Errorf("%s is not replayed", name)
			continue
		}
		table, ok := tables[name]
		if !ok {
			table = x
		}
		labels := y
		if strings.HasPrefix(name, "CNN") {
			labels = sortedY
		}
		replay(t, name, s, table, labels, want)
	}
	t.Logf("%d samplers replayed, each in float32 and float64", len(file.Entries))
}

// byClass sorts the rows by their class.
func byClass(x, y vectors.Array) (xs, ys vectors.Array) {
	xs.Shape, ys.Shape = x.Shape, y.Shape
	for _, c := range []float64{0, 1, 2} {
		for i, label := range y.Data {
			if label == c {
				xs.Data = append(xs.Data, x.Data[i*x.Shape[1]:(i+1)*x.Shape[1]]...)
				ys.Data = append(ys.Data, label)
			}
		}
	}
	return xs, ys
}

func inputs(t *testing.T) (x, y vectors.Array) {
	t.Helper()
	var file struct {
		X vectors.Array
		Y vectors.Array `json:"y"`
	}
	vectors.Read(t, "testdata/samplers.json", &file)
	return file.X, file.Y
}

func replay(t *testing.T, name string, s sampler.Sampler, x, y vectors.Array, want entry) {
	for dt, tol := range map[tensor.Dtype]float64{tensor.Float32: 2e-6, tensor.Float64: 1e-12} {
		t.Run(name+" "+dt.String(), func(t *testing.T) {
			ctx := context.Background()
			xs, ys, err := s.Resample(ctx, x.Tensor(dt), y.Tensor(dt))
			if err != nil {
				t.Fatal(err)
			}
			if got := xs.Shape()[0]; got != want.N || ys.Shape()[0] != want.N || xs.Dtype() != dt || ys.Dtype() != dt {
				t.Errorf("%d rows of %v and %v, expected %d of %v", got, xs.Dtype(), ys.Shape(), want.N, dt)
			}
			if want.Indices != nil {
				got, err := s.(sampler.Selector).SampleIndices(ctx, x.Tensor(dt), y.Tensor(dt))
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(want.Indices, got); d != "" {
					t.Fatalf("indices (-want +got):\n%s", d)
				}
			}
			sameRows(t, vectors.Floats(xs), rowsOf(x, want.X, want), tol, x.Shape[1])
			sameRows(t, vectors.Floats(ys), rowsOf(y, want.Y, want), 0, 1)
			if b, ok := s.(sampler.BorderlineSMOTE); ok && want.Danger != nil {
				danger, err := b.DangerIndices(ctx, x.Tensor(dt), y.Tensor(dt))
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(want.Danger, map[string][]int{"1": danger[1], "2": danger[2]}); d != "" || len(danger) != 2 {
					t.Errorf("in danger: %v (-want +got):\n%s", danger, d)
				}
			}
		})
	}
}

// rowsOf is what the sampler returns of all: the rows listed, after the rows of
// the input where that many are missing, or else the rows by their indices.
func rowsOf(all, listed vectors.Array, want entry) []float64 {
	width := len(all.Data) / all.Shape[0]
	switch len(listed.Data) {
	case 0:
		var out []float64
		for _, r := range want.Indices {
			out = append(out, all.Data[r*width:(r+1)*width]...)
		}
		return out
	case want.N * width:
		return listed.Data
	}
	return append(append([]float64(nil), all.Data...), listed.Data...)
}

func sameRows(t *testing.T, got, want []float64, tol float64, cols int) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d numbers, expected %d", len(got), len(want))
	}
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= tol*(1+math.Abs(w))) {
			t.Fatalf("row %d, column %d is %v, expected %v", i/cols, i%cols, got[i], w)
		}
	}
}

func decode(t *testing.T, raw json.RawMessage, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}
