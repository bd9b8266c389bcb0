package op

import "github.com/counterweight-go/counterweight/internal/kernel"

// recurrentParts hold the outputs of a recurrent layer, and their gradients,
// apart: an operation has one output, which holds them row by row.
type recurrentParts[T kernel.Float] struct {
	RecurrentConfig
	y, dy         []T
	states, grads [2][]T
}

func newRecurrentParts[T kernel.Float](c RecurrentConfig) *recurrentParts[T] {
	p := &recurrentParts[T]{RecurrentConfig: c}
	if c.Last {
		p.y = make([]T, c.Rows*c.out())
	}
	return p
}

// own makes the memory of the states; back says whether there is a way back.
func (p *recurrentParts[T]) own(back bool) {
	for i := range p.States() {
		p.states[i] = make([]T, p.Rows*p.Units)
		if back {
			p.grads[i] = make([]T, p.Rows*p.Units)
		}
	}
	if back {
		p.dy = make([]T, len(p.y))
	}
}

// join brings the outputs together.
func (p *recurrentParts[T]) join(out []T) {
	for row := range p.Rows {
		out = out[copy(out, p.y[row*p.out():][:p.out()]):]
		for _, s := range p.states[:p.States()] {
			out = out[copy(out, s[row*p.Units:][:p.Units]):]
		}
	}
}

// cut takes their gradients apart.
func (p *recurrentParts[T]) cut(grad []T) {
	for row := range p.Rows {
		grad = grad[copy(p.dy[row*p.out():][:p.out()], grad):]
		for _, s := range p.grads[:p.States()] {
			grad = grad[copy(s[row*p.Units:][:p.Units], grad):]
		}
	}
}
