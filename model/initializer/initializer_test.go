package initializer_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// fill returns the numbers of an initialiser for a seed or fails the test.
func fill(t testing.TB, i initializer.Initializer, seed uint64, shape ...int) []float64 {
	t.Helper()
	n := 1
	for _, s := range shape {
		n *= s
	}
	w := make([]float64, n)
	for j := range w {
		w[j] = math.NaN() // so that an element left out is seen
	}
	if err := i.Fill(w, shape, rand.New(rand.NewPCG(seed, 0))); err != nil {
		t.Fatal(err)
	}
	return w
}

// distribution is what an initialiser should draw from.
type distribution struct {
	mean, sd float64
	lo, hi   float64 // no number lies outside
	cdf      func(float64) float64
}

func uniform(lo, hi float64) distribution {
	d := distuv.Uniform{Min: lo, Max: hi}
	return distribution{d.Mean(), d.StdDev(), lo, hi, d.CDF}
}

func normal(mean, sd float64) distribution {
	d := distuv.Normal{Mu: mean, Sigma: sd}
	return distribution{mean, sd, math.Inf(-1), math.Inf(1), d.CDF}
}

// truncated is a normal distribution of standard deviation sd cut at two of
// them. What is left has a standard deviation of 0.8796 of that.
func truncated(mean, sd float64) distribution {
	tail := distuv.UnitNormal.CDF(-2)
	variance := 1 - 2*2*distuv.UnitNormal.Prob(2)/(1-2*tail)
	return distribution{mean, sd * math.Sqrt(variance), mean - 2*sd, mean + 2*sd, func(x float64) float64 {
		return min(max((distuv.UnitNormal.CDF((x-mean)/sd)-tail)/(1-2*tail), 0), 1)
	}}
}

// scaled is truncated with the standard deviation that is left given.
func scaled(sd float64) distribution { return truncated(0, sd/truncated(0, 1).sd) }

func TestDistributions(t *testing.T) {
	matrix, kernel := []int{250, 400}, []int{3, 3, 50, 200} // fans 250 and 400, 450 and 1800
	tests := []struct {
		name  string
		init  initializer.Initializer
		shape []int
		want  distribution
	}{
		{"random normal", initializer.RandomNormal{}, matrix, normal(0, 0.05)},
		{"random normal of mean 3", initializer.RandomNormal{Mean: 3, StdDev: 2}, matrix, normal(3, 2)},
		{"truncated normal", initializer.TruncatedNormal{}, matrix, truncated(0, 0.05)},
		{"truncated normal of mean 3", initializer.TruncatedNormal{Mean: 3, StdDev: 2}, matrix, truncated(3, 2)},
		{"random uniform", initializer.RandomUniform{}, matrix, uniform(-0.05, 0.05)},
		{"random uniform up to 1", initializer.RandomUniform{Max: 1}, matrix, uniform(0, 1)},
		{"random uniform below 0", initializer.RandomUniform{Min: -3, Max: -1}, matrix, uniform(-3, -1)},
		{"glorot uniform", initializer.GlorotUniform{}, matrix, uniform(-math.Sqrt(6./650), math.Sqrt(6./650))},
		{"glorot normal", initializer.GlorotNormal{}, matrix, scaled(math.Sqrt(2. / 650))},
		{"he uniform", initializer.HeUniform{}, matrix, uniform(-math.Sqrt(6./250), math.Sqrt(6./250))},
		{"he normal", initializer.HeNormal{}, matrix, scaled(math.Sqrt(2. / 250))},
		{"lecun uniform", initializer.LecunUniform{}, matrix, uniform(-math.Sqrt(3./250), math.Sqrt(3./250))},
		{"lecun normal", initializer.LecunNormal{}, matrix, scaled(math.Sqrt(1. / 250))},
		{"glorot uniform of a convolution", initializer.GlorotUniform{}, kernel, uniform(-math.Sqrt(6./2250), math.Sqrt(6./2250))},
		{"he normal of a convolution", initializer.HeNormal{}, kernel, scaled(math.Sqrt(2. / 450))},
		{"lecun normal of a vector", initializer.LecunNormal{}, []int{100000}, scaled(math.Sqrt(1. / 100000))},
		{"variance scaling", initializer.VarianceScaling{}, matrix, scaled(math.Sqrt(1. / 250))},
		{"variance scaling by outputs", initializer.VarianceScaling{Scale: 3, Mode: initializer.FanOut, Distribution: initializer.NormalDistribution}, matrix, normal(0, math.Sqrt(3./400))},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for seed := range uint64(2) {
				w := fill(t, test.init, seed, test.shape...)
				test.want.check(t, w)
			}
			if slices.Equal(fill(t, test.init, 0, test.shape...), fill(t, test.init, 1, test.shape...)) {
				t.Error("two seeds gave the same numbers")
			}
		})
	}
}

