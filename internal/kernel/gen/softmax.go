package main

import "math"

// logits loads a vector of a row whose missing lanes are -Inf.
func (p pass) logits(i int) vector {
	v := p.load(i)
	if p.lanes == nil {
		return v
	}
	return p.choose(p.lanes, v, p.number(math.Inf(-1)))
}

// only is v with its missing lanes 0.
func (p pass) only(v vector) vector {
	if p.lanes == nil {
		return v
	}
	return p.keep(p.lanes, v)
}

// top is the largest number of the row in slice i, in all lanes.
func (r *row) top(i int) vector {
	top := r.in(r.number(math.Inf(-1)))
	r.each(func(p pass) { p.emit(maxI, p.logits(i), top, top) })
	return r.reduce(maxI, top)
}

// exponentials puts exp(z-top) of slice from into slice to and returns the sum.
func (r *row) exponentials(from, to int) vector {
	top, sum := r.top(from), r.zero()
	r.each(func(p pass) {
		e := p.expNegative(p.sub(p.logits(from), top))
		r.put(p, to, e)
		p.accumulate(sum, e)
	})
	return r.total(sum)
}

// logSumExp returns the largest number of slice i and log(sum(exp(z-top))),
// with more to do in the same pass. The largest is left out of the sum, of
// which so little is lost to a 1: log1p takes the others.
func (r *row) logSumExp(i int, more func(p pass, z, top vector)) (top, lse vector) {
	top = r.top(i)
	others, count, one := r.zero(), r.zero(), r.in(r.number(1))
	r.each(func(p pass) {
		z := p.logits(i)
		e := p.expNegative(p.sub(z, top))
		p.accumulate(others, p.keep(p.compare(notEqual, z, top), e))
		p.accumulate(count, p.keep(p.compare(equal, z, top), one))
		more(p, z, top)
	})
	return top, r.log1pMiddle(r.add(r.total(others), r.sub(r.total(count), one)))
}

func none(pass, vector, vector) {}

// softmax writes the kernels of softmax and its cross-entropy, for float32.
func softmax(m vm) {
	fixed := func(body func(r *row)) func(func(int) vector) func(*row) {
		return func(func(int) vector) func(*row) { return body }
	}
	// y, z.
	rows(m, "softmax", 2, 0, fixed(func(r *row) {
		f := r.div(r.number(1), r.exponentials(1, 0))
		r.each(func(p pass) { p.store(0, p.mul(r.get(p, 0), f)) })
	}))
	// dz, dy, y: dz = y·(dy - Σ dy·y).
	rows(m, "softmaxGrad", 3, 0, fixed(func(r *row) {
		sum := r.zero()
		r.each(func(p pass) { p.emit(fma231I, p.load(1), p.load(2), sum) })
		sum = r.total(sum)
		r.each(func(p pass) { p.store(0, p.mul(p.load(2), p.sub(p.load(1), sum))) })
	}))
	// y, z.
	rows(m, "logSoftmax", 2, 0, fixed(func(r *row) {
		top, lse := r.logSumExp(1, none)
		r.each(func(p pass) { p.store(0, p.sub(p.sub(p.load(1), top), lse)) })
	}))
	// dz, dy, y: dz = dy - exp(y)·Σ dy.
	rows(m, "logSoftmaxGrad", 3, 0, fixed(func(r *row) {
		sum := r.zero()
		r.each(func(p pass) { p.accumulate(sum, p.load(1)) })
		sum = r.total(sum)
		r.each(func(p pass) { p.store(0, p.fnma(p.expNegative(p.load(2)), sum, p.load(1))) })
	}))
	// z, and for each row the logit of its class, which the loss takes the place of.
	rows(m, "softmaxLossSparse", 1, 1, fixed(func(r *row) {
		top, lse := r.logSumExp(0, none)
		r.setOwn(0, r.add(lse, r.sub(top, r.own(0))))
	}))
	// z, target, and for each row the loss: with y = c0·target + c1,
	// Σ y·(lse + top - z).
	rows(m, "softmaxLoss", 2, 1, func(arg func(int) vector) func(r *row) {
		scale, shift := arg(0), arg(1)
		return func(r *row) {
			shares, misses := r.zero(), r.zero()
			_, lse := r.logSumExp(0, func(p pass, z, top vector) {
				y := p.fma(p.load(1), scale, shift)
				p.accumulate(shares, p.only(y))
				p.accumulate(misses, p.only(p.mul(y, p.sub(top, z))))
			})
			r.setOwn(0, r.fma(r.total(shares), lse, r.total(misses)))
		}
	})
	// dz, z, and g for each row: g·softmax(z).
	rows(m, "softmaxScaled", 2, 1, fixed(func(r *row) {
		f := r.div(r.own(0), r.exponentials(1, 0))
		r.each(func(p pass) { p.store(0, p.mul(r.get(p, 0), f)) })
	}))
	// dz, z, target, and g for each row: g·(softmax(z)·Σy - y).
	rows(m, "softmaxLossGrad", 3, 1, func(arg func(int) vector) func(r *row) {
		scale, shift := arg(0), arg(1)
		return func(r *row) {
			sum, shares := r.exponentials(1, 0), r.zero()
			r.each(func(p pass) { p.accumulate(shares, p.only(p.fma(p.load(2), scale, shift))) })
			f, g := r.div(r.total(shares), sum), r.own(0)
			r.each(func(p pass) {
				y := p.fma(p.load(2), scale, shift)
				p.store(0, p.mul(g, p.fms(r.get(p, 0), f, y)))
			})
		}
	})
}
