package nprand

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The expected numbers were printed by numpy 2.4.6. The logarithm of the C
// library and Go's may differ in the last bit, hence the tolerance.
func TestNormalAgainstNumpy(t *testing.T) {
	approx := cmpopts.EquateApprox(1e-14, 0)
	r := New(42)
	want := []float64{0.4967141530112327, -0.13826430117118466, 0.6476885381006925,
		1.5230298564080254, -0.23415337472333597}
	if d := cmp.Diff(want, times(5, r.StandardNormal), approx); d != "" {
		t.Errorf("randn (-want +got):\n%s", d)
	}
	// A uniform drawn between the two numbers of a pair must not disturb it,
	// and seeding must forget the half that is kept.
	r.Seed(5)
	got := []float64{r.Normal(10, 3), r.Random(), r.Normal(10, 3), r.Normal(10, 3)}
	want = []float64{11.323682460655125, 0.20671915533942642, 9.007389544317737, 9.930088760650433}
	if d := cmp.Diff(want, got, approx); d != "" {
		t.Errorf("normal and uniform mixed (-want +got):\n%s", d)
	}
}

func TestPoissonAgainstNumpy(t *testing.T) {
	r := New(42)
	poisson := func(n int, lam float64) []int { return times(n, func() int { return r.Poisson(lam) }) }
	same(t, "poisson(3.5)", poisson(12, 3.5), []int{4, 1, 3, 4, 3, 2, 3, 2, 2, 4, 3, 2})
	same(t, "poisson(0)", poisson(2, 0), []int{0, 0})
	same(t, "poisson(0.01)", poisson(4, 0.01), []int{0, 0, 0, 0})
	same(t, "after small means", r.Random(), 0.18485445552552704)

	r.Seed(42)
	same(t, "poisson(10)", poisson(8, 10), []int{12, 6, 11, 14, 7, 8, 9, 11})
	same(t, "poisson(250.5)", poisson(6, 250.5), []int{241, 248, 235, 255, 255, 241})
	same(t, "poisson(1e6)", poisson(3, 1e6), []int{1000539, 998654, 999272})
	same(t, "after large means", r.Random(), 0.31171107608941095)

	r.Seed(1) // long enough to reach every branch of the rejection
	sum := 0
	for range 100_000 {
		sum += r.Poisson(12)
	}
	same(t, "sum of poisson(12)", sum, 1199002)
	same(t, "after the sum", r.Random(), 0.3386640712512199)
}

func TestGammaAndBetaAgainstNumpy(t *testing.T) {
	approx := cmpopts.EquateApprox(1e-13, 0)
	for shape, want := range map[float64][]float64{
		0.01: {4.3048844369521347e-66, 3.452011054908004e-69, 7.560672815887648e-32, 2.616088564870265e-12},
		0.3:  {0.006624178853279243, 0.0052231889793812126, 0.09175266375114091, 0.4265033294590627},
		1:    {0.2510199773226526, 2.0458698788498744, 0.23157796536609507, 2.5085140191043713},
		1.5:  {1.7110861626150442, 0.8445357025049858, 6.254236498774883, 0.9150101872503574},
		10:   {11.104415830262884, 8.674009754546233, 19.364883096550145, 8.903873021457045},
	} {
		r := New(5)
		if d := cmp.Diff(want, times(4, func() float64 { return r.Gamma(shape) }), approx); d != "" {
			t.Errorf("gamma of shape %v (-want +got):\n%s", shape, d)
		}
	}
	for ab, want := range map[[2]float64][]float64{
		{10, 10}:     {0.56144083777789, 0.6850277746821241, 0.472253604068821, 0.41487518418859537},
		{.2, .2}:     {0.0010759875281404296, 0.0005767599062003778, 0.24494070977688098, 0.8755992322807756},
		{1, 1}:       {0.6125638605120026, 0.09856333713813302, 0.7359826093062363, 0.583170913160101},
		{1, 3}:       {0.10179730865710362, 0.16794076005120828, 0.7006083325509943, 0.02769489424107382},
		{.5, .1}:     {0.16437762757489072, 0.0908036196155811, 0.9701486960281704, 0.997615426416997},
		{1e-4, 1e-4}: {0, 0, 0, 1},
	} {
		r := New(5)
		if d := cmp.Diff(want, times(4, func() float64 { return r.Beta(ab[0], ab[1]) }), approx); d != "" {
			t.Errorf("beta %v (-want +got):\n%s", ab, d)
		}
	}
}
