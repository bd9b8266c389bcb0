package kernel

// Backward is as [Recurrent.Backward].
func (r *DroppedRecurrent[T]) Backward(dx, dw, du, db, dy []T) func() {
	u := r.Units
	return func() {
		clear(dw)
		clear(du)
		clear(db)
		clear(r.dh)
		clear(r.ds)
		copy(r.dh, r.states.dh)
		copy(r.ds, r.states.ds)
		for t := r.Steps - 1; t >= 0; t-- {
			for i := range r.Rows {
				if out := r.order.output(dy, i, t); out != nil && !(r.ZeroMasked && r.order.masked(i, t)) {
					Add(r.dh[i*u:][:u], out)
				}
			}
			r.stepGrad(t)
			for i := range r.Rows {
				if r.order.masked(i, t) {
					r.skip(i)
				}
			}
			r.weightGrad(t, dw, du, db)
			if r.InputGrad {
				r.inputGrad(t, dx)
			}
			r.dh, r.dhLast = r.dhLast, r.dh
			r.ds, r.dsLast = r.dsLast, r.ds
		}
		copy(r.states.dh0, r.dh)
		copy(r.states.ds0, r.ds)
	}
}

// stepGrad computes from dh and ds the gradients of what goes into the
// activations, dz, and of the states before the step, as far as they do not
// come by way of dz; of a GRU dp, too.
func (r *DroppedRecurrent[T]) stepGrad(t int) {
	gates, n := r.Cell.Gates(), r.Rows*r.Units
	z, a, h := part(r.z, t, gates*n), part(r.a, t, gates*n), part(r.h, t, n)
	clear(r.dhLast)
	d := func(g int) []T { return part(r.dz, g, n) }
	back := func(f Activation, g int) { ActivateGrad(f, d(g), d(g), part(z, g, n), part(a, g, n)) }
	switch r.Cell {
	case SimpleCell:
		copy(r.dz, r.dh)
		back(r.Activation, 0)
	case LSTMCell:
		in, forget, c, out := part(a, 0, n), part(a, 1, n), part(a, 2, n), part(a, 3, n)
		s, s1, act := part(r.s, t, n), part(r.s, t+1, n), part(r.act, t, n)
		for i, g := range r.dh {
			r.product[i], d(3)[i] = g*out[i], g*act[i]
		}
		ActivateGrad(r.Activation, r.product, r.product, s1, act)
		for i, g := range r.product {
			g += r.ds[i]
			d(0)[i], d(1)[i], d(2)[i], r.dsLast[i] = g*c[i], g*s[i], g*in[i], g*forget[i]
		}
		back(r.Gate, 0)
		back(r.Gate, 1)
		back(r.Activation, 2)
		back(r.Gate, 3)
	default:
		update, reset, c, p := part(a, 0, n), part(a, 1, n), part(a, 2, n), part(r.p, t, n)
		for i, g := range r.dh {
			d(0)[i], d(2)[i], r.dhLast[i] = g*(h[i]-c[i]), g*(1-update[i]), g*update[i]
		}
		back(r.Activation, 2)
		if r.Cell == GRUCell {
			for i, g := range d(2) {
				d(1)[i], r.dp[i] = g*p[i], g*reset[i]
			}
		} else {
			Gemm(NT, r.Rows, r.Units, r.Units, d(2), r.Units, r.u[2*r.Units:], gates*r.Units, r.product, r.Units, false)
			hg := r.through(r.HMask, 2, h)
			for i, g := range r.product {
				d(1)[i], r.dp[i] = g*hg[i], g*reset[i]
			}
		}
		back(r.Gate, 0)
		back(r.Gate, 1)
	}
}

// skip sends the gradients of a masked row past the step.
func (r *DroppedRecurrent[T]) skip(row int) {
	n, u := r.Rows*r.Units, r.Units
	for g := range r.Cell.Gates() {
		clear(part(r.dz, g, n)[row*u:][:u])
	}
	copy(r.dhLast[row*u:][:u], r.dh[row*u:])
	if r.ds != nil {
		copy(r.dsLast[row*u:][:u], r.ds[row*u:])
	}
	if r.dp != nil {
		clear(r.dp[row*u:][:u])
	}
}

// weightGrad adds a step's gradients of the weights, and to dhLast what comes
// by way of the products with U.
func (r *DroppedRecurrent[T]) weightGrad(t int, dw, du, db []T) {
	gates, n, u, d := r.Cell.Gates(), r.Rows*r.Units, r.Units, r.Inputs
	x, h := part(r.x, t, r.Rows*d), part(r.h, t, n)
	bias := func(row, g int, dz []T) {
		if r.b == nil {
			return
		}
		sum := db[(row*gates+g)*u:][:u]
		for i := range r.Rows {
			Add(sum, dz[i*u:][:u])
		}
	}
	for g := range gates {
		dz := part(r.dz, g, n)
		Gemm(TN, d, u, r.Rows, r.through(r.XMask, g, x), d, dz, u, dw[g*u:], gates*u, true)
		bias(0, g, dz)
		candidate := g == r.Cell.candidate()
		if candidate && r.Cell == GRUResetBeforeCell {
			Gemm(TN, u, u, r.Rows, part(r.p, t, n), u, dz, u, du[g*u:], gates*u, true)
			r.feedBack(g, r.dp)
			continue
		}
		if r.Cell == GRUCell {
			if candidate {
				dz = r.dp
			}
			bias(1, g, dz)
		}
		Gemm(TN, u, u, r.Rows, r.through(r.HMask, g, h), u, dz, u, du[g*u:], gates*u, true)
		Gemm(NT, r.Rows, u, u, dz, u, r.u[g*u:], gates*u, r.product, u, false)
		r.feedBack(g, r.product)
	}
}

// feedBack adds the gradient of the last state as block g sees it to dhLast.
func (r *DroppedRecurrent[T]) feedBack(g int, dh []T) {
	m := part(r.HMask, g, len(dh))
	for i, v := range dh {
		r.dhLast[i] += v * m[i]
	}
}

// inputGrad sets the gradient of the input of a step.
func (r *DroppedRecurrent[T]) inputGrad(t int, dx []T) {
	gates, n, u, d := r.Cell.Gates(), r.Rows*r.Units, r.Units, r.Inputs
	for g := range gates {
		Gemm(NT, r.Rows, d, u, part(r.dz, g, n), u, r.w[g*u:], gates*u, r.dxMasked, d, false)
		m := part(r.XMask, g, len(r.dxMasked))
		for i := range r.Rows {
			to := dx[r.order.input(i, t)*d:][:d]
			if g == 0 {
				clear(to)
			}
			for j, v := range r.dxMasked[i*d:][:d] {
				if m != nil {
					v *= m[i*d+j]
				}
				to[j] += v
			}
		}
	}
}
