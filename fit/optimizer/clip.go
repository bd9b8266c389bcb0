package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// clip accumulates the gradients and settles by what each is multiplied, so
// that it is clipped as asked for.
func (s *stepper[T]) clip() {
	c := &s.common
	norms := s.updates && (c.ClipNorm > 0 || c.GlobalClipNorm > 0)
	if c.GradientAccumulationSteps > 0 || norms || s.updates && c.ClipValue > 0 {
		s.prepare.Run()
	}
	scale := s.now.scale
	if k := c.GradientAccumulationSteps; k > 0 {
		scale = 1 / float64(k)
	}
	if c.ClipValue > 0 {
		scale = 1
	}
	for i := range s.weights {
		w := &s.weights[i]
		w.scale = scale
		if w.sum != nil {
			w.grad = w.sum
		}
	}
	if norms {
		s.shorten()
	}
}

// preparePiece does what must be done to all gradients before the first weight
// moves.
func (s *stepper[T]) preparePiece(p *piece[T]) {
	g, scale := p.w.grad[p.lo:p.hi], s.now.scale
	if k := s.common.GradientAccumulationSteps; k > 0 {
		sum := p.w.sum[p.lo:p.hi]
		kernel.AddScaled(sum, g, T(scale))
		g, scale = sum, 1/float64(k)
	}
	switch {
	case !s.updates:
	case s.common.ClipValue > 0:
		kernel.Clamp(g, T(scale), T(s.common.ClipValue))
	case s.common.ClipNorm > 0 || s.common.GlobalClipNorm > 0:
		p.square = kernel.SumSquares(g)
	}
}

// shorten adds up the squares of the pieces, in their order, and lowers the
// scales of gradients that are too long.
func (s *stepper[T]) shorten() {
	scale := s.weights[0].scale
	squares := func(of *weight[T]) (sum float64) { // of nil: of all
		for _, chunk := range s.chunks {
			for i := range chunk {
				if of == nil || chunk[i].w == of {
					sum += chunk[i].square
				}
			}
		}
		return sum
	}
	if limit := s.common.GlobalClipNorm; limit > 0 {
		norm := math.Sqrt(squares(nil)) * scale
		// The last term makes the norm of infinity NaN.
		scale *= limit*min(1/norm, 1/limit) + (norm - norm)
		for i := range s.weights {
			s.weights[i].scale = scale
		}
		return
	}
	limit := s.common.ClipNorm
	for i := range s.weights {
		w := &s.weights[i]
		w.scale *= limit / max(math.Sqrt(squares(w))*scale, limit)
	}
}
