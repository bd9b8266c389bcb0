package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// What the layers that move elements have in common.

// reshaped gives x another shape of the same size.
func (c Call) reshaped(x *engine.Tensor, shape tensor.Shape) (*engine.Tensor, error) {
	o, err := op.Reshape(c.Graph.DType, op.ReshapeConfig{Layer: c.Name, X: x.Shape, Y: shape})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, x)
}

// rearranged moves the elements of samples. axes[k][i] is the index along axis
// from[k] of x that index i along axis k of the output stands for, -1 for
// zeros; from counts without the batch axis.
func (c Call) rearranged(x *engine.Tensor, axes [][]int, from []int) (*engine.Tensor, error) {
	return c.moved(x, x.Shape[1:], tensor.Shape{x.Shape[0]}, axes, from)
}

// transposed returns the whole array x with its axes in another order.
func (c Call) transposed(x *engine.Tensor, order []int) (*engine.Tensor, error) {
	var axes [][]int
	same := true
	for i, a := range order {
		axes = append(axes, indices(0, x.Shape[a]))
		same = same && i == a
	}
	if same {
		return x, nil
	}
	if order[0] == 0 {
		from := make([]int, len(order)-1)
		for i, a := range order[1:] {
			from[i] = a - 1
		}
		return c.rearranged(x, axes[1:], from)
	}
	return c.moved(x, x.Shape, nil, axes, order)
}

// moved rearranges parts of x of one shape, each by itself. batch are the axes
// before them.
func (c Call) moved(x *engine.Tensor, part, batch tensor.Shape, axes [][]int, from []int) (*engine.Tensor, error) {
	y := batch.Clone()
	offsets := make([][]int, len(axes))
	for k, axis := range axes {
		stride := tensor.Shape(part[from[k]+1:]).TotalSize()
		for _, i := range axis {
			if i < 0 {
				offsets[k] = append(offsets[k], -1)
				continue
			}
			offsets[k] = append(offsets[k], i*stride)
		}
		y = append(y, len(axis))
	}
	o, err := op.Rearrange(c.Graph.DType, op.RearrangeConfig{
		Layer: c.Name, X: x.Shape, Y: y, Map: kernel.NewRearrangement(part.TotalSize(), offsets),
	})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, x)
}

// indices are the numbers from lo up to, but without, hi.
func indices(lo, hi int) []int {
	all := make([]int, 0, hi-lo)
	for i := lo; i < hi; i++ {
		all = append(all, i)
	}
	return all
}

// inOrder are the axes of a sample.
func inOrder(x *engine.Tensor) []int { return indices(0, len(x.Shape)-1) }
