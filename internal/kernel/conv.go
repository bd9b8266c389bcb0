package kernel

// Conv is a convolution of images, channels last. It never copies patches: a
// stretch of Cols.Size neighbours along a row of an image is contiguous, so
// each row of the kernel gives a matrix product of a row of the image, read
// with overlapping rows, and that row of the kernel. With groups, or holes
// between the neighbours, there is a product for every place of the kernel.
//
// The arrays are x (Images, Rows.In, Cols.In, Channels), the kernel w
// (Rows.Size, Cols.Size, Channels/Groups, Filters) and y (Images, Rows.Out,
// Cols.Out, Filters); group g of the filters sees group g of the channels. A
// batch of sequences is one image whose rows, of size 1, are the sequences.
//
// Rows of x and y are counted through all images.
type Conv struct {
	Images            int
	Rows, Cols        Axis
	Channels, Filters int
	Groups            int
}

// Weights returns the number of elements of the kernel.
func (g *Conv) Weights() int { return g.Rows.Size * g.Cols.Size * g.Channels / g.Groups * g.Filters }

// Padded reports whether windows reach into padding. Then the functions that
// read x want the copy that [ConvPad] makes.
func (g *Conv) Padded() bool { return g.Rows.padded() || g.Cols.padded() }

// PaddedSize returns the number of elements of the padded copy of x.
func (g *Conv) PaddedSize() int {
	_, image := g.pitch()
	return g.Images * image
}

// pitch returns the distances between rows and between images of x, or of its
// padded copy.
func (g *Conv) pitch() (row, image int) {
	if g.Padded() {
		row = g.Cols.extent() * g.Channels
		return row, row * g.Rows.extent()
	}
	row = g.Cols.In * g.Channels
	return row, row * g.Rows.In
}

// runs returns over how many elements of x each product goes, and how many
// products a row of the kernel gives.
func (g *Conv) runs() (length, perRow int) {
	if g.Groups == 1 && g.Cols.Dilation == 1 {
		return g.Cols.Size * g.Channels, 1
	}
	return g.Channels / g.Groups, g.Cols.Size
}

// blockSize is how many elements are worked on at a time, so that they stay in
// the first-level cache from one product to the next.
const blockSize = 8 << 10

// block returns how many of the rows [lo,hi), each of so many elements, come
// next: rows of one image, and no more than a block.
func block(lo, hi, perImage, elements int) int {
	return min(hi-lo, perImage-lo%perImage, max(blockSize/elements, 1))
}

// ConvPad copies the rows [lo,hi) of x to where they belong in a padded copy,
// which was zeros when it was made.
func ConvPad[T Float](g *Conv, lo, hi int, padded, x []T) {
	row, image := g.pitch()
	in := g.Cols.In * g.Channels
	n := min(in, row-g.Cols.Before*g.Channels)
	for ; lo < hi; lo++ {
		if at := lo%g.Rows.In + g.Rows.Before; at < g.Rows.extent() {
			copy(padded[lo/g.Rows.In*image+at*row+g.Cols.Before*g.Channels:][:n], x[lo*in:])
		}
	}
}

// ConvForward computes the rows [lo,hi) of y, the correlation of x and w, plus
// bias where it is not nil, with negative elements set to 0 if rectify is set.
func ConvForward[T Float](g *Conv, lo, hi int, y, x, w, bias []T, rectify bool) {
	row, image := g.pitch()
	run, perRow := g.runs()
	out, taps := g.Cols.Out*g.Filters, g.Rows.Size*perRow
	for n := 0; lo < hi; lo += n {
		n = block(lo, hi, g.Rows.Out, out)
		p := products{count: n, a: g.Rows.Stride * row, c: out}
		from := lo/g.Rows.Out*image + lo%g.Rows.Out*p.a
		for group := range g.Groups {
			f, c := group*(g.Filters/g.Groups), group*(g.Channels/g.Groups)
			for tap := range taps {
				e := epilogue[T]{accumulate: tap > 0}
				if tap == taps-1 {
					e.rectify = rectify
					if bias != nil {
						e.bias = bias[f:][:g.Filters/g.Groups]
					}
				}
				a := x[from+tap/perRow*g.Rows.Dilation*row+tap%perRow*g.Cols.Dilation*g.Channels+c:]
				gemms(p, NN, g.Cols.Out, g.Filters/g.Groups, run, a, g.Cols.Stride*g.Channels,
					w[tap*run*g.Filters+f:], g.Filters, y[lo*out+f:], g.Filters, e)
			}
		}
	}
}

// Pitch returns how many pixels the rows of dy should lie apart. At strides of 1
// those of x and dy may go in step: then the gradient of w is one long product
// for all rows, with zeros where a row of dy is over. That pays for short gaps.
func (g *Conv) Pitch() int {
	const most = 4 // pixels that cost as much as the start of a product
	row, _ := g.pitch()
	if pitch := row / g.Channels; g.Rows.Stride == 1 && g.Cols.Stride == 1 && pitch-g.Cols.Out <= most {
		return pitch
	}
	return g.Cols.Out
}

