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
	maxRows := tileRowsOf(active)
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

// panelWidth returns the columns of a panel of B, 0 where there is no assembly.
func panelWidth[T Float]() int {
	if active == Generic {
		return 0
	}
	vec, _ := lanes[T]()
	return 2 * vec
}

// wantsPanels reports whether a product of contiguous matrices is faster with B
// copied into panels: where it stands transposed and is not a vector, or where
// its rows lie far apart and serve many tiles.
func wantsPanels[T Float](form Form, m, n, k int) bool {
	size := int(unsafe.Sizeof(*new(T)))
	switch {
	case n == 1 || m < 2*maxTileRows:
		return false
	case form == NT:
		return k > 1
	}
	return n*size >= 512 && k >= 64
}

const maxTileRows = 14 // of any set

// packPanel copies columns from to to-1 of op(B) to a panel, padded with zeros.
func packPanel[T Float](panel []T, width int, form Form, b []T, ldb, k, from, to int) {
	if form == NT {
		packTransposed(panel, width, b[from*ldb:], ldb, k, to-from)
	} else {
		packRows(panel, width, b[from:], ldb, k, to-from)
	}
}

// tilePanels computes m rows, and columns from to to-1, of C = op(A)·op(B) with
// an epilogue, B in panels as [packPanel] makes them. from is a multiple of the
// panel's width.
func tilePanels[T Float](m, from, to, k int, a []T, rsa, csa int, panels []T, c []T, ldc int, e epilogue[T]) {
	size := int(unsafe.Sizeof(*new(T)))
	vec, _ := lanes[T]()
	width, maxRows := 2*vec, tileRowsOf(active)
	kernels := &tileKernels[active-AVX2][size/8]
	w := workspaces.borrow()
	args := &w.args
	args.k, args.rsa, args.csa, args.ldb, args.ldc = k, rsa*size, csa*size, width*size, ldc*size
	args.flags, args.bias = 0, nil
	if e.accumulate {
		args.flags = tileAdd
	}
	if e.rectify {
		args.flags |= tileRectify
	}
	tiles := (m + maxRows - 1) / maxRows
	for j := from; j < to; j += width {
		cols := (min(width, to-j) + vec - 1) / vec
		args.mask = maskOf(min(width, to-j)-(cols-1)*vec, size)
		args.b = unsafe.Pointer(&panels[j*k])
		if e.bias != nil {
			args.bias = unsafe.Pointer(&e.bias[j])
		}
		for i, left := 0, tiles; left > 0; left-- {
			rows := (m - i + left - 1) / left
			args.a = unsafe.Pointer(&a[i*rsa])
			args.c = unsafe.Pointer(&c[i*ldc+j])
			kernels[cols-1][rows-1]((*byte)(unsafe.Pointer(args)))
			i += rows
		}
	}
	*args = tileArgs{} // keep nothing alive
	workspaces.giveBack(w)
}

func tileRowsOf(s Set) int {
	if s == AVX2 {
		return 6
	}
	return maxTileRows
}
