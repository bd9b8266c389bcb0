package kernel

// Panels are a matrix B copied into the order in which matrix products read it:
// column panels of two vectors, padded with zeros. A weight that serves several
// products, or several parts of a batch, is packed once for all of them.
type Panels[T Float] struct {
	form    Form
	n, k    int
	b       []T
	width   int
	data    []T
	packing *Loop
}

// NewPanels prepares panels of op(B), which is (k,n), from the contiguous
// matrix b. It returns nil where products read B as it is.
func NewPanels[T Float](form Form, n, k int, b []T) *Panels[T] {
	width := panelWidth[T]()
	if width == 0 || k == 0 || n == 0 {
		return nil
	}
	count := (n + width - 1) / width
	p := &Panels[T]{form: form, n: n, k: k, b: b, width: width, data: make([]T, count*width*k)}
	ldb := n
	if form == NT {
		ldb = k
	}
	p.packing = NewLoop(count, Grain(count, 64*k*width), func(lo, hi int) {
		for j := lo; j < hi; j++ {
			packPanel(p.data[j*width*k:][:width*k], width, form, b, ldb, k, j*width, min((j+1)*width, n))
		}
	})
	return p
}

// Pack copies the matrix as it is now.
func (p *Panels[T]) Pack() { p.packing.Run() }
