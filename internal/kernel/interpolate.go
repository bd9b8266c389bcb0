package kernel

// Interpolation is linear interpolation between the places of an axis that is
// made longer: output i is (1-Weight[i])·x[Low[i]] + Weight[i]·x[High[i]].
type Interpolation struct {
	Low, High []int
	Weight    []float64
}

// NewInterpolation makes an axis of n factor times as long. Places stand for
// the middles of equal parts of the axis; beyond the outermost ones its ends
// are repeated.
func NewInterpolation(n, factor int) Interpolation {
	var p Interpolation
	for i := range n * factor {
		at := min(max((float64(i)+0.5)/float64(factor)-0.5, 0), float64(n-1))
		low := int(at)
		p.Low = append(p.Low, low)
		p.High = append(p.High, min(low+1, n-1))
		p.Weight = append(p.Weight, at-float64(low))
	}
	return p
}

// Bilinear sets y to images of x's, rows and columns of so many channels,
// interpolated along both axes. n is the number of x's rows and of its columns.
func Bilinear[T Float](rows, columns Interpolation, n [2]int, channels int, y, x []T) {
	size := n[0] * n[1] * channels
	for ; len(x) >= size && len(y) > 0; x = x[size:] {
		for i, v := range rows.Weight {
			low, high := x[rows.Low[i]*n[1]*channels:], x[rows.High[i]*n[1]*channels:]
			for j, w := range columns.Weight {
				left, right := columns.Low[j]*channels, columns.High[j]*channels
				a, b := T((1-v)*(1-w)), T((1-v)*w)
				c, d := T(v*(1-w)), T(v*w)
				for k := range y[:channels] {
					y[k] = a*low[left+k] + b*low[right+k] + c*high[left+k] + d*high[right+k]
				}
				y = y[channels:]
			}
		}
	}
}

// BilinearGrad sets dx to the gradient of x in [Bilinear].
func BilinearGrad[T Float](rows, columns Interpolation, n [2]int, channels int, dx, dy []T) {
	clear(dx)
	size := n[0] * n[1] * channels
	for ; len(dx) >= size && len(dy) > 0; dx = dx[size:] {
		for i, v := range rows.Weight {
			low, high := dx[rows.Low[i]*n[1]*channels:], dx[rows.High[i]*n[1]*channels:]
			for j, w := range columns.Weight {
				left, right := columns.Low[j]*channels, columns.High[j]*channels
				a, b := T((1-v)*(1-w)), T((1-v)*w)
				c, d := T(v*(1-w)), T(v*w)
				for k, g := range dy[:channels] {
					low[left+k] += a * g
					low[right+k] += b * g
					high[left+k] += c * g
					high[right+k] += d * g
				}
				dy = dy[channels:]
			}
		}
	}
}
