package data

import (
	"math"
	"math/rand/v2"
	"testing"
)

// ramp is a float image of one channel, 32 wide and 20 high.
func ramp(f func(x, y int) float32) pixels {
	p := pixels{20, 32, 1, make([]float32, 20*32)}
	for y := range p.height {
		for x := range p.width {
			p.v[y*p.width+x] = f(x, y)
		}
	}
	return p
}

// altered applies an augmentation with some seed.
func altered(a Augment, src pixels, seed uint64) pixels {
	dst := src
	dst.v = make([]float32, len(src.v))
	a.apply(dst, src, rand.New(rand.NewPCG(seed, 0)))
	return dst
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-3*(1+math.Abs(b)) }

// The slopes of a plane around the middle show how it was turned and zoomed.
func TestAugmentGeometry(t *testing.T) {
	plane := ramp(func(x, y int) float32 { return 100 + 2*float32(x) + float32(y) })
	slopes := func(p pixels) (middle, alongX, alongY float64) {
		at := func(x, y int) float64 { return float64(p.at(x, y, 0)) }
		return (at(15, 9) + at(16, 9) + at(15, 10) + at(16, 10)) / 4, at(16, 10) - at(15, 10), at(16, 10) - at(16, 9)
	}
	m0, x0, y0 := slopes(plane)
	for seed := range uint64(50) {
		m, x, y := slopes(altered(Augment{}, plane, seed))
		if !near(m, m0) || !near(x, x0) || !near(y, y0) {
			t.Fatalf("no augmentation: %v %v %v", m, x, y)
		}
		m, x, y = slopes(altered(Augment{FlipHorizontal: true}, plane, seed))
		if !near(m, m0) || !near(math.Abs(x), x0) || !near(y, y0) {
			t.Fatalf("flip: %v %v %v", m, x, y)
		}
		m, x, y = slopes(altered(Augment{Rotation: 90}, plane, seed))
		if !near(m, m0) || !near(x*x+y*y, x0*x0+y0*y0) {
			t.Fatalf("rotation: %v %v %v", m, x, y)
		}
		m, x, y = slopes(altered(Augment{ShiftX: .25}, plane, seed))
		if math.Abs(m-m0) > 2*8+.01 || !near(x, x0) || !near(y, y0) {
			t.Fatalf("shift: %v %v %v", m, x, y)
		}
		m, x, y = slopes(altered(Augment{ShiftY: .5}, plane, seed))
		if math.Abs(m-m0) > 10.01 || !near(x, x0) {
			t.Fatalf("shift: %v %v %v", m, x, y)
		}
		m, x, y = slopes(altered(Augment{Zoom: .5}, plane, seed))
		if !near(m, m0) || x < x0*.499 || x > x0*1.501 || y < y0*.499 || y > y0*1.501 {
			t.Fatalf("zoom: %v %v %v", m, x, y)
		}
	}
}

// Whatever may be altered is altered in some rows and to either side.
func TestAugmentSpread(t *testing.T) {
	plane := ramp(func(x, y int) float32 { return 100 + 2*float32(x) + float32(y) })
	for name, a := range map[string]Augment{
		"flip horizontally": {FlipHorizontal: true}, "flip vertically": {FlipVertical: true}, "rotation": {Rotation: 20}, "shift x": {ShiftX: .2},
		"shift y": {ShiftY: .2}, "zoom": {Zoom: .3}, "brightness": {Brightness: .3},
	} {
		less, more := 0, 0
		for seed := range uint64(200) {
			switch d := altered(a, plane, seed).at(27, 16, 0) - plane.at(27, 16, 0); {
			case d < -.01:
				less++
			case d > .01:
				more++
			}
		}
		flips := a.FlipHorizontal || a.FlipVertical // which can only lower this pixel
		if less < 20 || more < 20 && !flips || flips && (less > 150 || more > 0) {
			t.Errorf("%s: %d lower and %d higher of 200", name, less, more)
		}
	}
}

func TestAugmentFillAndBrightness(t *testing.T) {
	bright := ramp(func(x, y int) float32 { return 200 })
	var black, white bool
	for seed := range uint64(50) {
		for _, v := range altered(Augment{Rotation: 90, ShiftX: .5, Zoom: .5}, bright, seed).v {
			if v != 200 {
				t.Fatalf("nearest fill gives %v in an image of 200", v)
			}
		}
		for _, v := range altered(Augment{Rotation: 90, Fill: FillBlack}, bright, seed).v {
			black = black || v == 0
			if v != 0 && v != 200 {
				t.Fatalf("black fill gives %v in an image of 200", v)
			}
		}
		v := altered(Augment{Brightness: .5}, bright, seed).v
		white = white || v[0] == 255
		if v[0] != v[99] || v[0] < 100 || v[0] > 255 {
			t.Fatalf("brightness gives %v and %v", v[0], v[99])
		}
	}
	if !black || !white {
		t.Errorf("seen black %v, white %v, want both", black, white)
	}
}
