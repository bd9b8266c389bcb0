package kernel

func (r *Recurrent[T]) lstm(s *step[T]) {
	d, u, k, n := r.Inputs, r.Units, r.depth, r.width
	r.weights.gates.multiply(s.rows, 0, r.known(s), s.xh, k, s.zg, n, r.weights.bg, false)
	r.weights.candidate.multiply(s.rows, 0, r.known(s), s.xh, k, s.zc, u, r.weights.bc, false)
	Activate(r.Gate, s.g, s.zg)
	Activate(r.Activation, s.c, s.zc)
	in, forget, out := rowOperand[T]{s.g, n}, rowOperand[T]{s.g[u:], n}, rowOperand[T]{s.g[2*u:], n}
	c, last, state := rowOperand[T]{s.c, u}, rowOperand[T]{s.s, u}, rowOperand[T]{s.s1, u}
	onRows(rowTwoProducts, s.rows, u, state, forget, last, in, c)
	Activate(r.Activation, s.a, s.s1)
	onRows(rowProduct, s.rows, u, rowOperand[T]{s.next[d:], k}, out, rowOperand[T]{s.a, u})
}

func (r *Recurrent[T]) lstmGrad(s *step[T], w *backScratch[T]) {
	u, n := r.Units, r.width
	in, forget, out := rowOperand[T]{s.g, n}, rowOperand[T]{s.g[u:], n}, rowOperand[T]{s.g[2*u:], n}
	c, last, a := rowOperand[T]{s.c, u}, rowOperand[T]{s.s, u}, rowOperand[T]{s.a, u}
	dg, dc := w.dg[:len(s.g)], w.dc[:len(s.c)]
	din, dforget, dout := rowOperand[T]{dg, n}, rowOperand[T]{dg[u:], n}, rowOperand[T]{dg[2*u:], n}
	dcand, ds, dlast := rowOperand[T]{dc, u}, rowOperand[T]{w.ds, u}, rowOperand[T]{w.dsLast, u}

	onRows(rowSpread, s.rows, u, dout, dcand, rowOperand[T]{w.dh, u}, a, out)
	ActivateGrad(r.Activation, dc, dc, s.s1, s.a)
	onRows(rowLSTMGrad, s.rows, u, din, dforget, dcand, dlast, ds, in, forget, c, last)
	ActivateGrad(r.Gate, s.g, dg, s.zg, s.g)
	ActivateGrad(r.Activation, s.c, dc, s.zc, s.c)
}