// check fails the test where numbers are off by what happens by chance less
// than once in a thousand fits.
func (d distribution) check(t *testing.T, w []float64) {
	t.Helper()
	n := float64(len(w))
	mean, sd := stat.MeanStdDev(w, nil)
	if tolerance := 4 * d.sd / math.Sqrt(n); math.Abs(mean-d.mean) > tolerance {
		t.Errorf("mean %v, expected %v ± %v", mean, d.mean, tolerance)
	}
	if tolerance := 4 * d.sd / math.Sqrt(2*n); math.Abs(sd-d.sd) > tolerance {
		t.Errorf("standard deviation %v, expected %v ± %v", sd, d.sd, tolerance)
	}
	slices.Sort(w)
	if lo, hi := w[0], w[len(w)-1]; lo < d.lo || hi > d.hi {
		t.Errorf("numbers from %v to %v, expected %v to %v", lo, hi, d.lo, d.hi)
	}
	// Kolmogorov and Smirnov: the largest distance of the distribution functions.
	far := 0.
	for i, v := range w {
		p := d.cdf(v)
		far = max(far, p-float64(i)/n, float64(i+1)/n-p)
	}
	if limit := 2 / math.Sqrt(n); far > limit {
		t.Errorf("distribution functions are %v apart, expected at most %v", far, limit)
	}
}

func TestSameSeedSameNumbers(t *testing.T) {
	for _, name := range []string{"random_normal", "truncated_normal", "random_uniform", "orthogonal", "glorot_uniform", "he_normal"} {
		i, err := initializer.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(fill(t, i, 5, 30, 20), fill(t, i, 5, 30, 20)) {
			t.Errorf("%s: one seed gave different numbers", name)
		}
	}
}

func TestConstants(t *testing.T) {
	tests := []struct {
		name  string
		init  initializer.Initializer
		shape []int
		want  []float64
	}{
		{"zeros", initializer.Constant{}, []int{3}, []float64{0, 0, 0}},
		{"ones", initializer.Constant{Value: 1}, []int{2, 1}, []float64{1, 1}},
		{"constant", initializer.Constant{Value: -2.5}, []int{2}, []float64{-2.5, -2.5}},
		{"identity", initializer.Identity{}, []int{2, 2}, []float64{1, 0, 0, 1}},
		{"identity of a tall matrix", initializer.Identity{Gain: 3}, []int{3, 2}, []float64{3, 0, 0, 3, 0, 0}},
		{"identity of a wide matrix", initializer.Identity{Gain: -1}, []int{2, 3}, []float64{-1, 0, 0, 0, -1, 0}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, fill(t, test.init, 1, test.shape...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFillErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		name  string
		init  initializer.Initializer
		shape []int
		want  string
	}{
		{"identity of a vector", initializer.Identity{}, []int{4}, "initializer: identity: expected a matrix, got shape [4]"},
		{"identity of a cube", initializer.Identity{}, []int{2, 2, 2}, "initializer: identity: expected a matrix, got shape [2 2 2]"},
		{"orthogonal vector", initializer.Orthogonal{}, []int{4}, "initializer: orthogonal: expected at least two axes, got shape [4]"},
		{"negative deviation", initializer.RandomNormal{StdDev: -1}, []int{4}, "initializer: random_normal: expected a finite mean and a finite standard deviation above 0, got 0 and -1"},
		{"mean NaN", initializer.RandomNormal{Mean: nan}, []int{4}, "initializer: random_normal: expected a finite mean and a finite standard deviation above 0, got NaN and 0.05"},
		{"deviation NaN", initializer.TruncatedNormal{StdDev: nan}, []int{4}, "initializer: truncated_normal: expected a finite mean and a finite standard deviation above 0, got 0 and NaN"},
		{"infinite deviation", initializer.TruncatedNormal{StdDev: inf}, []int{4}, "initializer: truncated_normal: expected a finite mean and a finite standard deviation above 0, got 0 and +Inf"},
		{"minimum above the maximum", initializer.RandomUniform{Min: 0.1}, []int{4}, "initializer: random_uniform: expected a minimum up to the maximum, both finite, got 0.1 and 0"},
		{"minimum NaN", initializer.RandomUniform{Min: nan, Max: 1}, []int{4}, "initializer: random_uniform: expected a minimum up to the maximum, both finite, got NaN and 1"},
		{"infinite maximum", initializer.RandomUniform{Max: inf}, []int{4}, "initializer: random_uniform: expected a minimum up to the maximum, both finite, got 0 and +Inf"},
		{"negative scale", initializer.VarianceScaling{Scale: -2}, []int{2, 2}, "initializer: variance_scaling: expected a finite scale above 0, got -2"},
		{"scale NaN", initializer.VarianceScaling{Scale: nan}, []int{2, 2}, "initializer: variance_scaling: expected a finite scale above 0, got NaN"},
		{"unknown fan", initializer.VarianceScaling{Mode: 3}, []int{2, 2}, "initializer: variance_scaling: expected FanIn, FanOut or FanAvg, got mode 3"},
		{"unknown distribution", initializer.VarianceScaling{Distribution: -1}, []int{2, 2}, "initializer: variance_scaling: unknown distribution -1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.init.Fill(make([]float64, 8), test.shape, rand.New(rand.NewPCG(1, 1)))
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, expected %s", err, test.want)
			}
		})
	}
}

func TestFans(t *testing.T) {
	tests := []struct {
		shape   []int
		in, out float64
	}{
		{nil, 1, 1},
		{[]int{7}, 7, 7},
		{[]int{3, 5}, 3, 5},
		{[]int{4, 3, 5}, 12, 20},
		{[]int{3, 3, 16, 32}, 144, 288},
		{[]int{2, 3, 4, 5, 6}, 120, 144},
		{[]int{0}, 1, 1},
		{[]int{0, 5}, 1, 5},
	}
	for _, test := range tests {
		if in, out := initializer.Fans(test.shape); in != test.in || out != test.out {
			t.Errorf("Fans(%v) = %v, %v, expected %v, %v", test.shape, in, out, test.in, test.out)
		}
	}
}
