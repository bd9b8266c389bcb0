package kernel

// Rearrangement says from where the elements of an array come that has the same
// rows as another: permuted, cropped, padded or repeated.
type Rearrangement struct {
	in   int   // elements of x for one round
	run  int   // elements that stay together
	from []int // where each run of y starts within the round, -1 for zeros
}

// NewRearrangement describes y by its axes: axes[k][i] is what index i along
// axis k adds to the place in x, -1 where y is 0. It covers in elements of x; a
// longer x has several such rounds.
func NewRearrangement(in int, axes [][]int) Rearrangement {
	r := Rearrangement{in: in, run: 1, from: []int{0}}
	last := len(axes)
	for ; last > 0 && counts(axes[last-1], r.run); last-- {
		r.run *= len(axes[last-1])
	}
	for _, axis := range axes[:last] {
		from := make([]int, 0, len(r.from)*len(axis))
		for _, start := range r.from {
			for _, step := range axis {
				if start < 0 || step < 0 {
					from = append(from, -1)
					continue
				}
				from = append(from, start+step)
			}
		}
		r.from = from
	}
	return r
}

// counts reports whether an axis lies in memory as it is.
func counts(axis []int, stride int) bool {
	for i, at := range axis {
		if at != i*stride {
			return false
		}
	}
	return true
}

// Rearrange sets y to the rearranged x.
func Rearrange[T Float](r Rearrangement, y, x []T) {
	for ; len(x) >= r.in && len(y) > 0; x = x[r.in:] {
		for _, at := range r.from {
			switch to := y[:r.run]; {
			case at < 0:
				clear(to)
			case r.run == 1:
				to[0] = x[at]
			default:
				copy(to, x[at:])
			}
			y = y[r.run:]
		}
	}
}

// RearrangeGrad sets dx to the sums of dy over where [Rearrange] puts each
// element.
func RearrangeGrad[T Float](r Rearrangement, dx, dy []T) {
	clear(dx)
	for ; len(dx) >= r.in && len(dy) > 0; dx = dx[r.in:] {
		for _, at := range r.from {
			switch {
			case at < 0:
			case r.run == 1:
				dx[at] += dy[0]
			default:
				Add(dx[at:at+r.run], dy)
			}
			dy = dy[r.run:]
		}
	}
}
