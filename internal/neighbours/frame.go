package neighbours

import (
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// frame turns rows into float32: moved so that their mean is 0 and scaled by a
// power of 2 so that none of those it was made from leaves [-2,2] or so.
type frame struct {
	centre []float64 // scaled
	scale  float64
}

const statRows = 4096 // rows that are summed up at a time

func newFrame[F kernel.Float](t Table[F]) frame {
	n, d := t.Rows(), t.Cols
	chunks := (n + statRows - 1) / statRows
	stats := make([]float64, 3*d*chunks) // of each chunk: shares of the mean, least and most
	kernel.NewLoop(chunks, 1, func(lo, hi int) {
		for c := lo; c < hi; c++ {
			mean, least, most := stats[3*c*d:][:d], stats[(3*c+1)*d:][:d], stats[(3*c+2)*d:][:d]
			for j := range d {
				least[j], most[j] = math.Inf(1), math.Inf(-1)
			}
			for i := c * statRows; i < min(n, (c+1)*statRows); i++ {
				for j, v := range t.row(i) {
					v := float64(v)
					mean[j] += v / statRows
					if v < least[j] {
						least[j] = v
					}
					if v > most[j] {
						most[j] = v
					}
				}
			}
		}
	}).Run()
	f := frame{centre: make([]float64, d), scale: 1}
	var size float64
	for j := range d {
		least, most := math.Inf(1), math.Inf(-1)
		for c := range chunks {
			f.centre[j] += stats[3*c*d+j] * (statRows / float64(n))
			least, most = min(least, stats[(3*c+1)*d+j]), max(most, stats[(3*c+2)*d+j])
		}
		size = max(size, most/2-least/2)
	}
	if size > 0 {
		_, exp := math.Frexp(size)
		f.scale = math.Ldexp(1, -min(max(exp, -1000), 1000))
	}
	for j := range f.centre {
		f.centre[j] *= f.scale
	}
	return f
}

// at returns one element of a row in the frame.
func at[F kernel.Float](f *frame, v F, col int) float32 {
	return float32(float64(v)*f.scale - f.centre[col])
}

// place puts a row into the frame and returns its length there.
func place[F kernel.Float](f *frame, out []float32, row []F) (norm float64) {
	for j, v := range row {
		p := at(f, v, j)
		out[j] = p
		norm += float64(p) * float64(p)
	}
	return math.Sqrt(norm)
}

// reach returns, squared, how far from each other in the frame two rows of the
// given lengths may be whose squared distance, as [Squared] computes it, is at
// most d. Each element was rounded by less than 2^-23 of its size; squares below
// 2^-1074 were lost.
func (f *frame) reach(d, a, b float64) float64 {
	cols := float64(len(f.centre))
	r := math.Sqrt(d+cols*0x1p-1073)*f.scale*(1+(cols+4)*0x1p-52) + 0x1p-23*(a+b)
	return r * r
}

// ceiling is what [reach] may become as a sum of float32 terms, one for each
// column, which rounds by 2^-24 of its size for each and two more.
func (f *frame) ceiling(reach float64) float32 {
	cols := float64(len(f.centre))
	return float32(reach*(1+(cols+8)*0x1p-23) + cols*0x1p-120)
}
