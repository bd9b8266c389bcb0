package main

// optimizers writes one step of each optimizer, in the order of kernel's plain
// Go: what is multiplied and added there is so here, rounded each time.
func optimizers(m vm) {
	// w, g: w -= f·g.
	elementwise(m, "sgd", 2, func(arg func(int) vector) func(p pass) {
		f := arg(0)
		return func(p pass) { p.store(0, p.sub(p.load(0), p.mul(f, p.load(1)))) }
	})
	// w, g, v; f, mu.
	for _, nesterov := range []bool{false, true} {
		name := "momentum"
		if nesterov {
			name = "nesterov"
		}
		elementwise(m, name, 3, func(arg func(int) vector) func(p pass) {
			f, mu := arg(0), arg(1)
			return func(p pass) {
				step := p.mul(f, p.load(1))
				v := p.sub(p.mul(mu, p.load(2)), step)
				p.store(2, v)
				if nesterov {
					v = p.sub(p.mul(mu, v), step)
				}
				p.store(0, p.add(p.load(0), v))
			}
		})
	}
	// w, g, m, v, vmax; scale, 1-beta1, 1-beta2, lr, eps.
	for i, name := range []string{"adam", "amsgrad"} {
		elementwise(m, name, 4+i, func(arg func(int) vector) func(p pass) {
			scale, new1, new2, lr, eps := arg(0), arg(1), arg(2), arg(3), arg(4)
			return func(p pass) {
				g := p.mul(scale, p.load(1))
				mean, v := p.load(2), p.load(3)
				mean = p.add(mean, p.mul(p.sub(g, mean), new1))
				v = p.add(v, p.mul(p.sub(p.mul(g, g), v), new2))
				p.store(2, mean)
				p.store(3, v)
				if i == 1 {
					v = p.max(p.load(4), v)
					p.store(4, v)
				}
				p.store(0, p.sub(p.load(0), p.div(p.mul(lr, mean), p.add(p.sqrt(v), eps))))
			}
		})
	}
	// w, g, v, then a (centered) and b (momentum); scale, lr, rho, 1-rho, mu, eps.
	for _, c := range []struct {
		name               string
		centered, momentum bool
	}{{"rmsprop", false, false}, {"rmspropCentered", true, false}, {"rmspropMomentum", false, true}, {"rmspropBoth", true, true}} {
		slices := 3
		for _, more := range []bool{c.centered, c.momentum} {
			if more {
				slices++
			}
		}
		elementwise(m, c.name, slices, func(arg func(int) vector) func(p pass) {
			scale, lr, rho, fresh, mu, eps := arg(0), arg(1), arg(2), arg(3), arg(4), arg(5)
			return func(p pass) {
				g := p.mul(scale, p.load(1))
				v := p.add(p.mul(rho, p.load(2)), p.mul(p.mul(fresh, g), g))
				p.store(2, v)
				if c.centered {
					a := p.add(p.mul(rho, p.load(3)), p.mul(fresh, g))
					p.store(3, a)
					v = p.max(p.zero(), p.sub(v, p.mul(a, a)))
				}
				u := p.div(p.mul(lr, g), p.sqrt(p.add(v, eps)))
				if c.momentum {
					u = p.add(p.mul(mu, p.load(slices-1)), u)
					p.store(slices-1, u)
				}
				p.store(0, p.sub(p.load(0), u))
			}
		})
	}
}
