package sampler

import "testing"

// The sums were printed by numpy 2.4.6; adding one number after the other gives
// other last bits from 8 numbers on.
func TestPairwiseSumAddsAsNumpy(t *testing.T) {
	v := make([]float64, 1000)
	for i := range v {
		v[i] = 1 / (float64(i) + 3)
	}
	for n, want := range map[int]float64{
		0: 0, 5: 1.0928571428571427, 8: 1.4289682539682538, 100: 3.707082429307257,
		128: 3.948591338265976, 129: 3.956224926052236, 1000: 5.987467865541362,
	} {
		if got := pairwiseSum(v[:n]); got != want {
			t.Errorf("the sum of %d is %v, expected %v", n, got, want)
		}
	}
}
