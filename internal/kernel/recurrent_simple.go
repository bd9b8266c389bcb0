package kernel

func (r *Recurrent[T]) simple(s *step[T]) {
	d, u, k := r.Inputs, r.Units, r.depth
	r.weights.candidate.multiply(s.rows, 0, r.known(s), s.xh, k, s.zc, u, r.weights.bc, false)
	Activate(r.Activation, s.c, s.zc)
	for i := range s.rows {
		copy(s.next[i*k+d:][:u], s.c[i*u:])
	}
}

func (r *Recurrent[T]) simpleGrad(s *step[T], w *backScratch[T]) {
	ActivateGrad(r.Activation, s.c, w.dh[:len(s.c)], s.zc, s.c)
}
