package kernel

import "unsafe"

// blocks is a (rows, cols) matrix in blocks of columns, each row-major by
// itself. Products with few rows of A read it much faster than a matrix whose
// rows lie far apart.
type blocks[T Float] struct {
	rows, cols int
	data       []T
}

// blockBytes is the length of a row of a block.
const blockBytes = 512

func newBlocks[T Float](rows, cols int) blocks[T] { return blocks[T]{rows, cols, make([]T, rows*cols)} }

// block returns the block that starts at a column, and its width.
func (m blocks[T]) block(column int) (b []T, width int) {
	width = min(m.step(), m.cols-column)
	return m.data[column*m.rows:][:m.rows*width], width
}

// step is the width of all blocks but the last.
func (m blocks[T]) step() int { return blockBytes / int(unsafe.Sizeof(*new(T))) }

// set copies numbers to a row, from a column on.
func (m blocks[T]) set(row, column int, x []T) {
	for len(x) > 0 {
		start := column - column%m.step()
		b, width := m.block(start)
		n := copy(b[row*width+column-start:][:width-(column-start)], x)
		x, column = x[n:], column+n
	}
}

// multiply computes the product of a, (n, hi-lo), and rows lo to hi-1, and adds
// bias to each row, or the product to c. bias may be nil.
func (m blocks[T]) multiply(n, lo, hi int, a []T, lda int, c []T, ldc int, bias []T, accumulate bool) {
	for j := 0; j < m.cols; j += m.step() {
		b, width := m.block(j)
		b = b[lo*width:]
		switch {
		case accumulate:
			Gemm(NN, n, width, hi-lo, a, lda, b, width, c[j:], ldc, true)
		case bias != nil:
			GemmBias(n, width, hi-lo, a, lda, b, width, c[j:], ldc, bias[j:][:width], false)
		default:
			Gemm(NN, n, width, hi-lo, a, lda, b, width, c[j:], ldc, false)
		}
	}
}
