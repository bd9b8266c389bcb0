//go:build amd64 && !noasm

package kernel

import "unsafe"

const haveAssembly = true

// tileArgs are what a tile kernel reads; the generator knows the offsets.
type tileArgs struct {
	k     int
	a     unsafe.Pointer
	rsa   int // bytes from a row of op(A) to the next
	csa   int // bytes from a column of op(A) to the next
	b     unsafe.Pointer
	ldb   int // bytes
	c     unsafe.Pointer
	ldc   int // bytes
	bias  unsafe.Pointer
	mask  uintptr // lanes of the last vector: bits, or the address of a vector of lanes
	flags int
}

const (
	tileAdd     = 1 // add the product to C
	tileRectify = 2 // C = max(C, 0)
)

// workspace is what one call needs beside its operands: the arguments, whose
// address a tile kernel takes, and a panel of B.
type workspace struct {
	args  tileArgs
	panel [packDepth * packWidth]byte
}

const (
	packDepth = 512 // products that are added up in registers at a time
	packWidth = 128 // bytes of a row of a panel: two AVX-512 vectors
)

var workspaces = newPool(func() *workspace { return new(workspace) })

// laneMask holds eight lanes that count and eight that do not: AVX2 reads its
// masks from here.
var laneMask = [16]int32{-1, -1, -1, -1, -1, -1, -1, -1}

// tileGemm computes C = op(A)·op(B) by assembly tiles, with an epilogue. A is
// read at any stride, rsa elements from a row to the next and csa from a column
// to the next; B may stand transposed. It reports false, and does nothing,
// where there is no assembly.
func tileGemm[T Float](m, n, k int, a []T, rsa, csa int, transposed bool, b []T, ldb int, c []T, ldc int, e epilogue[T]) bool {
	if active == Generic {
		return false
	}
	size := int(unsafe.Sizeof(*new(T)))
	vec, _ := lanes[T]()
	maxRows := 14
	if active == AVX2 {
		maxRows = 6
	}
	kernels := &tileKernels[active-AVX2][size/8]
	w := workspaces.borrow()
	args := &w.args
	tiles := (m + maxRows - 1) / maxRows
	for l := 0; l < k || l == 0; l += packDepth {
		depth := min(packDepth, k-l)
		args.flags, args.bias = 0, nil
		if e.accumulate || l > 0 {
			args.flags = tileAdd
		}
		last := l+depth == k
		if last && e.rectify {
			args.flags |= tileRectify
		}
		for j := 0; j < n; j += 2 * vec {
			width := min(2*vec, n-j)
			cols := (width + vec - 1) / vec
			partial := width - (cols-1)*vec
			args.mask = maskOf(partial, size)
			args.k = depth
			// A panel of B is copied where it stands transposed, where its rows
			// lie far apart and serve many tiles, or where AVX2, which reads
			// whole vectors, would leave the row.
			if depth == 0 {
				args.b = nil
			} else if transposed || ldb*size > 1024 && tiles > 2 || active == AVX2 && partial < vec {
				panel := unsafe.Slice((*T)(unsafe.Pointer(&w.panel)), packDepth*packWidth/size)
				if transposed {
					packTransposed(panel, cols*vec, b[j*ldb+l:], ldb, depth, width)
				} else {
					packRows(panel, cols*vec, b[l*ldb+j:], ldb, depth, width)
				}
				args.b, args.ldb = unsafe.Pointer(&w.panel), cols*vec*size
			} else {
				args.b, args.ldb = unsafe.Pointer(&b[l*ldb+j]), ldb*size
			}
			if last && e.bias != nil {
				args.bias = unsafe.Pointer(&e.bias[j])
			}
			args.rsa, args.csa, args.ldc = rsa*size, csa*size, ldc*size
			for i, left := 0, tiles; left > 0; left-- {
				rows := (m - i + left - 1) / left // tiles of even height
				if depth > 0 {
					args.a = unsafe.Pointer(&a[i*rsa+l*csa])
				}
				args.c = unsafe.Pointer(&c[i*ldc+j])
				kernels[cols-1][rows-1]((*byte)(unsafe.Pointer(args)))
				i += rows
			}
		}
		if k == 0 {
			break
		}
	}
	*args = tileArgs{} // keep nothing alive
	workspaces.giveBack(w)
	return true
}

// packRows copies (depth,width) of B to rows of length to, padded with zeros.
func packRows[T Float](panel []T, to int, b []T, ldb, depth, width int) {
	for l := range depth {
		row := panel[l*to:][:to]
		clear(row[copy(row, b[l*ldb:][:width]):])
	}
}

// packTransposed copies the transpose of (width,depth) of B to rows of length
// to, padded with zeros.
func packTransposed[T Float](panel []T, to int, b []T, ldb, depth, width int) {
	transpose(panel, to, b, ldb, width, depth)
	if width < to {
		for l := range depth {
			clear(panel[l*to+width:][:to-width])
		}
	}
}
