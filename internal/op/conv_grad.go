package op

import (
	"runtime"
	"sync"

	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// diff makes the node of the weight gradient, whose operation computes the
// other gradients as well, and nodes of those. All are computed for a few
// samples at a time, while what they need lies in the cache.
func (o *conv[T]) diff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	g := &convGrad[T]{conv: o, db: make([]T, o.c.Filters)}
	products := 1
	if o.c.InputGrad {
		products, g.dx, g.wt = 2, make([]T, o.c.X.TotalSize()), make([]T, o.w.TotalSize())
	}
	inputs, shapes := G.Nodes{in[0], in[1], out, grad}, []tensor.Shape{o.c.X, o.w, o.y, o.y}
	if pool, ok := grad.Op().(*poolGrad[T]); ok {
		g.pool = pool
		inputs = append(inputs[:3], pool.inputs...)
		shapes = append(shapes[:3], pool.inputs[0].Shape(), pool.inputs[1].Shape())
	}
	dw, err := G.ApplyOp(fuse(spec[T]{
		kind: "convolution gradient", layer: o.c.Layer, in: shapes, shape: o.w, flops: products * o.flops(),
		bind: func(dw []T) func([][]T) func() {
			return func(in [][]T) func() { return g.bind(dw, in) }
		},
	}), inputs...)
	if err != nil {
		return nil, err
	}
	grads := G.Nodes{nil, dw}
	if o.c.Bias {
		db, err := part("convolution bias gradient", o.c.Layer, tensor.Shape{o.c.Filters}, g.db, dw)
		if err != nil {
			return nil, err
		}
		grads = append(grads, db)
	}
	if o.c.InputGrad {
		if grads[0], err = part("convolution input gradient", o.c.Layer, o.c.X, g.dx, dw); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

// convGrad computes the gradients of a convolution: dw, db, and dx unless it is
// nil.
type convGrad[T kernel.Float] struct {
	*conv[T]
	pool *poolGrad[T] // of which dy is the gradient, or nil

	x, w, y, dy    []T
	dw, db, dx, wt []T // wt is the transposed kernel
	early          func()
	late           kernel.Activation // whose derivative is left to be applied
}

// Each chunk has sums of its own. They should take no more memory than for so
// many elements, or 16 chunks, and each add up so many pixels, or a quarter.
const (
	sumElements = 1 << 19
	sumPixels   = 512
)

// scratch is what a chunk has for itself while it is worked on.
type scratch[T kernel.Float] struct {
	dz []T // gradient before the activation, of a block, zeros between rows
	db []T // of a block
}

// scratches hands out the memory that was given back last, since that lies in
// the cache.
type scratches[T kernel.Float] struct {
	mu    sync.Mutex
	spare []*scratch[T]
	fresh func() *scratch[T]
}

func newScratches[T kernel.Float](most int, fresh func() *scratch[T]) *scratches[T] {
	s := &scratches[T]{fresh: fresh, spare: make([]*scratch[T], 0, most)}
	for range min(most, runtime.GOMAXPROCS(0)) {
		s.spare = append(s.spare, fresh())
	}
	return s
}

func (s *scratches[T]) borrow() *scratch[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.spare) == 0 {
		return s.fresh()
	}
	last := s.spare[len(s.spare)-1]
	s.spare = s.spare[:len(s.spare)-1]
	return last
}

func (s *scratches[T]) giveBack(one *scratch[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spare = append(s.spare, one)
}

// bind prepares to add up dw and db in chunks of samples side by side, then the
// chunks in order.
func (o *convGrad[T]) bind(dw []T, in [][]T) func() {
	g := *o // a graph may be bound more than once
	g.dw, g.x, g.w, g.y = dw, in[0], in[1], in[2]
	g.early, g.late, g.dy = func() {}, g.c.Activation, in[len(in)-1]
	if g.padded != nil {
		g.x = g.padded
	}
	// The output of a max pooling has what this derivative needs, and less of it.
	if act := g.c.Activation; g.pool != nil && !g.pool.mean && !act.NeedsInput() {
		pooled, dy := in[3], in[4]
		g.dy, g.late = make([]T, len(dy)), kernel.Linear
		g.early = kernel.NewLoop(len(dy), kernel.Grain(len(dy), activationWork), func(lo, hi int) {
			kernel.ActivateGrad(act, g.dy[lo:hi], dy[lo:hi], nil, pooled[lo:hi])
		}).Run
	}
	turn := func() {}
	if g.dx != nil {
		places := g.k.Rows.Size * g.k.Cols.Size
		turn = kernel.NewLoop(places, kernel.Grain(places, 8*len(g.w)/places), func(lo, hi int) {
			kernel.ConvTranspose(&g.k, lo, hi, g.wt, g.w)
		}).Run
	}

	n := g.c.X[0]
	each := len(dw) + len(g.db)
	most := min(max(sumElements/each, 16), max(n*g.out*g.k.Cols.Out/sumPixels, 4), mostChunks)
	samples := grain(n, 1, 3*g.out*g.work(), most)
	block := min(max(g.k.Room()*n/(len(g.x)+len(g.y)), 1), samples)
	room := block * g.out * g.k.Pitch() * g.c.Filters
	chunks := (n + samples - 1) / samples
	sums := make([]T, chunks*each)
	memory := newScratches(chunks, func() *scratch[T] {
		// Kernels may read dz to the end of a vector.
		return &scratch[T]{make([]T, room, room+16), make([]T, len(g.db))}
	})
	products := kernel.NewLoop(n, samples, func(lo, hi int) {
		sums, s := sums[lo/samples*each:][:each], memory.borrow()
		clear(sums)
		for ; lo < hi; lo += block {
			g.add(sums, s, lo, min(lo+block, hi))
		}
		memory.giveBack(s)
	})
	totalW, totalB := addUp(dw, sums, each, chunks), addUp(g.db, sums[len(dw):], each, chunks)
	return func() {
		g.early()
		turn()
		products.Run()
		totalW()
		totalB()
	}
}

// addUp returns a function that sets to to the sum of what the chunks have, in
// order: parts, each so many elements after the one before.
func addUp[T kernel.Float](to, parts []T, each, chunks int) func() {
	ones := make([]T, chunks)
	for i := range ones {
		ones[i] = 1
	}
	return kernel.NewLoop(len(to), kernel.Grain(len(to), 8*chunks), func(lo, hi int) {
		kernel.Gemm(kernel.NN, 1, hi-lo, chunks, ones, chunks, parts[lo:], each, to[lo:], hi-lo, false)
	}).Run
}

// add does a block of samples; sums are of dw, then db.
func (g *convGrad[T]) add(sums []T, s *scratch[T], lo, hi int) {
	first, last := lo*g.out, hi*g.out // rows of y
	size, step := g.k.Cols.Out*g.c.Filters, g.k.Pitch()*g.c.Filters
	dz := s.dz[:(last-first)*step]
	if g.pool != nil {
		g.pool.rows(first, last, dz, g.k.Pitch(), g.dy)
	}
	if g.pool == nil || g.late != kernel.Linear {
		for row := first; row < last; row++ {
			from, to := row*size, (row+1)*size
			dz := dz[(row-first)*step:][:size]
			dy := dz
			if g.pool == nil {
				dy = g.dy[from:to]
			}
			kernel.ActivateGrad(g.late, dz, dy, span(g.z, from, to), g.y[from:to])
		}
	}
	kernel.ConvWeightGrad(&g.k, first, last, sums, g.x, dz)
	if g.c.Bias {
		kernel.ColSum(s.db, dz)
		kernel.Add(sums[len(g.dw):], s.db)
	}
	if g.dx != nil {
		kernel.ConvInputGrad(&g.k, lo*g.in, hi*g.in, g.dx, dz, first, g.wt)
	}
}
