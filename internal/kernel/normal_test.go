package kernel

import (
	"math"
	"testing"
)

func TestNormal(t *testing.T) {
	const n = 1 << 18
	z := make([]float64, n)
	for key := range uint64(3) {
		Normal(z, key, 0)
		var sum, square, fourth, pairs, within float64
		for i, v := range z {
			sum += v
			square += v * v
			fourth += v * v * v * v
			pairs += v * z[(i+1)%n]
			if math.Abs(v) < 1 {
				within++
			}
		}
		for _, c := range []struct {
			what             string
			got, want, sigma float64 // of one draw
		}{
			{"mean", sum, 0, 1}, {"variance", square, 1, math.Sqrt2}, {"fourth moment", fourth, 3, math.Sqrt(96)},
			{"product of neighbours", pairs, 0, 1}, {"share within 1", within, 0.6826895, 0.4654},
		} {
			if math.Abs(c.got/n-c.want) > 4.5*c.sigma/math.Sqrt(n) {
				t.Errorf("key %d: %s is %v, expected %v", key, c.what, c.got/n, c.want)
			}
		}
	}
}

// However the work is cut, and in both types, the draws are the same.
func TestNormalDoesNotDependOnChunks(t *testing.T) {
	whole := make([]float64, 101)
	Normal(whole, 5, 8)
	for lo := range 10 {
		part := make([]float32, 90)
		Normal(part, 5, 8+uint64(lo))
		near(t, "part", part, whole[lo:lo+90], 1e-6, 1e-7)
	}
	Normal([]float64{}, 1, 1)
	other := make([]float64, 101)
	Normal(other, 6, 8)
	if other[0] == whole[0] {
		t.Error("two keys gave the same draw")
	}
}
