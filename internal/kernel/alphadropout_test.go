package kernel

import (
	"math"
	"testing"
)

// Mean 0 and variance 1 stay.
func TestAlphaDropout(t *testing.T) {
	for _, rate := range []float64{0, 0.1, 0.5, 0.99} {
		scale, dropped, shift := AlphaDropout(rate)
		low := scale*dropped + shift
		mean := (1-rate)*shift + rate*low
		square := (1-rate)*(scale*scale+shift*shift) + rate*low*low
		if math.Abs(mean) > 1e-12 || math.Abs(square-1) > 1e-12 {
			t.Errorf("rate %v: mean %v and variance %v, expected 0 and 1", rate, mean, square-mean*mean)
		}
		if math.Abs(dropped+1.7580993408473766) > 1e-15 {
			t.Errorf("what is dropped becomes %v", dropped)
		}
	}
}
