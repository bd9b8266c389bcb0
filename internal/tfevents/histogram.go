package tfevents

import "math"

// Histogram counts values in buckets. Bucket i holds the values from
// Limits[i-1] up to Limits[i], the first one those from Min on, and the last
// one Max too.
type Histogram struct {
	Min, Max, Count, Sum, SumSquares float64
	Limits, Counts                   []float64
}

// buckets is how many TensorBoard's own writers make.
const buckets = 30

// NewHistogram counts values in 30 buckets of equal width, or in one around
// them where all are alike. Values that are not finite are left out; it returns
// how many those are, and nil where no value is left.
func NewHistogram[T float32 | float64](values []T) (h *Histogram, left int) {
	h = &Histogram{Min: math.Inf(1), Max: math.Inf(-1)}
	for _, v := range values {
		x := float64(v)
		if math.IsNaN(x) || math.IsInf(x, 0) {
			left++
			continue
		}
		h.Min, h.Max = min(h.Min, x), max(h.Max, x)
		h.Count++
		h.Sum += x
		h.SumSquares += x * x
	}
	if h.Count == 0 {
		return nil, left
	}
	width := h.Max/buckets - h.Min/buckets
	if width == 0 {
		h.Limits, h.Counts = []float64{h.Max + 0.5}, []float64{h.Count}
		return h, left
	}
	h.Counts = make([]float64, buckets)
	for i := range buckets {
		h.Limits = append(h.Limits, h.Min+float64(i+1)*width)
	}
	h.Limits[buckets-1] = h.Max
	for _, v := range values {
		x := float64(v)
		if math.IsNaN(x) || math.IsInf(x, 0) {
			continue
		}
		h.Counts[min(int(x/width-h.Min/width), buckets-1)]++ // x-h.Min may overflow
	}
	return h, left
}
