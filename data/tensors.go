package data

import (
	"errors"
	"fmt"
	"iter"

	"gorgonia.org/tensor"
)

// Tensors is a Dataset over tensors in memory. It is safe for use by several
// passes at once.
type Tensors struct {
	x, y, w *tensor.Dense
	more    More
}

// NewTensors makes a Dataset of x (n, …) and, where they are not nil, y (n, …)
// and w (n, …). Each has dtype float32 or float64, not necessarily the same;
// AsType converts others. Contiguous tensors are not copied, so what is written
// to them later is seen by later batches. A nil or scalar x, no rows, another
// dtype, and leading sizes that differ are errors.
func NewTensors(x, y, w tensor.Tensor) (*Tensors, error) {
	t := new(Tensors)
	for _, part := range []struct {
		name string
		from tensor.Tensor
		to   **tensor.Dense
	}{{"x", x, &t.x}, {"y", y, &t.y}, {"w", w, &t.w}} {
		if Absent(part.from) {
			continue
		}
		d, err := rowsOf(part.from)
		if err != nil {
			return nil, fmt.Errorf("data: %s: %w", part.name, err)
		}
		*part.to = d
	}
	if t.x == nil {
		return nil, errors.New("data: x is nil, want a tensor with rows along axis 0")
	}
	n := t.Len()
	if (t.y != nil && t.y.Shape()[0] != n) || (t.w != nil && t.w.Shape()[0] != n) {
		return nil, fmt.Errorf("data: numbers of rows differ: x %s, y %s, w %s", size(t.x), size(t.y), size(t.w))
	}
	return t, nil
}

// NewMany is [NewTensors] for a model of several inputs or outputs. The first
// of xs, ys and ws are X, Y and W of the batches, the others lie in More. ys
// and ws may be shorter than the outputs are many, and have nil entries.
func NewMany(xs, ys, ws []tensor.Tensor) (*Tensors, error) {
	var first [3]tensor.Tensor
	for i, list := range [][]tensor.Tensor{xs, ys, ws} {
		if len(list) > 0 {
			first[i] = list[0]
		}
	}
	t, err := NewTensors(first[0], first[1], first[2])
	if err != nil {
		return nil, err
	}
	for _, part := range []struct {
		name string
		from []tensor.Tensor
		to   *[]*tensor.Dense
	}{{"x", xs, &t.more.MoreX}, {"y", ys, &t.more.MoreY}, {"w", ws, &t.more.MoreW}} {
		for i := 1; i < len(part.from); i++ {
			var d *tensor.Dense
			switch {
			case !Absent(part.from[i]):
				if d, err = rowsOf(part.from[i]); err != nil {
					return nil, fmt.Errorf("data: %s %d: %w", part.name, i, err)
				}
				if n := d.Shape()[0]; n != t.Len() {
					return nil, fmt.Errorf("data: numbers of rows differ: x %d, %s %d %d", t.Len(), part.name, i, n)
				}
			case part.name == "x":
				return nil, fmt.Errorf("data: x %d is nil, want a tensor with rows along axis 0", i)
			}
			*part.to = append(*part.to, d)
		}
	}
	return t, nil
}

// Absent tells a missing tensor, be it nil or a nil *tensor.Dense.
func Absent(t tensor.Tensor) bool {
	d, ok := t.(*tensor.Dense)
	return t == nil || ok && d == nil
}

func size(d *tensor.Dense) string {
	if d == nil {
		return "none"
	}
	return fmt.Sprint(d.Shape()[0])
}

// Arrays returns the tensors, nil for those that are not there. They are the
// data set's own.
func (t *Tensors) Arrays() (x, y, w *tensor.Dense) { return t.x, t.y, t.w }

// Further returns the tensors of further inputs and outputs. They are the data
// set's own.
func (t *Tensors) Further() More { return t.more }

// Len returns the number of rows.
func (t *Tensors) Len() int { return t.x.Shape()[0] }

// Batches starts a pass. Its batches live in two sets of buffers, one for full
// batches and one for a smaller last one, made when the pass begins; from then
// on nothing is allocated. A bad Order is the pass's only element, an error.
func (t *Tensors) Batches(o Order) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		order, err := o.Permutation(t.Len())
		if err != nil {
			yield(Batch{}, err)
			return
		}
		t.give(order, o, yield)
	}
}

// BatchesOf implements [RowSource]. A row that is not there is the pass's only
// element, an error.
func (t *Tensors) BatchesOf(rows []int, o Order) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		err := checkRows(rows, t.Len())
		if err == nil {
			_, err = o.Size()
		}
		if err != nil {
			yield(Batch{}, err)
			return
		}
		t.give(&Permutation{n: len(rows), list: rows}, o, yield)
	}
}

// Labels returns the class of each row, as the function [Labels] reads y.
func (t *Tensors) Labels() ([]int, error) {
	if t.y == nil {
		return Labels(nil)
	}
	return Labels(t.y)
}

// give yields rows in an order.
func (t *Tensors) give(order *Permutation, o Order, yield func(Batch, error) bool) {
	n := order.Len()
	step, _ := o.Size() // the caller has checked it
	step = min(step, n)
	full := t.buffer(step)
	rows := make([]int, step)
	last := full
	if rest := n % step; rest != 0 {
		last = t.buffer(rest)
	}
	for lo := 0; lo < n; lo += step {
		b, hi := full, lo+step
		if hi > n {
			b, hi = last, n
		}
		order.Rows(rows[:hi-lo], lo)
		if err := t.fill(b, rows[:hi-lo]); err != nil {
			yield(Batch{}, err)
			return
		}
		if !yield(b, nil) {
			return
		}
	}
}

// fill copies rows to a batch.
func (t *Tensors) fill(b Batch, rows []int) error {
	err := Gather(b.X, t.x, rows)
	for _, one := range [][2]*tensor.Dense{{b.Y, t.y}, {b.W, t.w}} {
		if one[0] != nil && err == nil {
			err = Gather(one[0], one[1], rows)
		}
	}
	for _, further := range [][2][]*tensor.Dense{{b.MoreX, t.more.MoreX}, {b.MoreY, t.more.MoreY}, {b.MoreW, t.more.MoreW}} {
		for i, to := range further[0] {
			if to != nil && err == nil {
				err = Gather(to, further[1][i], rows)
			}
		}
	}
	return err
}

func (t *Tensors) buffer(n int) Batch {
	b := Batch{X: like(t.x, n)}
	if t.y != nil {
		b.Y = like(t.y, n)
	}
	if t.w != nil {
		b.W = like(t.w, n)
	}
	for _, further := range []struct {
		from []*tensor.Dense
		to   *[]*tensor.Dense
	}{{t.more.MoreX, &b.MoreX}, {t.more.MoreY, &b.MoreY}, {t.more.MoreW, &b.MoreW}} {
		for _, d := range further.from {
			var room *tensor.Dense
			if d != nil {
				room = like(d, n)
			}
			*further.to = append(*further.to, room)
		}
	}
	return b
}
