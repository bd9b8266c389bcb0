package half

import (
	"math"
	"testing"
)

func TestFloat16(t *testing.T) {
	for bits, want := range map[uint16]float64{
		0x0000: 0, 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0001: math.Ldexp(1, -24), 0x0400: math.Ldexp(1, -14),
		0x03ff: math.Ldexp(1023, -24), 0x3555: 0.333251953125, 0x7c00: math.Inf(1), 0xfc00: math.Inf(-1),
	} {
		if got := float64(Float16(bits)); got != want {
			t.Errorf("%#04x: %v, expected %v", bits, got, want)
		}
	}
	if got := Float16(0x8000); got != 0 || !math.Signbit(float64(got)) {
		t.Errorf("-0: %v", got)
	}
	if got := float64(Float16(0x7e00)); !math.IsNaN(got) {
		t.Errorf("NaN: %v", got)
	}
}

func TestBFloat16(t *testing.T) {
	for bits, want := range map[uint16]float32{0x3f80: 1, 0xc020: -2.5, 0x0001: math.Float32frombits(1 << 16)} {
		if got := BFloat16(bits); got != want {
			t.Errorf("%#04x: %v, expected %v", bits, got, want)
		}
	}
}
