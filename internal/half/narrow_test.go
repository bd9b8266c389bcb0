package half

import (
	"math"
	"testing"
)

// Every finite number, and every point half way between two, goes to the right one.
func TestNarrow16(t *testing.T) {
	for bits := range uint16(0x7c00) {
		v := float64(Float16(bits))
		for _, sign := range []float64{1, -1} {
			want := bits
			if sign < 0 {
				want |= 0x8000
			}
			if got := Narrow16(math.Copysign(v, sign)); got != want {
				t.Fatalf("%v: %#04x, want %#04x", sign*v, got, want)
			}
		}
		next := 65536.
		if bits < 0x7bff {
			next = float64(Float16(bits + 1))
		}
		between := (v + next) / 2
		if got, even := Narrow16(between), bits+bits&1; got != even {
			t.Fatalf("%v, between %v and %v: %#04x, want %#04x", between, v, next, got, even)
		}
		if got := Narrow16(math.Nextafter(between, 0)); got != bits {
			t.Fatalf("below %v: %#04x, want %#04x", between, got, bits)
		}
		if got := Narrow16(math.Nextafter(between, 1e6)); got != bits+1 {
			t.Fatalf("above %v: %#04x, want %#04x", between, got, bits+1)
		}
	}
	if got := Narrow16(math.Inf(-1)); got != 0xfc00 {
		t.Errorf("-Inf: %#04x", got)
	}
	if v := Float16(Narrow16(math.NaN())); v == v {
		t.Errorf("NaN: %v", v)
	}
}
