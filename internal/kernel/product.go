package kernel

// Product is a matrix product of fixed shapes on operands that stay where they
// are, cut into blocks for a [Loop]: C = op(A)·op(B) + bias, negative elements
// set to 0 if asked for. What has to be copied into another order, such as a
// weight that stands transposed, is copied once for each Run and serves all
// blocks. Blocks are cut by size alone.
type Product[T Float] struct {
	form     Form
	m, n, k  int
	a, b, c  []T
	e        epilogue[T]
	panels   *Panels[T] // nil where B is read as it is
	packs    bool       // whether Run packs them
	multiply *Loop
}

const (
	blockRows = 112 // of C: eight tiles of 14 rows
	blockCols = 128
)

// NewProduct prepares the product of contiguous row-major matrices. bias has n
// elements or is nil.
func NewProduct[T Float](form Form, m, n, k int, a, b, c, bias []T, rectify bool) *Product[T] {
	var panels *Panels[T]
	if wantsPanels[T](form, m, n, k) {
		panels = NewPanels(form, n, k, b)
	}
	p := NewProductOf(form, m, n, k, a, b, panels, c, bias, rectify)
	p.packs = panels != nil
	return p
}

// NewProductOf is [NewProduct] with panels of B that somebody else packs before
// each Run; nil to read B as it is.
func NewProductOf[T Float](form Form, m, n, k int, a, b []T, panels *Panels[T], c, bias []T, rectify bool) *Product[T] {
	p := &Product[T]{form: form, m: m, n: n, k: k, a: a, b: b, c: c, panels: panels, e: epilogue[T]{bias: bias, rectify: rectify}}
	rows, cols := m, n
	if m*n*k >= 2*minWork {
		rows = even(m, blockRows, maxTileRows)
		if panels != nil {
			cols = even(n, blockCols, panels.width)
		}
	}
	rows, cols = max(rows, 1), max(cols, 1)
	across := (n + cols - 1) / cols
	p.multiply = NewLoop((m+rows-1)/rows*across, 1, func(lo, hi int) {
		for at := lo; at < hi; at++ {
			i, j := at/across*rows, at%across*cols
			p.block(i, min(i+rows, m), j, min(j+cols, n))
		}
	})
	return p
}

// even cuts n into as few blocks of at most size as there can be, all of about
// the same size, a multiple of unit.
func even(n, size, unit int) int {
	blocks := (n + size - 1) / size
	if blocks == 0 {
		return 1
	}
	each := (n + blocks - 1) / blocks
	return (each + unit - 1) / unit * unit
}

// Run computes the product.
func (p *Product[T]) Run() {
	if p.packs {
		p.panels.Pack()
	}
	p.multiply.Run()
}

func (p *Product[T]) lda() int {
	if p.form == TN {
		return p.m
	}
	return p.k
}

func (p *Product[T]) ldb() int {
	if p.form == NT {
		return p.k
	}
	return p.n
}

// block computes rows i0 to i1-1 and columns j0 to j1-1 of C.
func (p *Product[T]) block(i0, i1, j0, j1 int) {
	a, rsa, csa := p.a, p.lda(), 1
	if p.form == TN {
		rsa, csa = 1, p.lda()
	}
	a = a[min(i0*rsa, len(a)):]
	c := p.c[i0*p.n:]
	if p.panels != nil {
		tilePanels(i1-i0, j0, j1, p.k, a, rsa, csa, p.panels.data, c, p.n, p.e)
		return
	}
	if p.form == NN {
		GemmBias(i1-i0, p.n, p.k, a, p.lda(), p.b, p.ldb(), c, p.n, p.e.bias, p.e.rectify)
		return
	}
	Gemm(p.form, i1-i0, p.n, p.k, a, p.lda(), p.b, p.ldb(), c, p.n, false)
}
