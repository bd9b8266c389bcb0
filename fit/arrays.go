package fit

import (
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// inputs returns the inputs in the model's element type, with the shapes that
// the model takes; a vector of n numbers serves an input of one column.
func (t *Trainer) inputs(xs []tensor.Tensor) ([]*tensor.Dense, error) {
	names, shapes := t.model.InputNames(), t.model.InputShapes()
	all := make([]*tensor.Dense, len(xs))
	for i, x := range xs {
		of := what("x", names[i], len(names) > 1)
		d, err := data.AsType(x, t.model.DType())
		if err != nil {
			return nil, fmt.Errorf("fit: %s: %w", of, err)
		}
		if d.Dims() == 0 || d.Shape()[0] == 0 {
			return nil, fmt.Errorf("fit: %s has shape %v, expected at least one row", of, d.Shape())
		}
		if i > 0 && d.Shape()[0] != all[0].Shape()[0] {
			return nil, fmt.Errorf("fit: x of %q has %d rows, %s has shape %v: expected as many rows", names[0], all[0].Shape()[0], of, d.Shape())
		}
		var ok bool
		if all[i], ok = reshaped(d, batchOf(d.Shape()[0], shapes[i])); !ok {
			return nil, fmt.Errorf("fit: %s has shape %v, expected %s", of, d.Shape(), anyRows(shapes[i]))
		}
	}
	return all, nil
}

// targets returns y of an output in the model's element type, with the shape
// that the loss takes, after checking every value.
func (t *Trainer) targets(i int, y tensor.Tensor, n int) (*tensor.Dense, error) {
	o := t.outputs[i]
	several := len(t.outputs) > 1
	of := what("y", o.name, several)
	d, err := data.AsType(y, t.model.DType())
	if err != nil {
		return nil, fmt.Errorf("fit: %s: %w", of, err)
	}
	if d.Dims() == 0 || d.Shape()[0] != n {
		return nil, fmt.Errorf("fit: x has %d rows, %s has shape %v: expected as many rows", n, of, d.Shape())
	}
	d, ok := reshaped(d, batchOf(n, o.target.Shape))
	if !ok {
		return nil, fmt.Errorf("fit: %s has shape %v, expected %s for %s on predictions of shape %s",
			of, d.Shape(), anyRows(o.target.Shape), o.loss.Name(), anyRows(o.shape))
	}
	if t.model.DType() == tensor.Float32 {
		err = checkTargets(o.target, d.Float32s(), n)
	} else {
		err = checkTargets(o.target, d.Float64s(), n)
	}
	if err != nil && several {
		err = fmt.Errorf("%w (output %q)", err, o.name)
	}
	return d, err
}

// reshaped returns d with the wanted shape if the two differ by no more than a
// last axis of size 1, as in Keras. Otherwise it returns d and false.
func reshaped(d *tensor.Dense, want tensor.Shape) (*tensor.Dense, bool) {
	got := d.Shape()
	short, long := got, want
	if len(got) > len(want) {
		short, long = want, got
	}
	switch {
	case slices.Equal([]int(got), []int(want)):
		return d, true
	case len(long) == len(short)+1 && long[len(long)-1] == 1 && slices.Equal([]int(long[:len(short)]), []int(short)):
		return view(d, want), true
	}
	return d, false
}

// view returns a tensor of another shape over the memory of d.
func view(d *tensor.Dense, shape tensor.Shape) *tensor.Dense {
	if d.Dtype() == tensor.Float32 {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(d.Float32s()))
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(d.Float64s()))
}

