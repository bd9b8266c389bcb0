package kernel

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The finalizer of SplitMix64: the first outputs of Java's SplittableRandom
// generator and of the public reference code for seeds 0 and 1234567.
func TestHash64(t *testing.T) {
	const golden = 0x9e3779b97f4a7c15
	for _, c := range []struct {
		state uint64
		want  []uint64
	}{
		{0, []uint64{0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f}},
		{1234567, []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423}},
	} {
		for i, want := range c.want {
			if got := Hash64(c.state + uint64(i)*golden); got != want {
				t.Errorf("output %d of seed %d is %d, expected %d", i, c.state, got, want)
			}
		}
	}
}

func mask(n int, key, offset uint64, rate float64) []float32 {
	m := make([]float32, n)
	for i := range m {
		m[i] = -1 // to be written
	}
	DropoutMask(m, key, offset, rate)
	return m
}

// kept returns how many elements are kept, and fails on a value that is
// neither 0 nor 1/(1-rate).
func kept(t *testing.T, m []float32, rate float64) (n int) {
	t.Helper()
	for i, v := range m {
		switch v {
		case 0:
		case float32(1 / (1 - rate)):
			n++
		default:
			t.Fatalf("element %d is %v at rate %v", i, v, rate)
		}
	}
	return n
}

func TestDropoutKeepsItsShare(t *testing.T) {
	const n = 1 << 18
	for _, rate := range []float64{0.01, 0.1, 0.3, 0.5, 0.9, 0.999} {
		for key := range uint64(4) {
			// Neighbours must not decide alike: count pairs, of one hash and of two.
			m := mask(n, key, 0, rate)
			keep := 1 - rate
			within := func(what string, got, trials int, p float64) {
				if sigma := math.Sqrt(float64(trials) * p * (1 - p)); math.Abs(float64(got)-float64(trials)*p) > 4.5*sigma {
					t.Errorf("rate %v, key %d: %s %d of %d, expected %.0f ± %.0f", rate, key, what, got, trials, float64(trials)*p, sigma)
				}
			}
			within("kept", kept(t, m, rate), n, keep)
			var pairs [2]int
			for i := 0; i+2 < n; i += 2 {
				for shift := range pairs {
					if m[i+shift] > 0 && m[i+shift+1] > 0 {
						pairs[shift]++
					}
				}
			}
			within("pairs of one hash", pairs[0], n/2, keep*keep)
			within("pairs of two", pairs[1], n/2, keep*keep)
		}
	}
}

func TestDropoutBounds(t *testing.T) {
	for key := range uint64(10) {
		if n := kept(t, mask(1001, key, 3, 0), 0); n != 1001 {
			t.Errorf("rate 0 kept %d of 1001", n)
		}
		for i, v := range mask(1001, key, 3, 1) {
			if v != 0 {
				t.Fatalf("rate 1: element %d is %v", i, v)
			}
		}
	}
	DropoutMask[float32](nil, 1, 0, 0.5)
}

// However the work is cut, the mask is the same.
func TestDropoutDoesNotDependOnChunks(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		key, offset := rapid.Uint64().Draw(rt, "key"), rapid.Uint64().Draw(rt, "offset")
		whole := mask(200, key, offset, 0.4)
		lo := rapid.IntRange(0, 200).Draw(rt, "lo")
		hi := rapid.IntRange(lo, 200).Draw(rt, "hi")
		part := mask(hi-lo, key, offset+uint64(lo), 0.4)
		for i, v := range part {
			if v != whole[lo+i] {
				rt.Fatalf("element %d is %v in a part, %v in the whole", lo+i, v, whole[lo+i])
			}
		}
	})
}

func TestDropoutOfBothTypes(t *testing.T) {
	m := make([]float64, 500)
	DropoutMask(m, 7, 0, 0.25)
	near(t, "mask", mask(500, 7, 0, 0.25), m, 1e-7, 0)
}

// Streams differ as if by chance: near keys, and a stream against itself moved.
func TestDropoutStreamsDiffer(t *testing.T) {
	const n = 1 << 16
	first := mask(n, 0, 0, 0.5)
	for name, other := range map[string][]float32{
		"key 1":         mask(n, 1, 0, 0.5),
		"key 2":         mask(n, 2, 0, 0.5),
		"key 1<<32":     mask(n, 1<<32, 0, 0.5),
		"key 1<<63":     mask(n, 1<<63, 0, 0.5),
		"moved by 1":    mask(n, 0, 1, 0.5),
		"moved by 2":    mask(n, 0, 2, 0.5),
		"moved by n":    mask(n, 0, n, 0.5),
		"moved by 2^33": mask(n, 0, 1<<33, 0.5),
	} {
		agree := 0
		for i := range first {
			if first[i] == other[i] {
				agree++
			}
		}
		if math.Abs(float64(agree)-n/2) > 4.5*math.Sqrt(n)/2 {
			t.Errorf("%s agrees with key 0 in %d of %d elements", name, agree, n)
		}
	}
}

func BenchmarkDropoutMask(b *testing.B) {
	m := make([]float32, 1<<14)
	for _, rate := range []float64{0.1, 0.5} {
		b.Run(fmt.Sprint(rate), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(4 * len(m)))
			var step uint64
			for b.Loop() {
				step++
				DropoutMask(m, step, 0, rate)
			}
		})
	}
}
