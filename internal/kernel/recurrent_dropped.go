package kernel

// DroppedRecurrent is [Recurrent] in training with dropout of what is fed back.
// Each block of columns, of a gate or the candidate, sees the input and the last
// state through masks of its own, the same at every step, so the products are
// not one. It keeps all that the way back needs and runs on one goroutine.
type DroppedRecurrent[T Float] struct {
	RecurrentConfig
	// XMask (Gates, Rows, Inputs), nil for none, and HMask (Gates, Rows, Units)
	// are what the input and the last state are multiplied by.
	XMask, HMask []T

	w, u, b []T
	mask    []T
	order   Recurrent[T] // which step of x and y is which
	states  RecurrentStates[T]

	x    []T // (Steps, Rows, Inputs), in the order in which it is read
	h, s []T // states before each step and after the last one
	z, a []T // (Steps, Gates, Rows, Units), before and after the activations
	act  []T // of an LSTM's second state, after each step
	p    []T // of a GRU: h'·Uh + b1h, or r·h'

	masked, product  []T // to work in
	dh, dhLast       []T
	ds, dsLast       []T
	dz, dp, dxMasked []T
}

// NewDroppedRecurrent makes the memory of a layer with weights w, u and b, which
// is nil without a bias.
func NewDroppedRecurrent[T Float](c RecurrentConfig, w, u, b []T) *DroppedRecurrent[T] {
	gates, n := c.Cell.Gates(), c.Rows*c.Units
	r := &DroppedRecurrent[T]{
		RecurrentConfig: c, w: w, u: u, b: b, order: Recurrent[T]{RecurrentConfig: c},
		x: make([]T, c.Steps*c.Rows*c.Inputs), h: make([]T, (c.Steps+1)*n), z: make([]T, c.Steps*gates*n), a: make([]T, c.Steps*gates*n),
		masked: make([]T, c.Rows*max(c.Inputs, c.Units)), product: make([]T, n), dh: make([]T, n), dhLast: make([]T, n),
		dz: make([]T, gates*n), dxMasked: make([]T, c.Rows*c.Inputs),
	}
	switch c.Cell {
	case LSTMCell:
		r.s, r.act, r.ds, r.dsLast = make([]T, (c.Steps+1)*n), make([]T, c.Steps*n), make([]T, n), make([]T, n)
	case GRUCell, GRUResetBeforeCell:
		r.p, r.dp = make([]T, c.Steps*n), make([]T, n)
	}
	return r
}

// First is as [Recurrent.First].
func (r *DroppedRecurrent[T]) First(h, s, dh, ds []T) {
	r.states.h0, r.states.s0, r.states.dh0, r.states.ds0 = h, s, dh, ds
}

// Last is as [Recurrent.Last].
func (r *DroppedRecurrent[T]) Last(h, s, dh, ds []T) {
	r.states.h, r.states.s, r.states.dh, r.states.ds = h, s, dh, ds
}

// part returns element i of memory that holds one array of n after the other.
func part[T Float](memory []T, i, n int) []T {
	if memory == nil {
		return nil
	}
	return memory[i*n:][:n]
}

// through returns x as block g sees it.
func (r *DroppedRecurrent[T]) through(masks []T, g int, x []T) []T {
	if masks == nil {
		return x
	}
	y, m := r.masked[:len(x)], part(masks, g, len(x))
	for i, v := range x {
		y[i] = v * m[i]
	}
	return y
}

// Forward is as [Recurrent.Forward].
func (r *DroppedRecurrent[T]) Forward(x, mask, y []T) func() {
	r.mask, r.order.mask = mask, mask
	n, d := r.Rows*r.Units, r.Inputs
	return func() {
		clear(r.h[:n])
		copy(r.h[:n], r.states.h0)
		if r.s != nil {
			clear(r.s[:n])
			copy(r.s[:n], r.states.s0)
		}
		for t := range r.Steps {
			xt := part(r.x, t, r.Rows*d)
			for i := range r.Rows {
				copy(xt[i*d:][:d], x[r.order.input(i, t)*d:])
			}
			r.step(t, xt)
			r.settle(t, y)
		}
		copy(r.states.h, part(r.h, r.Steps, n))
		copy(r.states.s, part(r.s, r.Steps, n))
	}
}

