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