// Room is how many elements of x and dy the gradients should go over at a time:
// what fits the first-level cache, or the second where w does not fit that, so
// that its gradient is passed over less often.
func (g *Conv) Room() int {
	if g.Weights() > 8*blockSize {
		return 16 * blockSize
	}
	return 2 * blockSize
}

// ConvWeightGrad adds to dw what the rows [lo,hi) of y contribute to the
// gradient of w. dy holds the gradient of these rows, [Conv.Pitch] apart, with
// zeros between.
func ConvWeightGrad[T Float](g *Conv, lo, hi int, dw, x, dy []T) {
	row, image := g.pitch()
	run, perRow := g.runs()
	out := g.Pitch() * g.Filters
	inStep := g.Rows.Stride == 1 && g.Pitch()*g.Cols.Stride*g.Channels == row
	for n := 0; lo < hi; lo += n {
		n = min(hi-lo, g.Rows.Out-lo%g.Rows.Out, max(g.Room()/(out+row), 1))
		p, k := products{count: n, a: g.Rows.Stride * row, b: out}, g.Cols.Out
		if inStep {
			k += (n - 1) * g.Pitch()
			p = products{count: 1, a: image, b: n * out}
			if n == g.Rows.Out { // several images
				p.count = min((hi-lo)/n, max(g.Room()/(n*(out+row)), 1))
			}
			n *= p.count
		}
		from := lo/g.Rows.Out*image + lo%g.Rows.Out*g.Rows.Stride*row
		for group := range g.Groups {
			f, c := group*(g.Filters/g.Groups), group*(g.Channels/g.Groups)
			for tap := range g.Rows.Size * perRow {
				a := x[from+tap/perRow*g.Rows.Dilation*row+tap%perRow*g.Cols.Dilation*g.Channels+c:]
				gemms(p, TN, run, g.Filters/g.Groups, k, a, g.Cols.Stride*g.Channels,
					dy[f:], g.Filters, dw[tap*run*g.Filters+f:], g.Filters, epilogue[T]{accumulate: true})
			}
		}
		dy = dy[min(n*out, len(dy)):]
	}
}

// ConvSpread copies the rows [lo,hi) of dy to where they belong in a copy whose
// rows lie [Conv.Pitch] apart, which was zeros when it was made.
func ConvSpread[T Float](g *Conv, lo, hi int, spread, dy []T) {
	from, to := g.Cols.Out*g.Filters, g.Pitch()*g.Filters
	for ; lo < hi; lo++ {
		copy(spread[lo*to:], dy[lo*from:][:from])
	}
}

// ConvTranspose writes the kernel w with its last two axes exchanged, as
// [ConvInputGrad] wants it, for the places [lo,hi) of the window.
func ConvTranspose[T Float](g *Conv, lo, hi int, wt, w []T) {
	c := g.Channels / g.Groups
	for n := c * g.Filters; lo < hi; lo++ {
		transpose(wt[lo*n:], c, w[lo*n:], g.Filters, c, g.Filters)
	}
}

// ConvInputGrad computes the rows [lo,hi) of dx, the gradient of x, with the
// transposed kernel. dy holds the gradient of y from row first, its rows
// [Conv.Pitch] apart.
func ConvInputGrad[T Float](g *Conv, lo, hi int, dx, dy []T, first int, wt []T) {
	in, out := g.Cols.In*g.Channels, g.Pitch()*g.Filters
	filters, channels := g.Filters/g.Groups, g.Channels/g.Groups
	for n := 0; lo < hi; lo += n {
		n = block(lo, hi, g.Rows.In, in)
		image, top := lo/g.Rows.In, lo%g.Rows.In
		clear(dx[lo*in : (lo+n)*in])
		for tap := range g.Rows.Size * g.Cols.Size {
			i, j := tap/g.Cols.Size, tap%g.Cols.Size
			y0, y1 := g.Rows.outputs(i, top, top+n)
			x0, x1 := g.Cols.outputs(j, 0, g.Cols.In)
			if y0 >= y1 || x0 >= x1 {
				continue
			}
			from := dy[(image*g.Rows.Out+y0-first)*out+x0*g.Filters:]
			to := dx[(image*g.Rows.In+g.Rows.at(y0, i))*in+g.Cols.at(x0, j)*g.Channels:]
			p := products{count: y1 - y0, a: out, c: g.Rows.Stride * in}
			for group := range g.Groups {
				gemms(p, NN, x1-x0, channels, filters, from[group*filters:], g.Filters,
					wt[(tap*g.Filters+group*filters)*channels:], channels,
					to[group*channels:], g.Cols.Stride*g.Channels, epilogue[T]{accumulate: true})
			}
		}
	}
}
