package kernel

// backScratch is what one worker needs on the way back through a step. The
// gradients of the inputs of the activations take the place of the gates and
// the candidate on the tape, where the products for the weights find them.
type backScratch[T Float] struct {
	dh, dhLast []T // of the state after the step, and before it
	ds, dsLast []T // of the second state
	dg, dc     []T // of gates and candidate
}

func (r *Recurrent[T]) newBackScratch() *backScratch[T] {
	memory := func(width int) []T { return make([]T, r.chunk*width) }
	return &backScratch[T]{
		dh: memory(r.Units), dhLast: memory(r.Units), ds: memory(r.Units), dsLast: memory(r.Units),
		dg: memory(r.width), dc: memory(r.Units),
	}
}

// Backward returns a function that computes, after Forward's, the gradients of
// the weights and, with InputGrad, of x from that of y. Each call wants a call
// of Forward's function before it.
func (r *Recurrent[T]) Backward(dx, dw, du, db, dy []T) func() {
	n := r.weights.gradients()
	back := NewLoop(r.Rows, r.chunk, func(lo, hi int) {
		m, w := r.tapes[lo/r.chunk], r.scratch.borrow()
		r.rewind(m, w, dx, dy, lo, hi)
		r.scratch.giveBack(w)
		r.weightGrad(m, r.partial[lo/r.chunk*n:][:n])
	})
	if len(r.tapes) == 1 {
		return func() {
			back.Run()
			r.weights.unpack(dw, du, db, r.partial)
		}
	}
	sum, ones := make([]T, n), make([]T, len(r.tapes))
	for i := range ones {
		ones[i] = 1
	}
	add := NewLoop(n, Grain(n, 8*len(ones)), func(lo, hi int) {
		Gemm(NN, 1, hi-lo, len(ones), ones, len(ones), r.partial[lo:], n, sum[lo:], hi-lo, false)
	})
	return func() {
		back.Run()
		add.Run()
		r.weights.unpack(dw, du, db, sum)
	}
}

// rewind goes back through all steps of the rows from lo to hi.
func (r *Recurrent[T]) rewind(m *tape[T], w *backScratch[T], dx, dy []T, lo, hi int) {
	u := r.Units
	clear(w.dh)
	clear(w.ds)
	if r.states.dh != nil {
		copy(w.dh, r.states.dh[lo*u:hi*u])
		if r.Cell == LSTMCell {
			copy(w.ds, r.states.ds[lo*u:hi*u])
		}
	}
	for t := r.Steps - 1; t >= 0; t-- {
		s := r.at(m, t)
		for i := range s.rows {
			if out := r.output(dy, lo+i, t); out != nil && !(r.ZeroMasked && r.masked(lo+i, t)) {
				Add(w.dh[i*u:][:u], out)
			}
		}
		r.backward(s, w)
		if r.mask != nil {
			r.skip(s, lo, t)
		}
		r.stateGrad(s, w)
		if r.InputGrad {
			r.inputGrad(s, dx[r.input(lo, t)*r.Inputs:])
		}
		for i := range s.rows {
			if r.masked(lo+i, t) { // the states went past
				copy(w.dhLast[i*u:][:u], w.dh[i*u:])
				copy(w.dsLast[i*u:][:u], w.ds[i*u:])
			}
		}
		w.dh, w.dhLast = w.dhLast, w.dh
		w.ds, w.dsLast = w.dsLast, w.ds
	}
	if r.states.dh0 != nil {
		copy(r.states.dh0[lo*u:hi*u], w.dh)
	}
	if r.states.ds0 != nil {
		copy(r.states.ds0[lo*u:hi*u], w.ds)
	}
}

// skip clears the gradients of masked rows.
func (r *Recurrent[T]) skip(s *step[T], lo, t int) {
	u, n := r.Units, r.width
	for i := range s.rows {
		if !r.masked(lo+i, t) {
			continue
		}
		clear(s.g[i*n:][:n])
		clear(s.c[i*u:][:u])
		if s.p != nil {
			clear(s.p[i*u:][:u])
		}
	}
}

// stateGrad computes the gradient of h' from those of gates and candidate. A
// GRU's holds what does not come by way of them already.
func (r *Recurrent[T]) stateGrad(s *step[T], w *backScratch[T]) {
	if s.first {
		return
	}
	u, n := r.Units, r.width
	r.weights.gatesU.multiply(s.rows, 0, n, s.g, n, w.dhLast, u, nil, s.p != nil)
	switch r.Cell {
	case SimpleCell, LSTMCell:
		r.weights.candidateU.multiply(s.rows, 0, u, s.c, u, w.dhLast, u, nil, true)
	case GRUCell:
		r.weights.candidateU.multiply(s.rows, 0, u, s.p, u, w.dhLast, u, nil, true)
	}
}

// inputGrad computes the gradient of x, whose rows are Steps apart.
func (r *Recurrent[T]) inputGrad(s *step[T], dx []T) {
	u, n, ld := r.Units, r.width, r.Steps*r.Inputs
	r.weights.gatesW.multiply(s.rows, 0, n, s.g, n, dx, ld, nil, false)
	r.weights.candidateW.multiply(s.rows, 0, u, s.c, u, dx, ld, nil, true)
}

// weightGrad computes a chunk's gradients of the weights, one product over all
// steps for each.
func (r *Recurrent[T]) weightGrad(m *tape[T], sum []T) {
	d, u, k, n := r.Inputs, r.Units, r.depth, r.width
	rows := m.rows * r.Steps
	xh, g, c := m.xh, m.g[:rows*n], m.c[:rows*u]
	gates, candidate, bg, bc, br := r.weights.split(sum)
	Gemm(TN, k, n, rows, xh, k, g, n, gates, n, false)
	switch r.Cell {
	case GRUCell: // the gradient of h'·Uh is not that of x·Wh
		Gemm(TN, d, u, rows, xh, k, c, u, candidate, u, false)
		Gemm(TN, u, u, rows, xh[d:], k, m.p, u, candidate[d*u:], u, false)
	case GRUResetBeforeCell: // r·h' stands in for h'
		Gemm(TN, d, u, rows, xh, k, c, u, candidate, u, false)
		Gemm(TN, u, u, rows, m.p, u, c, u, candidate[d*u:], u, false)
	default:
		Gemm(TN, k, u, rows, xh, k, c, u, candidate, u, false)
	}
	if !r.Bias {
		return
	}
	ColSum(bg, g)
	ColSum(bc, c)
	if len(br) > 0 {
		ColSum(br, m.p[:rows*u])
	}
}