// step computes the states after step t of all rows.
func (r *DroppedRecurrent[T]) step(t int, x []T) {
	gates, n, u, d := r.Cell.Gates(), r.Rows*r.Units, r.Units, r.Inputs
	h, next := part(r.h, t, n), part(r.h, t+1, n)
	z, a := part(r.z, t, gates*n), part(r.a, t, gates*n)
	p := part(r.p, t, n)
	for g := range gates {
		zg, ag := part(z, g, n), part(a, g, n)
		r.fill(zg, g, 0)
		Gemm(NN, r.Rows, u, d, r.through(r.XMask, g, x), d, r.w[g*u:], gates*u, zg, u, true)
		hg, f := r.through(r.HMask, g, h), r.Gate
		switch candidate := g == r.Cell.candidate(); {
		case candidate && r.Cell == GRUCell:
			r.fill(p, g, 1)
			Gemm(NN, r.Rows, u, u, hg, u, r.u[g*u:], gates*u, p, u, true)
			for i, reset := range part(a, 1, n) {
				zg[i] += reset * p[i]
			}
		case candidate && r.Cell == GRUResetBeforeCell:
			for i, reset := range part(a, 1, n) {
				p[i] = reset * hg[i]
			}
			Gemm(NN, r.Rows, u, u, p, u, r.u[g*u:], gates*u, zg, u, true)
		default:
			if r.Cell == GRUCell {
				r.addBias(zg, g, 1)
			}
			Gemm(NN, r.Rows, u, u, hg, u, r.u[g*u:], gates*u, zg, u, true)
		}
		if g == r.Cell.candidate() {
			f = r.Activation
		}
		Activate(f, ag, zg)
	}
	switch r.Cell {
	case SimpleCell:
		copy(next, a)
	case LSTMCell:
		s, s1, act := part(r.s, t, n), part(r.s, t+1, n), part(r.act, t, n)
		in, forget, c, out := part(a, 0, n), part(a, 1, n), part(a, 2, n), part(a, 3, n)
		for i := range s1 {
			s1[i] = forget[i]*s[i] + in[i]*c[i]
		}
		Activate(r.Activation, act, s1)
		for i := range next {
			next[i] = out[i] * act[i]
		}
	default:
		update, c := part(a, 0, n), part(a, 2, n)
		for i := range next {
			next[i] = update[i]*h[i] + (1-update[i])*c[i]
		}
	}
}

// fill sets rows to a row of the bias of block g, or zeros.
func (r *DroppedRecurrent[T]) fill(z []T, g, row int) {
	clear(z)
	r.addBias(z, g, row)
}

func (r *DroppedRecurrent[T]) addBias(z []T, g, row int) {
	if r.b == nil {
		return
	}
	b := r.b[(row*r.Cell.Gates()+g)*r.Units:][:r.Units]
	for i := range r.Rows {
		Add(z[i*r.Units:][:r.Units], b)
	}
}

// settle lets states of masked rows stay and puts out what a step gives.
func (r *DroppedRecurrent[T]) settle(t int, y []T) {
	n, u := r.Rows*r.Units, r.Units
	h, next := part(r.h, t, n), part(r.h, t+1, n)
	for i := range r.Rows {
		masked := r.order.masked(i, t)
		if masked {
			copy(next[i*u:][:u], h[i*u:])
			if r.s != nil {
				copy(part(r.s, t+1, n)[i*u:][:u], part(r.s, t, n)[i*u:])
			}
		}
		if out := r.order.output(y, i, t); masked && r.ZeroMasked {
			clear(out)
		} else {
			copy(out, next[i*u:])
		}
	}
}
