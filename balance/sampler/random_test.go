package sampler_test

import (
	"context"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

func dense[T any](v []T, shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v))
}

// The rows of imbalanced-learn's own tests: seed 0, two classes.
func TestRandomOverSamplerDrawsAsNumpy(t *testing.T) {
	x := dense([]float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 10, 1)
	y := dense([]float64{1, 0, 1, 0, 1, 1, 1, 1, 0, 1}, 10)
	got, err := sampler.RandomOverSampler{}.SampleIndices(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 3, 1, 3}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Rows of any rank, NaN among them, and targets in all their forms.
func TestPickedRowsKeepTheirShape(t *testing.T) {
	nan := float32(math.NaN())
	x := dense([]float32{0, 1, 2, nan, 4, 5, 6, 7, 8, 9, 10, 11}, 3, 2, 2)
	for name, y := range map[string]*tensor.Dense{
		"labels": dense([]float32{3, 1, 3}, 3), "a column": dense([]int{3, 1, 3}, 3, 1),
		"signs": dense([]float64{-1, 1, -1}, 3), "one-hot": dense([]float32{0, 1, 1, 0, 0, 1}, 3, 2),
		"bools": dense([]bool{false, true, false}, 3),
	} {
		t.Run(name, func(t *testing.T) {
			for s, rows := range map[sampler.Selector]int{sampler.RandomOverSampler{}: 4, sampler.RandomUnderSampler{}: 2} {
				xs, ys, err := s.Resample(context.Background(), x, y)
				if err != nil {
					t.Fatal(err)
				}
				wantY := append([]int{rows}, y.Shape()[1:]...)
				if d := cmp.Diff([]int{rows, 2, 2}, []int(xs.Shape())); d != "" {
					t.Errorf("x (-want +got):\n%s", d)
				}
				if d := cmp.Diff(wantY, []int(ys.Shape())); d != "" {
					t.Errorf("y (-want +got):\n%s", d)
				}
				from, err := s.SampleIndices(context.Background(), x, y)
				if err != nil {
					t.Fatal(err)
				}
				if got := xs.Float32s()[len(xs.Float32s())-1]; got != x.Float32s()[from[rows-1]*4+3] {
					t.Errorf("the last element is %v", got)
				}
			}
		})
	}
}

func TestShrinkage(t *testing.T) {
	ctx := context.Background()
	x := dense([]float64{0, 0, 1, 5, 2, 1, 3, 8, 4, 2, 9, 9}, 6, 2)
	y := dense([]float64{0, 0, 0, 0, 1, 1}, 6)
	plain, _, err := sampler.RandomOverSampler{Seed: 3}.Resample(ctx, x, y)
	if err != nil {
		t.Fatal(err)
	}
	zero, _, err := sampler.RandomOverSampler{Seed: 3, Shrinkage: sampler.ShrinkBy{1: 0}}.Resample(ctx, x, y)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(plain.Float64s(), zero.Float64s()); d != "" {
		t.Errorf("a shrinkage of 0 moves rows (-want +got):\n%s", d)
	}
	for name, s := range map[string]sampler.Shrinkage{
		"negative": sampler.Shrink(-1), "NaN": sampler.Shrink(math.NaN()), "no class": sampler.ShrinkBy{0: 1},
		"unknown class": sampler.ShrinkBy{1: 1, 5: 1}, "negative of a class": sampler.ShrinkBy{1: -1},
	} {
		if _, _, err := (sampler.RandomOverSampler{Shrinkage: s}).Resample(ctx, x, y); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	images := dense(vectors.Floats(x), 6, 2, 1)
	if _, _, err := (sampler.RandomOverSampler{Shrinkage: sampler.Shrink(1)}).Resample(ctx, images, y); err == nil {
		t.Error("rows of rank 2: no error")
	}
	x.Float64s()[3] = math.Inf(1)
	_, _, err = sampler.RandomOverSampler{Shrinkage: sampler.Shrink(1)}.Resample(ctx, x, y)
	wantError(t, err, "row 1, column 1")
}

func TestBadInput(t *testing.T) {
	x, y := dense([]float64{1, 2, 3}, 3, 1), dense([]float64{0, 0, 1}, 3)
	for name, tt := range map[string]struct {
		x, y tensor.Tensor
		want string
	}{
		"no x":            {nil, y, "x is nil"},
		"no y":            {x, nil, "y is nil"},
		"zero rows":       {dense([]float64{}, 0, 3), dense([]float64{}, 0), "no rows"},
		"other lengths":   {x, dense([]float64{0, 1}, 2), "x has 3 rows and y 2"},
		"one class":       {x, dense([]float64{2, 2, 2}, 3), "single class 2"},
		"fractions":       {x, dense([]float64{0, 0.5, 1}, 3), "0.5 in row 1"},
		"NaN":             {x, dense([]float64{0, 1, math.NaN()}, 3), "NaN in row 2"},
		"soft targets":    {x, dense([]float64{0, 1, 1, 0, .5, .5}, 3, 2), "row 2 is not one-hot"},
		"targets of time": {x, dense([]float64{0, 1, 1}, 3, 1, 1), "y has shape"},
		"a scalar":        {tensor.New(tensor.FromScalar(3.)), y, "no rows"},
		"strings":         {dense([]string{"a", "b", "c"}, 3), y, "string"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := sampler.RandomUnderSampler{}.Resample(context.Background(), tt.x, tt.y)
			wantError(t, err, tt.want)
			_, err = sampler.RandomOverSampler{}.SampleIndices(context.Background(), tt.x, tt.y)
			wantError(t, err, tt.want)
		})
	}
	_, _, err := sampler.RandomUnderSampler{Strategy: sampler.Counts{0: 0, 1: 0}}.Resample(context.Background(), x, y)
	wantError(t, err, "no row is left")
}