func checkTargets[T float32 | float64](target loss.Target, y []T, n int) error {
	perRow := len(y) / n
	var seen [2]bool // -1 and 0 among signs
	for i, v := range y {
		f := float64(v)
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("fit: y is %v in row %d, expected a finite number", v, i/perRow)
		}
		switch target.Form {
		case loss.Probabilities, loss.OneHot:
			if f < 0 || f > 1 {
				return fmt.Errorf("fit: y is %v in row %d, expected 0 to 1", v, i/perRow)
			}
		case loss.Indices, loss.Labels:
			whole := f == math.Trunc(f)
			if whole && (slices.Contains(target.Ignored, int(f)) || target.Form == loss.Indices && target.Classes == 0) {
				continue
			}
			if f < 0 || f >= float64(target.Classes) || !whole {
				return fmt.Errorf("fit: y is %v in row %d, expected %s", v, i/perRow, wantedClass(target))
			}
		case loss.Signs:
			if f != -1 && f != 0 && f != 1 {
				return fmt.Errorf("fit: y is %v in row %d, expected -1 or 1, or 0 or 1", v, i/perRow)
			}
			if f < 1 {
				seen[int(f+1)] = true
			}
			if seen[0] && seen[1] {
				return fmt.Errorf("fit: y is %v in row %d, but -1 and 0 do not mix: expected -1 and 1, or 0 and 1", v, i/perRow)
			}
		}
	}
	return nil
}

func wantedClass(target loss.Target) string {
	switch {
	case target.Classes == 0:
		return "a whole number"
	case len(target.Ignored) > 0:
		return fmt.Sprintf("a class from 0 to %d, or one to ignore, %v", target.Classes-1, target.Ignored)
	}
	return fmt.Sprintf("a class from 0 to %d", target.Classes-1)
}

func anyRows(sample []int) string {
	s := "(n"
	for _, v := range sample {
		s += fmt.Sprintf(", %d", v)
	}
	return s + ")"
}

// assign copies the elements of src to dst, which is as long and of the same
// type, without allocating.
func assign(dst, src *tensor.Dense) {
	if dst.Dtype() == tensor.Float32 {
		copy(dst.Float32s(), src.Float32s())
	} else {
		copy(dst.Float64s(), src.Float64s())
	}
}

// widen sets dst to the elements of src as float64, growing it if needed.
func widen(dst []float64, src *tensor.Dense) []float64 {
	if src.Dtype() == tensor.Float64 {
		return append(dst[:0], src.Float64s()...)
	}
	dst = slices.Grow(dst[:0], src.Shape().TotalSize())
	for _, v := range src.Float32s() {
		dst = append(dst, float64(v))
	}
	return dst
}

// spread sets the weights of all rows of a loss: each given weight stands for
// equally many rows in a row; without any, all are 1.
func spread(rows, given *tensor.Dense) {
	if rows.Dtype() == tensor.Float32 {
		var w []float32
		if given != nil {
			w = given.Float32s()
		}
		spreadInto(rows.Float32s(), w)
		return
	}
	var w []float64
	if given != nil {
		w = given.Float64s()
	}
	spreadInto(rows.Float64s(), w)
}

func spreadInto[T float32 | float64](rows, given []T) {
	if len(given) == 0 {
		for i := range rows {
			rows[i] = 1
		}
		return
	}
	each := len(rows) / len(given)
	for i, w := range given {
		for j := range each {
			rows[i*each+j] = w
		}
	}
}

// addTo adds src to dst, element by element.
func addTo(dst, src *tensor.Dense) {
	if dst.Dtype() == tensor.Float32 {
		kernel.Add(dst.Float32s(), src.Float32s())
	} else {
		kernel.Add(dst.Float64s(), src.Float64s())
	}
}

// rowsOf returns a view of the memory of samples lo to hi-1 of n.
func rowsOf(d *tensor.Dense, n, lo, hi int) *tensor.Dense {
	shape := d.Shape().Clone()
	width := shape.TotalSize() / n
	shape[0] = shape[0] / n * (hi - lo)
	if d.Dtype() == tensor.Float32 {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(d.Float32s()[lo*width:hi*width]))
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(d.Float64s()[lo*width:hi*width]))
}

// setFloats copies numbers to a tensor of either type.
func setFloats(dst *tensor.Dense, src []float32) {
	if dst.Dtype() == tensor.Float32 {
		copy(dst.Float32s(), src)
		return
	}
	for i, v := range src {
		dst.Float64s()[i] = float64(v)
	}
}

// getFloats copies the numbers of a tensor of either type.
func getFloats(dst []float32, src *tensor.Dense) {
	if src.Dtype() == tensor.Float32 {
		copy(dst, src.Float32s())
		return
	}
	for i, v := range src.Float64s() {
		dst[i] = float32(v)
	}
}
