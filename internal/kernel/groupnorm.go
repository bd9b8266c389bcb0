package kernel

import "math"

// NormKind says how numbers that are normalised together become so.
type NormKind int

const (
	// NormStandard: (x-mean)/sqrt(variance+eps), the variance biased.
	NormStandard NormKind = iota
	// NormVariance: x/sqrt(variance+eps).
	NormVariance
	// NormRMS: x/sqrt(mean x²+eps).
	NormRMS
	// NormUnit: x·min(1/sqrt(Σ x²), 1/eps).
	NormUnit
)

// NormGroups says which numbers of a sample are normalised together.
type NormGroups struct {
	Groups, Size int // groups of a sample, and numbers of a group
	// At holds where in the sample the numbers of the groups lie, group by
	// group; nil where they lie so in memory.
	At []int32
}

// NewNormGroups groups the numbers of a sample of a shape that differ along
// axes alone, which are in order. In a group they are in the sample's order.
func NewNormGroups(shape, axes []int) NormGroups {
	within := make([]bool, len(shape))
	g := NormGroups{Groups: 1, Size: 1}
	inner := true // the axes are the last ones
	for i, axis := range axes {
		within[axis] = true
		g.Size *= shape[axis]
		inner = inner && axis == len(shape)-len(axes)+i
	}
	for i, n := range shape {
		if !within[i] {
			g.Groups *= n
		}
	}
	if inner {
		return g
	}
	g.At = make([]int32, g.Groups*g.Size)
	for at := range g.At {
		group, member, groups, members, rest := 0, 0, 1, 1, at
		for i := len(shape) - 1; i >= 0; i-- {
			along := rest % shape[i]
			rest /= shape[i]
			if within[i] {
				member, members = member+along*members, members*shape[i]
			} else {
				group, groups = group+along*groups, groups*shape[i]
			}
		}
		g.At[group*g.Size+member] = int32(at)
	}
	return g
}

// GroupNorm normalises groups of numbers of each sample, scales and shifts:
// y = gamma·x̂ + beta.
type GroupNorm[T Float] struct {
	NormGroups
	kind NormKind
	eps  float64
	// param holds which of the parameters the numbers of the groups have; nil
	// for that of their place in the group.
	param  []int32
	params int
	rows   int // samples
	chunk  int // of groups
	pieces []normPiece[T]
	mean   []T // of each group; of what is not taken out, 0
	about  []T // what the variance is about
	inv    []T
}

// normPiece is what a chunk of groups works with.
type normPiece[T Float] struct {
	x, y, dy      []T // a group, brought together
	dgamma, dbeta []T // sums over the chunk
}

// NewGroupNorm makes the memory for so many samples. param says which of so
// many parameters each number has, group by group; nil for its place in the
// group.
func NewGroupNorm[T Float](g NormGroups, kind NormKind, eps float64, param []int32, params, rows int) *GroupNorm[T] {
	n := &GroupNorm[T]{NormGroups: g, kind: kind, eps: eps, param: param, params: params, rows: rows}
	groups := rows * g.Groups
	n.chunk = Grain(groups, 12*g.Size)
	n.mean, n.about, n.inv = make([]T, groups), make([]T, groups), make([]T, groups)
	for at := 0; at < groups; at += n.chunk {
		var p normPiece[T]
		if g.At != nil {
			p.x, p.y, p.dy = make([]T, g.Size), make([]T, g.Size), make([]T, g.Size)
		}
		p.dgamma, p.dbeta = make([]T, params), make([]T, params)
		n.pieces = append(n.pieces, p)
	}
	return n
}

// gather returns a group of x, brought together in spare where it is not.
func (n *GroupNorm[T]) gather(spare, x []T, group int) []T {
	if n.At == nil {
		return x[group*n.Size:][:n.Size]
	}
	x = x[group/n.Groups*n.Groups*n.Size:]
	for j, at := range n.At[group%n.Groups*n.Size:][:n.Size] {
		spare[j] = x[at]
	}
	return spare
}

// place returns where to write a group of y; scatter brings it there.
func (n *GroupNorm[T]) place(spare, y []T, group int) []T {
	if n.At == nil {
		return y[group*n.Size:][:n.Size]
	}
	return spare
}

func (n *GroupNorm[T]) scatter(y, spare []T, group int) {
	if n.At == nil {
		return
	}
	y = y[group/n.Groups*n.Groups*n.Size:]
	for j, at := range n.At[group%n.Groups*n.Size:][:n.Size] {
		y[at] = spare[j]
	}
}

