package sampler_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// Rows made of whole numbers are whole, too, before anything looks at them.
func TestWholeNumbers(t *testing.T) {
	var file map[string]json.RawMessage
	vectors.Read(t, "testdata/whole.json", &file)
	rows := func(name string) (x [][]int64, y []int64) {
		into := func(raw json.RawMessage, v any) {
			if err := json.Unmarshal(raw, v); err != nil {
				t.Fatal(err)
			}
		}
		var both struct{ X, Y json.RawMessage }
		if name == "" {
			both.X, both.Y = file["x"], file["y"]
		} else {
			into(file[name], &both)
		}
		into(both.X, &x)
		into(both.Y, &y)
		return x, y
	}
	given, labels := rows("")
	x := tensor.New(tensor.WithShape(len(given), 3), tensor.WithBacking(slices.Concat(given...)))
	y := tensor.New(tensor.WithShape(len(labels)), tensor.WithBacking(labels))
	for name, s := range map[string]sampler.Sampler{
		"SMOTE": sampler.SMOTE{Seed: 1}, "ADASYN": sampler.ADASYN{Seed: 1}, "SMOTENC": sampler.SMOTENC{Seed: 1, Categorical: []int{0}},
		"SMOTEENN": sampler.SMOTEENN{Seed: 1}, "SMOTETomek": sampler.SMOTETomek{Seed: 1},
	} {
		xs, ys, err := s.Resample(context.Background(), x, y)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var gotX, gotY []int64
		for _, v := range xs.Float64s() {
			gotX = append(gotX, int64(v))
			if float64(int64(v)) != v {
				t.Fatalf("%s made %v of whole numbers", name, v)
			}
		}
		for _, v := range ys.Float64s() {
			gotY = append(gotY, int64(v))
		}
		wantX, wantY := rows(name)
		if diff := cmp.Diff(slices.Concat(wantX...), gotX) + cmp.Diff(wantY, gotY); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	xs, _, err := sampler.RandomOverSampler{Seed: 1, Shrinkage: sampler.Shrink(1)}.Resample(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range xs.Float64s() {
		if float64(int64(v)) != v {
			t.Fatalf("shrinkage made %v of whole numbers", v)
		}
	}
}
