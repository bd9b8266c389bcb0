package main

import (
	"math"
	"math/rand/v2"
)

const (
	side   = 8 // of an image, in pixels
	digits = 10
)

type point struct{ x, y float64 }

// arc gives points of an ellipse around (cx, cy), from angle a to angle b in
// turns, 0 pointing right and a quarter pointing down.
func arc(cx, cy, rx, ry, a, b float64) []point {
	const pieces = 10
	out := make([]point, pieces+1)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * (a + (b-a)*float64(i)/pieces))
		out[i] = point{cx + rx*cos, cy + ry*sin}
	}
	return out
}

// strokes are the lines of a pen that writes a digit, in a box of width and
// height 1 whose y points down.
func strokes(digit int) [][]point {
	switch digit {
	case 0:
		return [][]point{arc(.5, .5, .32, .45, 0, 1)}
	case 1:
		return [][]point{{{.3, .25}, {.55, .05}, {.55, .95}}}
	case 2:
		return [][]point{append(arc(.5, .3, .3, .25, -.5, .1), point{.2, .95}, point{.8, .95})}
	case 3:
		return [][]point{arc(.45, .28, .3, .23, -.45, .25), arc(.45, .73, .33, .23, -.25, .45)}
	case 4:
		return [][]point{{{.65, .95}, {.65, .05}, {.2, .65}, {.85, .65}}}
	case 5:
		return [][]point{append([]point{{.75, .05}, {.3, .05}, {.27, .45}}, arc(.45, .68, .32, .26, -.3, .4)...)}
	case 6:
		return [][]point{{{.65, .05}, {.35, .35}, {.22, .65}}, arc(.5, .7, .28, .25, 0, 1)}
	case 7:
		return [][]point{{{.2, .05}, {.8, .05}, {.4, .95}}}
	case 8:
		return [][]point{arc(.5, .27, .24, .22, 0, 1), arc(.5, .72, .3, .23, 0, 1)}
	default:
		return [][]point{arc(.5, .3, .28, .25, 0, 1), {{.77, .35}, {.7, .65}, {.5, .95}}}
	}
}

// distance is that of p from the line between a and b.
func distance(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := 0.
	if l := dx*dx + dy*dy; l > 0 {
		t = min(1, max(0, ((p.x-a.x)*dx+(p.y-a.y)*dy)/l))
	}
	return math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy)
}

// draw writes a digit into img, side rows of side pixels from 0 to 1, with a hand
// that turns, slants, stretches, shifts and trembles, and a grainy camera.
func draw(rng *rand.Rand, digit int, img []float32) {
	sin, cos := math.Sincos(.15 * rng.NormFloat64())
	slant, width, height := .2*rng.NormFloat64(), 5.2+.6*rng.NormFloat64(), 6.4+.5*rng.NormFloat64()
	left, top := float64(side)/2+.6*rng.NormFloat64(), float64(side)/2+.5*rng.NormFloat64()
	thick := .1 + .25*rng.Float64()
	lines := strokes(digit)
	for _, line := range lines {
		for i, p := range line {
			x := (p.x - .5 + .05*rng.NormFloat64()) * width
			y := (p.y - .5 + .04*rng.NormFloat64()) * height
			x -= slant * y
			line[i] = point{left + cos*x - sin*y, top + sin*x + cos*y}
		}
	}
	for i := range img {
		p := point{float64(i%side) + .5, float64(i/side) + .5}
		near := math.Inf(1)
		for _, line := range lines {
			for j := 1; j < len(line); j++ {
				near = min(near, distance(p, line[j-1], line[j]))
			}
		}
		ink := min(1, max(0, 1+thick-near))
		img[i] = float32(min(1, max(0, ink+.08*rng.NormFloat64())))
	}
}
