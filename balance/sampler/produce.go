package sampler

import (
	"slices"

	"gorgonia.org/tensor"
)

// maker returns the elements of n new rows of a class.
type maker func(c class, n int) ([]float64, error)

// produceRows is Resample of a sampler that makes rows which do not lie between
// two rows of x.
func produceRows(name string, x, y tensor.Tensor, s Strategy, prepare func(*input) (maker, error)) (xs, ys *tensor.Dense, err error) {
	in, err := read(x, y)
	if err == nil {
		err = in.table()
	}
	var rowsOf maker
	if err == nil {
		rowsOf, err = prepare(in)
	}
	if err != nil {
		return nil, nil, named(name, err)
	}
	var values []float64
	made, err := in.perClass(s, func(c class, n int) ([]mix, error) {
		rows, err := rowsOf(c, n)
		values = append(values, rows...)
		return slices.Repeat([]mix{{from: c.rows[0], to: c.rows[0]}}, n), err
	})
	if err == nil {
		xs, ys, err = in.grow(made)
	}
	if err != nil {
		return nil, nil, named(name, err)
	}
	for i, v := range values {
		set(xs, in.rows()*in.cols()+i, v)
	}
	in.trim(xs)
	return xs, ys, nil
}
