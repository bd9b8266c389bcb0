package data

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Augment says how far images are altered at random, each row of a pass on its
// own; every amount is drawn evenly from its range. An image is turned, zoomed
// and shifted in one go, bilinearly, then flipped and brightened.
type Augment struct {
	FlipHorizontal, FlipVertical bool    // every other image, left to right, top to bottom
	Rotation                     float64 // in degrees to either side, up to 180
	ShiftX, ShiftY               float64 // share of the width or height to either side, up to 1
	Zoom                         float64 // each axis shows from 1-Zoom to 1+Zoom of its extent; up to .99
	Brightness                   float64 // pixels times 1-Brightness to 1+Brightness, kept within 0 to 255; up to 1
	Fill                         Fill    // what lies outside the image
}

// Fill says what is seen beyond the edges of an image.
type Fill int

const (
	FillNearest Fill = iota // the pixel of the edge (Keras's "nearest")
	FillBlack               // 0 (Keras's "constant")
)

// any reports whether anything is altered.
func (a Augment) any() bool { return a != Augment{Fill: a.Fill} }

func (a Augment) check() error {
	for _, f := range []struct {
		name string
		v    float64
		most float64
	}{
		{"rotation", a.Rotation, 180}, {"horizontal shift", a.ShiftX, 1}, {"vertical shift", a.ShiftY, 1},
		{"zoom", a.Zoom, .99}, {"brightness", a.Brightness, 1},
	} {
		if !(f.v >= 0 && f.v <= f.most) {
			return fmt.Errorf("augmentation: %s %v, want 0 to %v", f.name, f.v, f.most)
		}
	}
	if a.Fill != FillNearest && a.Fill != FillBlack {
		return fmt.Errorf("augmentation: unknown fill %d, want FillNearest or FillBlack", a.Fill)
	}
	return nil
}

// apply writes an altered src to dst, of the same size.
func (a Augment) apply(dst, src pixels, rng *rand.Rand) {
	// All numbers are drawn whether or not they are used: allowing one more
	// change leaves the others what they were.
	spread := func(most float64) float64 { return most * (2*rng.Float64() - 1) }
	flipX, flipY := rng.Float64() < .5, rng.Float64() < .5
	turn := spread(a.Rotation) * math.Pi / 180
	shiftX, shiftY := spread(a.ShiftX)*float64(src.width), spread(a.ShiftY)*float64(src.height)
	zoomX, zoomY := 1+spread(a.Zoom), 1+spread(a.Zoom)
	bright := float32(1 + spread(a.Brightness))

	sin, cos := math.Sincos(turn)
	middleX, middleY := float64(src.width-1)/2, float64(src.height-1)/2
	i := 0
	for y := range dst.height {
		for x := range dst.width {
			u, v := float64(x)-middleX, float64(y)-middleY
			if a.FlipHorizontal && flipX {
				u = -u
			}
			if a.FlipVertical && flipY {
				v = -v
			}
			u, v = u*zoomX, v*zoomY
			fromX := u*cos - v*sin + middleX + shiftX
			fromY := u*sin + v*cos + middleY + shiftY
			tx, ty := between(fromX, src.width), between(fromY, src.height)
			black := a.Fill == FillBlack && (fromX < -.5 || fromY < -.5 || fromX > float64(src.width)-.5 || fromY > float64(src.height)-.5)
			for k := range dst.channels {
				p := float32(0)
				if !black {
					p = mix(src.at(tx.lo, ty.lo, k), src.at(tx.hi, ty.lo, k), src.at(tx.lo, ty.hi, k), src.at(tx.hi, ty.hi, k), tx.part, ty.part)
				}
				if a.Brightness != 0 {
					p = min(max(p*bright, 0), 255)
				}
				dst.v[i] = p
				i++
			}
		}
	}
}

func (p pixels) at(x, y, channel int) float32 { return p.v[(y*p.width+x)*p.channels+channel] }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
