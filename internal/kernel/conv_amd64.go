//go:build amd64 && !noasm

package kernel

import "unsafe"

// tileGemms computes products by assembly tiles. A panel of B that they share
// stays in the first-level cache for all of them, and so does a tile of C that
// they add up to. It reports false, and does nothing, where there is no
// assembly for them.
func tileGemms[T Float](p products, form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, e epilogue[T]) bool {
	if active == Generic || form == NT || k == 0 {
		return false
	}
	if p.count == 1 {
		p.b = 0
	}
	size := int(unsafe.Sizeof(*new(T)))
	vec, _ := lanes[T]()
	const most = packDepth / 2 // of B's rows at a time: half of the cache
	// AVX2 reads whole vectors: the last row of B may be cut off only where
	// there is memory behind it, or where a panel of B is copied.
	last := (p.count-1)*p.b + (k-1)*ldb + ceilDiv(n, vec)*vec
	short := active == AVX2 && n%vec != 0 && cap(b) < last
	if short && p.b != 0 {
		return false
	}
	rsa, csa := lda, 1
	if form == TN {
		rsa, csa = 1, lda
	}
	kernels := &tileKernels[active-AVX2][size/8]
	w := workspaces.borrow()
	args := &w.args
	args.rsa, args.csa, args.ldc = rsa*size, csa*size, ldc*size
	tiles := ceilDiv(m, tileRowsOf(active))
	for l := 0; l < k; l += most {
		args.k = min(most, k-l)
		final := l+args.k == k
		args.flags = 0
		if e.accumulate || l > 0 {
			args.flags = tileAdd
		}
		if final && e.rectify {
			args.flags |= tileRectify
		}
		for j := 0; j < n; j += 2 * vec {
			width := min(2*vec, n-j)
			cols := ceilDiv(width, vec)
			args.mask = maskOf(width-(cols-1)*vec, size)
			args.bias = nil
			if final && e.bias != nil {
				args.bias = unsafe.Pointer(&e.bias[j])
			}
			from, step := unsafe.Pointer(&b[l*ldb+j]), p.b*size
			args.ldb = ldb * size
			if p.b == 0 && (short || args.ldb > 1024 && tiles*p.count > 2) {
				panel := unsafe.Slice((*T)(unsafe.Pointer(&w.panel)), packDepth*packWidth/size)
				packRows(panel, cols*vec, b[l*ldb+j:], ldb, args.k, width)
				from, args.ldb = unsafe.Pointer(&w.panel), cols*vec*size
			}
			for i, left := 0, tiles; left > 0; left-- {
				rows := (m - i + left - 1) / left // tiles of even height
				tile := kernels[cols-1][rows-1]
				first := i*rsa + l*csa
				for r := range p.count {
					args.a = unsafe.Pointer(&a[first+r*p.a])
					args.b = unsafe.Add(from, r*step)
					args.c = unsafe.Pointer(&c[i*ldc+j+r*p.c])
					tile((*byte)(unsafe.Pointer(args)))
				}
				i += rows
			}
		}
	}
	*args = tileArgs{} // keep nothing alive
	workspaces.giveBack(w)
	return true
}