// which returns the parameters of a group's numbers; nil for their places.
func (n *GroupNorm[T]) which(group int) []int32 {
	if n.param == nil {
		return nil
	}
	return n.param[group%n.Groups*n.Size:][:n.Size]
}

// Forward returns a function that computes y from x; gamma or beta may be nil,
// which is 1 and 0.
func (n *GroupNorm[T]) Forward(y, x, gamma, beta []T) func() {
	return NewLoop(n.rows*n.Groups, n.chunk, func(lo, hi int) {
		p := &n.pieces[lo/n.chunk]
		for group := lo; group < hi; group++ {
			in, out := n.gather(p.x, x, group), n.place(p.y, y, group)
			n.measure(in, group)
			mean, inv := n.mean[group], n.inv[group]
			for j, v := range in {
				out[j] = (v - mean) * inv
			}
			n.affine(out, gamma, beta, n.which(group))
			n.scatter(y, out, group)
		}
	}).Run
}

// measure finds mean and scale of a group. The sums are taken in float64.
func (n *GroupNorm[T]) measure(x []T, group int) {
	size := float64(len(x))
	var about T
	if n.kind == NormStandard || n.kind == NormVariance {
		sum := 0.
		for _, v := range x {
			sum += float64(v)
		}
		about = T(sum / size)
	}
	squares := 0.
	for _, v := range x {
		d := float64(v - about)
		squares += d * d
	}
	inv := 1 / math.Sqrt(squares/size+n.eps)
	if n.kind == NormUnit {
		inv = min(1/math.Sqrt(squares), 1/n.eps)
	}
	n.about[group], n.inv[group] = about, T(inv)
	if n.kind == NormStandard {
		n.mean[group] = about
	}
}

func (n *GroupNorm[T]) affine(y, gamma, beta []T, which []int32) {
	if which != nil {
		for j, p := range which {
			if gamma != nil {
				y[j] *= gamma[p]
			}
			if beta != nil {
				y[j] += beta[p]
			}
		}
		return
	}
	for j, g := range gamma {
		y[j] *= g
	}
	if beta != nil {
		Add(y, beta)
	}
}

// Backward returns a function that computes, after Forward's, the gradients of
// x, gamma and beta from that of y; dx is nil where it is not wanted, and
// gamma where there is none.
func (n *GroupNorm[T]) Backward(dx, dgamma, dbeta, dy, x, gamma []T) func() {
	loop := NewLoop(n.rows*n.Groups, n.chunk, func(lo, hi int) {
		p := &n.pieces[lo/n.chunk]
		clear(p.dgamma)
		clear(p.dbeta)
		for group := lo; group < hi; group++ {
			in, grad, which := n.gather(p.x, x, group), n.gather(p.dy, dy, group), n.which(group)
			n.addParams(p, in, grad, which, group)
			if dx == nil {
				continue
			}
			out := n.place(p.y, dx, group)
			n.inputGrad(out, in, grad, gamma, which, group)
			n.scatter(dx, out, group)
		}
	})
	return func() {
		loop.Run()
		clear(dgamma)
		clear(dbeta)
		for _, p := range n.pieces {
			Add(dgamma, p.dgamma)
			Add(dbeta, p.dbeta)
		}
	}
}

func (n *GroupNorm[T]) addParams(p *normPiece[T], x, dy []T, which []int32, group int) {
	if n.params == 0 {
		return
	}
	mean, inv := n.mean[group], n.inv[group]
	for j, g := range dy {
		at := j
		if which != nil {
			at = int(which[j])
		}
		p.dgamma[at] += g * (x[j] - mean) * inv
		p.dbeta[at] += g
	}
}

// inputGrad: with g = gamma·dy, m the mean taken out and a what the variance is
// about, dx = inv·(g - [m] mean(g)) - inv³·(x-a)·Σ g·(x-m)/N.
func (n *GroupNorm[T]) inputGrad(dx, x, dy, gamma []T, which []int32, group int) {
	mean, about, inv := n.mean[group], n.about[group], n.inv[group]
	sum, product := 0., 0.
	for j, g := range dy {
		if gamma != nil {
			at := j
			if which != nil {
				at = int(which[j])
			}
			g *= gamma[at]
		}
		dx[j] = g
		sum += float64(g)
		product += float64(g) * float64(x[j]-mean)
	}
	size := float64(len(x))
	if n.kind != NormStandard {
		sum = 0
	}
	i := float64(inv)
	slope := T(product / size * i * i)
	if n.kind == NormUnit {
		slope = T(product * i * i)
		if i >= 1/n.eps { // at the bound
			slope = 0
		}
	}
	shift := T(sum / size)
	for j, g := range dx {
		dx[j] = inv * (g - shift - (x[j]-about)*slope)
	}
}
