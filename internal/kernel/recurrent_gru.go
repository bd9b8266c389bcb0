package kernel

func (r *Recurrent[T]) gru(s *step[T]) {
	d, u, k, n := r.Inputs, r.Units, r.depth, r.width
	known := r.known(s)
	update, reset := rowOperand[T]{s.g, n}, rowOperand[T]{s.g[u:], n}
	last, c, p := rowOperand[T]{s.xh[d:], k}, rowOperand[T]{s.c, u}, rowOperand[T]{s.p, u}
	r.weights.gates.multiply(s.rows, 0, known, s.xh, k, s.zg, n, r.weights.bg, false)
	Activate(r.Gate, s.g, s.zg)
	r.weights.candidate.multiply(s.rows, 0, d, s.xh, k, s.zc, u, r.weights.bc, false)
	if r.Cell == GRUCell {
		r.weights.candidate.multiply(s.rows, d, known, s.xh[d:], k, s.p, u, r.weights.br, false)
		onRows(rowAddProduct, s.rows, u, rowOperand[T]{s.zc, u}, reset, p)
	} else {
		onRows(rowProduct, s.rows, u, p, reset, last)
		r.weights.candidate.multiply(s.rows, d, known, s.p, u, s.zc, u, nil, true)
	}
	Activate(r.Activation, s.c, s.zc)
	onRows(rowMix, s.rows, u, rowOperand[T]{s.next[d:], k}, update, last, c)
}

func (r *Recurrent[T]) gruGrad(s *step[T], w *backScratch[T]) {
	d, u, k, n := r.Inputs, r.Units, r.depth, r.width
	update, reset := rowOperand[T]{s.g, n}, rowOperand[T]{s.g[u:], n}
	last, c, p := rowOperand[T]{s.xh[d:], k}, rowOperand[T]{s.c, u}, rowOperand[T]{s.p, u}
	dg, dc := w.dg[:len(s.g)], w.dc[:len(s.c)]
	dupdate, dreset, dcand := rowOperand[T]{dg, n}, rowOperand[T]{dg[u:], n}, rowOperand[T]{dc, u}
	dh, dlast := rowOperand[T]{w.dh, u}, rowOperand[T]{w.dhLast, u}

	onRows(rowMixGrad, s.rows, u, dupdate, dcand, dlast, dh, update, last, c)
	ActivateGrad(r.Activation, s.c, dc, s.zc, s.c)
	if r.Cell == GRUCell { // the gradient of p takes its place
		onRows(rowSpread, s.rows, u, dreset, p, c, p, reset)
	} else {
		r.weights.candidateU.multiply(s.rows, 0, u, s.c, u, dc, u, nil, false)
		onRows(rowSpreadAdd, s.rows, u, dreset, dlast, dcand, last, reset)
	}
	ActivateGrad(r.Gate, s.g, dg, s.zg, s.g)
}
