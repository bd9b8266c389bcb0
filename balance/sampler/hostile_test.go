package sampler_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"gorgonia.org/tensor"
)

// withDefaults are all samplers as their zero values, and with settings that few
// rows suffice for.
func withDefaults() []sampler.Sampler {
	return append([]sampler.Sampler{
		sampler.RandomOverSampler{}, sampler.RandomOverSampler{Shrinkage: sampler.Shrink(1)}, sampler.RandomUnderSampler{},
		sampler.SMOTE{}, sampler.BorderlineSMOTE{}, sampler.BorderlineSMOTE{Kind: 2, KNeighbors: 1, MNeighbors: 1}, sampler.ADASYN{},
		sampler.SMOTENC{Categorical: []int{0}}, sampler.SMOTEN{}, sampler.NearMiss{}, sampler.NearMiss{Version: 2, NNeighbors: 1},
		sampler.NearMiss{Version: 3, NNeighbors: 1, NNeighborsVer3: 1}, sampler.SMOTEENN{}, sampler.SMOTETomek{},
		sampler.KMeansSMOTE{}, sampler.KMeansSMOTE{KNeighbors: 1, NClusters: 2, ClusterBalanceThreshold: sampler.Zero}, sampler.SVMSMOTE{}, sampler.ProWSyn{NNeighbors: 1},
		sampler.PolynomFitSMOTE{Topology: sampler.Bus}, sampler.PolynomFitSMOTE{Topology: sampler.Mesh}, sampler.GeometricSMOTE{}, sampler.GeometricSMOTE{Selection: sampler.MajoritySelection},
		sampler.ClusterCentroids{Voting: sampler.Hard}, sampler.InstanceHardnessThreshold{},
	}, comparing...)
}

// Whatever few rows there are, a sampler gives whole, finite rows of classes that
// are there, or an error alone.
func TestFewRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		n, cols, kinds := 1+rng.IntN(9), 1+rng.IntN(3), 1+rng.IntN(3)
		x, y := make([]float64, n*cols), make([]float64, n)
		for i := range x {
			x[i] = float64(rng.IntN(kinds)) // copies, ties, constant columns
		}
		for i := range y {
			y[i] = float64(rng.IntN(kinds+1) * 2)
		}
		for _, s := range withDefaults() {
			xs, ys, err := s.Resample(context.Background(), dense(slices.Clone(x), n, cols), dense(slices.Clone(y), n))
			if err != nil {
				if xs != nil || ys != nil || strings.Count(err.Error(), "sampler: ") != 1 || strings.Contains(err.Error(), "\n") {
					t.Fatalf("%+v of %v %v: %v, %v, %v", s, x, y, xs, ys, err)
				}
				continue
			}
			if !slices.Equal([]int{ys.Shape()[0], cols}, xs.Shape()) || xs.Shape()[0] == 0 {
				t.Fatalf("%+v of %v %v: shapes %v and %v", s, x, y, xs.Shape(), ys.Shape())
			}
			for _, v := range xs.Float64s() {
				if v-v != 0 {
					t.Fatalf("%+v of %v %v: %v", s, x, y, xs)
				}
			}
			for _, c := range ys.Float64s() {
				if !slices.Contains(y, c) {
					t.Fatalf("%+v of %v %v: class %v", s, x, y, c)
				}
			}
		}
	}
}

// Each pair of so many rows, for each sampler, would take longer than the time
// that is given to all of them.
func TestManyEqualRows(t *testing.T) {
	const n = 100_000
	x, y := dense(make([]float32, 2*n), n, 2), make([]float32, n)
	for i := range y {
		if i%3 == 1 {
			y[i] = 1
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, s := range comparing {
		if _, _, err := s.Resample(ctx, x, dense(y, n)); err != nil && !strings.Contains(err.Error(), "no row is left") {
			t.Fatalf("%+v: %v", s, err)
		}
	}
}

// Constant columns change no choice, and stay as they are in rows that are made.
func TestConstantColumns(t *testing.T) {
	x, y := inputs(t)
	for _, s := range comparing {
		switch s.(type) {
		case sampler.SMOTENC, sampler.GeometricSMOTE:
			continue // a median of all columns; a ball in all columns
		}
		wide := vectors.Array{Shape: []int{60, 4}}
		for i := range 60 {
			wide.Data = append(append(wide.Data, x.Data[i*3:][:3]...), 7)
		}
		want, _, err := s.Resample(context.Background(), x.Tensor(tensor.Float64), y.Tensor(tensor.Float64))
		if err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
		got, _, err := s.Resample(context.Background(), wide.Tensor(tensor.Float64), y.Tensor(tensor.Float64))
		if err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
		if got.Shape()[0] != want.Shape()[0] {
			t.Errorf("%+v: %v rows with a constant column, %v without", s, got.Shape(), want.Shape())
		}
		for i, v := range got.Float64s() {
			if i%4 == 3 && v != 7 {
				t.Fatalf("%+v: the constant column is %v", s, v)
			}
		}
	}
}
