package data

import (
	"image"
	"image/color"
	"math"
)

// pixels is an image of numbers from 0 to 255, row by row, channels last.
type pixels struct {
	height, width, channels int
	v                       []float32
}

// reader returns the colour at x, y, counted from the corner of the image, with
// 8 bits and without transparency.
func reader(img image.Image) func(x, y int) (r, g, b uint8) {
	at := img.Bounds().Min
	switch img := img.(type) {
	case *image.NRGBA:
		return func(x, y int) (r, g, b uint8) {
			i := img.PixOffset(at.X+x, at.Y+y)
			return img.Pix[i], img.Pix[i+1], img.Pix[i+2]
		}
	case *image.Gray:
		return func(x, y int) (r, g, b uint8) {
			v := img.Pix[img.PixOffset(at.X+x, at.Y+y)]
			return v, v, v
		}
	case *image.YCbCr:
		return func(x, y int) (r, g, b uint8) {
			i, j := img.YOffset(at.X+x, at.Y+y), img.COffset(at.X+x, at.Y+y)
			return color.YCbCrToRGB(img.Y[i], img.Cb[j], img.Cr[j])
		}
	case *image.Paletted:
		var palette [256]color.NRGBA // colours that the palette lacks are black
		for i, c := range img.Palette {
			palette[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
		}
		return func(x, y int) (r, g, b uint8) {
			c := palette[img.ColorIndexAt(at.X+x, at.Y+y)]
			return c.R, c.G, c.B
		}
	}
	return func(x, y int) (r, g, b uint8) {
		c := color.NRGBAModel.Convert(img.At(at.X+x, at.Y+y)).(color.NRGBA)
		return c.R, c.G, c.B
	}
}

// resize brings an image to the size of dst: bilinear between the centres of
// pixels, which lie at halves, and the edges continued outwards.
func resize(dst pixels, img image.Image) {
	size := img.Bounds().Size()
	at := reader(img)
	xs := make([]tap, dst.width)
	for x := range xs {
		xs[x] = centre(x, size.X, dst.width)
	}
	i := 0
	for y := range dst.height {
		ty := centre(y, size.Y, dst.height)
		for _, tx := range xs {
			var c [4][3]float32
			c[0] = colour(at(tx.lo, ty.lo))
			c[1], c[2], c[3] = c[0], c[0], c[0]
			if tx.part != 0 {
				c[1] = colour(at(tx.hi, ty.lo))
			}
			if ty.part != 0 {
				c[2] = colour(at(tx.lo, ty.hi))
				c[3] = c[2]
				if tx.part != 0 {
					c[3] = colour(at(tx.hi, ty.hi))
				}
			}
			if dst.channels == 1 {
				dst.v[i] = mix(gray(c[0]), gray(c[1]), gray(c[2]), gray(c[3]), tx.part, ty.part)
				i++
				continue
			}
			for k := range 3 {
				dst.v[i] = mix(c[0][k], c[1][k], c[2][k], c[3][k], tx.part, ty.part)
				i++
			}
		}
	}
}

// tap is a place between two pixels: part of the way from lo to hi.
type tap struct {
	lo, hi int
	part   float32
}

// centre is where the centre of pixel i of n lies among others of the same extent.
func centre(i, others, n int) tap {
	return between((float64(i)+.5)*float64(others)/float64(n)-.5, others)
}

// between is the place at a coordinate, 0 being the first of n pixels and
// pixels outside being those of the edge.
func between(at float64, n int) tap {
	lo := math.Floor(at)
	t := tap{lo: int(lo), hi: int(lo) + 1, part: float32(at - lo)}
	t.lo, t.hi = min(max(t.lo, 0), n-1), min(max(t.hi, 0), n-1)
	if t.lo == t.hi {
		t.part = 0
	}
	return t
}

func mix(a, b, c, d, x, y float32) float32 {
	top := a + (b-a)*x
	bottom := c + (d-c)*x
	return top + (bottom-top)*y
}

func colour(r, g, b uint8) [3]float32 { return [3]float32{float32(r), float32(g), float32(b)} }

// gray is the luma of ITU-R BT.601 in whole steps, as Pillow rounds it.
func gray(c [3]float32) float32 {
	return float32((uint32(c[0])*19595 + uint32(c[1])*38470 + uint32(c[2])*7471 + 1<<15) >> 16)
}
