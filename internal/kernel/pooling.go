package kernel

// Pool is a pooling of images, channels last: x (Images, Rows.In, Cols.In,
// Channels) and y (Images, Rows.Out, Cols.Out, Channels). Rows of x and y are
// counted through all images. Windows have no holes.
type Pool struct {
	Images     int
	Rows, Cols Axis
	Channels   int
}

// step is how far the windows of neighbours in a row are apart.
func (g *Pool) step() int { return g.Cols.Stride * g.Channels }

// stretch is where one place of the windows of a row of y meets a row of x.
type stretch struct {
	y, row, col int // first element of y; row, counted through images, and first pixel of x
	pixels      int // one after the other in y, Cols.Stride apart in x
	place       int // of the window, counted row by row
	first       int // pixel of the row of y
}

// stretches calls f for each place of the windows of row lo of y that meets
// one of the rows [top,bottom) of its image, in order.
func (g *Pool) stretches(lo, top, bottom int, f func(s stretch)) {
	image, row := lo/g.Rows.Out, lo%g.Rows.Out
	for i := range g.Rows.Size {
		at := g.Rows.at(row, i)
		if at < top || at >= bottom {
			continue
		}
		for j := range g.Cols.Size {
			if x0, x1 := g.Cols.outputs(j, 0, g.Cols.In); x0 < x1 {
				f(stretch{
					y: (lo*g.Cols.Out + x0) * g.Channels, row: image*g.Rows.In + at, col: g.Cols.at(x0, j),
					pixels: x1 - x0, place: i*g.Cols.Size + j, first: x0,
				})
			}
		}
	}
}

// back calls f for the stretches that meet the rows [lo,hi) of x.
func (g *Pool) back(lo, hi int, f func(s stretch)) {
	for n := 0; lo < hi; lo += n {
		image, top := lo/g.Rows.In, lo%g.Rows.In
		n = min(hi-lo, g.Rows.In-top)
		from, _ := g.Rows.outputs(g.Rows.Size-1, top, top+n)
		_, to := g.Rows.outputs(0, top, top+n)
		for row := from; row < to; row++ {
			g.stretches(image*g.Rows.Out+row, top, top+n, f)
		}
	}
}

// MaxPool computes the rows [lo,hi) of y, the largest elements of windows of x,
// and keeps which place of the window, counted row by row, each was at: the
// first of equals. A NaN counts as the largest.
func MaxPool[T Float](g *Pool, lo, hi int, y, places, x []T) {
	size := g.Cols.Out * g.Channels
	for ; lo < hi; lo++ {
		takeFirst(g, lo, y[lo*size:][:size], places[lo*size:][:size], x)
		g.stretches(lo, 0, g.Rows.In, func(s stretch) {
			from := (s.row*g.Cols.In + s.col) * g.Channels
			if s.place == 0 || vectorMaxPool(g, s, y[s.y:], places[s.y:], x[from:]) {
				return
			}
			for p := range s.pixels {
				at := s.y + p*g.Channels
				y, places := y[at:][:g.Channels], places[at:][:g.Channels]
				for c, v := range x[from+p*g.step():][:g.Channels] {
					if v > y[c] || v != v {
						y[c], places[c] = v, T(s.place)
					}
				}
			}
		})
	}
}

// takeFirst sets y, row lo of all, to the first pixels of the windows that are
// no padding.
func takeFirst[T Float](g *Pool, lo int, y, places, x []T) {
	clear(places)
	image, row := lo/g.Rows.Out, lo%g.Rows.Out
	i := max(-g.Rows.at(row, 0), 0)
	from := x[(image*g.Rows.In+g.Rows.at(row, i))*g.Cols.In*g.Channels:]
	for col := range g.Cols.Out {
		j := max(-g.Cols.at(col, 0), 0)
		at := col * g.Channels
		copy(y[at:][:g.Channels], from[g.Cols.at(col, j)*g.Channels:])
		if place := i*g.Cols.Size + j; place > 0 {
			for c := range g.Channels {
				places[at+c] = T(place)
			}
		}
	}
}

// MaxPoolGrad computes dx, the rows [lo,hi) of the gradient of x. A row of dx
// begins pitch pixels after the one before; what is between is set to 0.
func MaxPoolGrad[T Float](g *Pool, lo, hi int, dx []T, pitch int, dy, places []T) {
	clear(dx[:((hi-lo-1)*pitch+g.Cols.In)*g.Channels])
	g.back(lo, hi, func(s stretch) {
		to := ((s.row-lo)*pitch + s.col) * g.Channels
		if vectorMaxPoolGrad(g, s, dx[to:], dy[s.y:], places[s.y:]) {
			return
		}
		for p := range s.pixels {
			at := s.y + p*g.Channels
			dx, places := dx[to+p*g.step():][:g.Channels], places[at:][:g.Channels]
			for c, v := range dy[at:][:g.Channels] {
				if places[c] == T(s.place) {
					dx[c] += v
				}
			}
		}
	})
}

// AveragePool computes the rows [lo,hi) of y, the means of windows of x without
// the padding.
func AveragePool[T Float](g *Pool, lo, hi int, y, x []T) {
	size := g.Cols.Out * g.Channels
	for ; lo < hi; lo++ {
		clear(y[lo*size:][:size])
		g.stretches(lo, 0, g.Rows.In, func(s stretch) {
			from := (s.row*g.Cols.In + s.col) * g.Channels
			for p := range s.pixels {
				y := y[s.y+p*g.Channels:][:g.Channels]
				for c, v := range x[from+p*g.step():][:g.Channels] {
					y[c] += v
				}
			}
		})
		for col := range g.Cols.Out {
			share := share[T](g, lo, col)
			pixel := y[lo*size+col*g.Channels:][:g.Channels]
			for c := range pixel {
				pixel[c] *= share
			}
		}
	}
}

// AveragePoolGrad computes dx, the rows [lo,hi) of the gradient of x, laid out
// as by [MaxPoolGrad].
func AveragePoolGrad[T Float](g *Pool, lo, hi int, dx []T, pitch int, dy []T) {
	clear(dx[:((hi-lo-1)*pitch+g.Cols.In)*g.Channels])
	g.back(lo, hi, func(s stretch) {
		to := ((s.row-lo)*pitch + s.col) * g.Channels
		for p := range s.pixels {
			at := s.y + p*g.Channels
			share := share[T](g, at/g.Channels/g.Cols.Out, s.first+p)
			dx := dx[to+p*g.step():][:g.Channels]
			for c, v := range dy[at:][:g.Channels] {
				dx[c] += v * share
			}
		}
	})
}

// share returns 1 over the number of elements of a window of row lo of y that
// are no padding.
func share[T Float](g *Pool, lo, col int) T {
	return 1 / T(g.Rows.real(lo%g.Rows.Out)*g.Cols.real(col))
}
