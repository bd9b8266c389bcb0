package main

import "math"

// meanLoss is a loss of one prediction x and its target y, and its derivative,
// as kernel/crossentropy.go defines them; a row's loss is the mean.
type meanLoss struct {
	name        string
	term, slope func(m vm, x, y vector) vector
}

const epsilon = 1e-7 // as kernel.Epsilon

var meanLosses = []meanLoss{
	{
		"sigmoid",
		// max(z,0) - z·y + log(1+exp(-|z|)).
		func(m vm, z, y vector) vector {
			return m.add(m.fnma(z, y, m.max(m.zero(), z)), m.log1pUnit(m.expNegative(m.or(z, m.bits(1<<31)))))
		},
		// sigmoid(z) - y. Where sigmoid(z) is near 1 it is what lacks that is known
		// well.
		func(m vm, z, y vector) vector {
			_, _, low := m.sigmoids(z)
			return m.choose(m.compare(less, z, m.zero()), m.sub(low, y), m.sub(m.sub(m.number(1), y), low))
		},
	},
	{
		"binary",
		// -y·log(p) - (1-y)·log(1-p). Of p and 1-p the smaller is a; the other's
		// logarithm is that of 1-a.
		func(m vm, p, y vector) vector {
			small := m.compare(less, p, m.number(0.5))
			a := m.max(m.number(epsilon), m.choose(small, p, m.sub(m.number(1), p)))
			log, other := m.logMiddle(a), m.log1pMiddle(m.neg(a))
			rest := m.mul(m.sub(y, m.number(1)), m.choose(small, other, log))
			return m.fnma(y, m.choose(small, log, other), rest)
		},
		// (p-y)/(p·(1-p)), 0 where p was clipped.
		func(m vm, p, y vector) vector {
			q := m.sub(m.number(1), p)
			return inRange(m, p, q, m.div(m.sub(p, y), m.mul(p, q)))
		},
	},
	{
		"squared",
		func(m vm, p, y vector) vector { d := m.sub(p, y); return m.mul(d, d) },
		func(m vm, p, y vector) vector { d := m.sub(p, y); return m.add(d, d) },
	},
}

// inRange is v where neither p nor q = 1-p is at epsilon, 0 elsewhere: float32
// has no number between 1e-7 and what it rounds that to.
func inRange(m vm, p, q, v vector) vector {
	v = m.keep(m.compare(notLess, p, m.number(epsilon)), v)
	return m.keep(m.compare(notLess, q, m.number(epsilon)), v)
}

// losses writes the losses by rows of predictions and targets, for float32. The
// target is y = c0·label + c1.
func losses(m vm) {
	for _, l := range meanLosses {
		// loss, x, label, for rows of one.
		elementwise(m, l.name+"Loss", 3, func(arg func(int) vector) func(p pass) {
			scale, shift := arg(0), arg(1)
			return func(p pass) { p.store(0, l.term(p.vm, p.load(1), p.fma(p.load(2), scale, shift))) }
		})
		// dx, x, label, g, for rows of one.
		elementwise(m, l.name+"LossGrad", 4, func(arg func(int) vector) func(p pass) {
			scale, shift := arg(0), arg(1)
			return func(p pass) {
				p.store(0, p.mul(p.load(3), l.slope(p.vm, p.load(1), p.fma(p.load(2), scale, shift))))
			}
		})
		// x, label, and for each row the loss; c2 is 1 over the length of a row.
		rows(m, l.name+"LossRows", 2, 1, func(arg func(int) vector) func(r *row) {
			scale, shift, share := arg(0), arg(1), arg(2)
			return func(r *row) {
				sum := r.zero()
				r.each(func(p pass) {
					p.accumulate(sum, p.only(l.term(p.vm, p.load(0), p.fma(p.load(1), scale, shift))))
				})
				r.setOwn(0, r.mul(r.total(sum), share))
			}
		})
		// dx, x, label, and for each row g.
		rows(m, l.name+"LossRowsGrad", 3, 1, func(arg func(int) vector) func(r *row) {
			scale, shift, share := arg(0), arg(1), arg(2)
			return func(r *row) {
				g := r.mul(r.own(0), share)
				r.each(func(p pass) { p.store(0, p.mul(g, l.slope(p.vm, p.load(1), p.fma(p.load(2), scale, shift)))) })
			}
		})
	}
	categorical(m)
}

// miss is -log(q) of a probability clipped to [epsilon, 1-epsilon].
func (m vm) miss(q vector) vector {
	return m.max(m.number(-math.Log1p(-epsilon)), m.neg(m.logMiddle(clamp(m, q, epsilon, 1))))
}

func (r *row) sum(i int) vector {
	sum := r.zero()
	r.each(func(p pass) { p.accumulate(sum, p.load(i)) })
	return r.total(sum)
}

// categorical writes cross-entropy of rows of probabilities.
func categorical(m vm) {
	// p, and for each row the probability of its class, which the loss takes the
	// place of.
	rows(m, "categoricalLossSparse", 1, 1, func(func(int) vector) func(r *row) {
		return func(r *row) { sum := r.sum(0); r.setOwn(0, r.miss(r.div(r.own(0), sum))) }
	})
	// p, label, and for each row the loss.
	rows(m, "categoricalLoss", 2, 1, func(arg func(int) vector) func(r *row) {
		scale, shift := arg(0), arg(1)
		return func(r *row) {
			sum, loss := r.sum(0), r.zero()
			r.each(func(p pass) {
				y := p.fma(p.load(1), scale, shift)
				p.accumulate(loss, p.only(p.mul(y, p.miss(p.div(p.load(0), sum)))))
			})
			r.setOwn(0, r.total(loss))
		}
	})
	// dp, p, label, and for each row g: g·(Σy/S - y/p) of a sum S of p, y 0 where p
	// was clipped.
	rows(m, "categoricalLossGrad", 3, 1, func(arg func(int) vector) func(r *row) {
		scale, shift := arg(0), arg(1)
		return func(r *row) {
			sum, shares := r.sum(1), r.zero()
			r.each(func(p pass) {
				x := p.load(1)
				q := p.div(x, sum)
				y := inRange(p.vm, q, p.sub(p.number(1), q), p.fma(p.load(2), scale, shift))
				p.accumulate(shares, p.only(y))
				// Where y is 0, x may be.
				r.put(p, 0, p.keep(p.compare(notEqual, y, p.zero()), p.div(y, x)))
			})
			common, g := r.div(r.total(shares), sum), r.own(0)
			r.each(func(p pass) { p.store(0, p.mul(g, p.sub(common, r.get(p, 0)))) })
		}
	})
}
