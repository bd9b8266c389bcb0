package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"gorgonia.org/tensor"
)

// attentionPlaces says which axes of its inputs a [MultiHeadAttention] looks
// along.
type attentionPlaces struct {
	axes            []int // with the batch as axis 0
	rest            []int // those beside them, without the batch and the last one
	others          []int // sizes along rest
	queries, values []int // sizes along axes
}

// places checks the shapes of samples of the inputs and says what is where.
func (l MultiHeadAttention) places(in [][]int) (p attentionPlaces, err error) {
	if len(in) < 2 || len(in) > 4 {
		return p, fmt.Errorf("expected from 2 to 4 inputs, queries, values and keys, got %d", len(in))
	}
	queries, values, keys := in[0], in[1], in[min(2, len(in)-1)]
	rank := len(queries)
	if rank < 2 {
		return p, checkAxes(queries, 1)
	}
	switch {
	case len(values) != rank || len(keys) != rank:
		return p, fmt.Errorf("expected inputs of as many axes, got shapes %v, %v and %v", queries, values, keys)
	case !slices.Equal(values[:rank-1], keys[:rank-1]):
		return p, fmt.Errorf("expected as many keys as values, got shapes %v and %v", keys, values)
	case !(l.Dropout >= 0 && l.Dropout <= 1):
		return p, fmt.Errorf("expected a dropout from 0 to 1, got %v", l.Dropout)
	case l.AttentionAxes == nil:
		p.axes = indices(1, rank)
	}
	for _, axis := range l.AttentionAxes {
		a := axis
		if a < 0 {
			a += rank + 1
		}
		if a < 1 || a >= rank || slices.Contains(p.axes, a) {
			return p, fmt.Errorf("expected different attention axes from 1 to %d, got %v", rank-1, l.AttentionAxes)
		}
		p.axes = append(p.axes, a)
	}
	if len(p.axes) == 0 {
		return p, fmt.Errorf("expected at least one attention axis, got none")
	}
	for a := 1; a < rank; a++ {
		if slices.Contains(p.axes, a) {
			continue
		}
		if queries[a-1] != values[a-1] {
			return p, fmt.Errorf("expected queries and values of one size along axis %d, got shapes %v and %v", a, queries, values)
		}
		p.rest, p.others = append(p.rest, a), append(p.others, queries[a-1])
	}
	for _, a := range p.axes {
		p.queries, p.values = append(p.queries, queries[a-1]), append(p.values, values[a-1])
	}
	if want := slices.Concat(p.queries, p.values); len(in) == 4 && !slices.Equal(in[3], want) {
		return p, fmt.Errorf("expected an attention mask of shape %v, got %v", want, in[3])
	}
	return p, nil
}

// order is that of the axes where those beside the attention's come first.
func (p attentionPlaces) order() []int {
	return slices.Concat([]int{0}, p.rest, p.axes, []int{1 + len(p.rest) + len(p.axes)})
}

// rows makes of an input rows (n·others, places, size), one sample for each
// place along the other axes.
func (p attentionPlaces) rows(c Call, x *engine.Tensor) (*engine.Tensor, error) {
	size := x.Shape[len(x.Shape)-1]
	x, err := c.transposed(x, p.order())
	if err != nil {
		return nil, err
	}
	n := x.Shape[0] * product(p.others)
	return c.reshaped(x, tensor.Shape{n, x.Shape.TotalSize() / (n * size), size})
}

// back undoes rows for what stands at the places of the queries.
func (p attentionPlaces) back(c Call, y *engine.Tensor) (*engine.Tensor, error) {
	order := p.order()
	shape := slices.Concat(tensor.Shape{y.Shape[0] / product(p.others)}, p.others, p.queries, y.Shape[2:])
	y, err := c.reshaped(y, shape)
	if err != nil {
		return nil, err
	}
	undo := make([]int, len(order))
	for i, a := range order {
		undo[a] = i
	}
	return c.transposed(y, undo)
}

// pairs makes of a mask of pairs, the same along the other axes, one (n·others,
// T, S).
func (p attentionPlaces) pairs(c Call, mask *engine.Tensor) (*engine.Tensor, error) {
	rows, others, t, s := mask.Shape[0], product(p.others), product(p.queries), product(p.values)
	mask, err := c.reshaped(mask, tensor.Shape{rows, 1, t, s})
	if err != nil {
		return nil, err
	}
	if mask, err = c.repeated(mask, tensor.Shape{rows, others, t, s}); err != nil {
		return nil, err
	}
	return c.reshaped(mask, tensor.Shape{rows * others, t, s})
}

func product(sizes []int) int {
	n := 1
	for _, s := range sizes {
		n *= s
	}
	return n
}
