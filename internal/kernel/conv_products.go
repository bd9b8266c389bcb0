package kernel

// products are matrix products of one shape whose operands lie at even
// distances: product i is of the matrices a·i, b·i and c·i elements further on.
// A distance of 0 keeps an operand; with c 0 the products add up.
type products struct{ count, a, b, c int }

// gemms computes one [Gemm] after the other, each with an epilogue. B must not
// stand transposed. Where they line up, several products become one.
func gemms[T Float](p products, form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, e epilogue[T]) {
	if p.count < 1 || m < 1 || n < 1 {
		return
	}
	switch {
	case form == NN && p.b == 0 && p.a == m*lda && p.c == m*ldc:
		m, p.count = m*p.count, 1
	case form == TN && p.c == 0 && p.a == k*lda && p.b == k*ldb && e.accumulate:
		k, p.count = k*p.count, 1
	}
	if tileGemms(p, form, m, n, k, a, lda, b, ldb, c, ldc, e) {
		return
	}
	for i := range p.count {
		c := c[i*p.c:]
		Gemm(form, m, n, k, a[i*p.a:], lda, b[i*p.b:], ldb, c, ldc, e.accumulate)
		if e.bias == nil && !e.rectify {
			continue
		}
		for r := range m {
			row := c[r*ldc:][:n]
			if e.bias != nil {
				AddBias(row, e.bias)
			}
			if e.rectify {
				Activate(ReLU, row, row)
			}
		}
	}
}
