package balance

import (
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// weights are on all axes of a loss or on its rows only; the zero value is 1
// everywhere.
type weights struct {
	shape []int
	v     []float64 // sample weights
	class []int32   // classes, which index table
	table []float64
}

// at returns the weight of element i of the loss, which is in the given row.
func (w *weights) at(row, i int) float64 {
	if len(w.shape) == 1 {
		i = row
	}
	switch {
	case w.v != nil:
		return w.v[i]
	case w.class != nil:
		return w.table[w.class[i]]
	}
	return 1
}

func sampleWeights(w tensor.Tensor, loss []int, mode Mode) (weights, error) {
	d, err := data.AsType(w, tensor.Float64)
	if err != nil {
		return weights{}, fmt.Errorf("balance: sample weights: %w", err)
	}
	out := weights{v: d.Float64s()}
	rows := loss[:1]
	if mode == Temporal && len(loss) < 2 {
		return weights{}, fmt.Errorf("balance: temporal sample weights need a loss of shape (n,T), it has %v", tensor.Shape(loss))
	}
	column, deep := append(slices.Clone(rows), 1), append(slices.Clone(loss), 1)
	switch s := []int(d.Shape()); {
	case mode == Temporal && !slices.Equal(s, loss) && !slices.Equal(s, deep):
		return weights{}, fmt.Errorf("balance: temporal sample weights have shape %v, want %v or %v", d.Shape(), tensor.Shape(loss), tensor.Shape(deep))
	case mode == Temporal:
		out.shape = loss
	case slices.Equal(s, rows), slices.Equal(s, column):
		out.shape = rows
	case slices.Equal(s, loss), slices.Equal(s, deep):
		out.shape = loss
	default:
		want := fmt.Sprintf("%v or %v per sample", tensor.Shape(rows), tensor.Shape(column))
		if len(loss) > 1 {
			want += fmt.Sprintf(", %v or %v per timestep", tensor.Shape(loss), tensor.Shape(deep))
		}
		return weights{}, fmt.Errorf("balance: sample weights have shape %v, want %s", d.Shape(), want)
	}
	for i, x := range out.v {
		if !(x >= 0 && x <= math.MaxFloat64) {
			return weights{}, fmt.Errorf("balance: sample weight %v in %s, want a finite number not below 0", x, place(i, out.shape))
		}
	}
	return out, nil
}

// combine multiplies the two, on all axes where one of them is, else on the
// rows, and reports whether all products are 0.
func combine[F float32 | float64](class, sample weights) (w *tensor.Dense, zero bool, err error) {
	shape := class.shape
	if len(sample.shape) > len(shape) {
		shape = sample.shape
	}
	out := make([]F, product(shape))
	if sample.v == nil && class.v == nil && len(class.class) == len(out) {
		zero, err = byClass(out, class)
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(out)), zero, err
	}
	steps := product(shape[1:])
	zero = true
	for row := range shape[0] {
		for i := row * steps; i < (row+1)*steps; i++ {
			w := class.at(row, i) * sample.at(row, i)
			f := F(w)
			if float64(f) > math.MaxFloat64 {
				return nil, false, fmt.Errorf("balance: weight %v in %s is too large for %T", w, place(i, shape), f)
			}
			zero = zero && f == 0
			out[i] = f
		}
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(out)), zero, nil
}

// byClass sets out to the weight of the class of each entry.
func byClass[F float32 | float64](out []F, class weights) (zero bool, err error) {
	table, used := make([]F, len(class.table)), make([]bool, len(class.table))
	for c, w := range class.table {
		table[c] = F(w)
	}
	for i, c := range class.class {
		out[i] = table[c]
		used[c] = true
	}
	zero = true
	for c, w := range table {
		if used[c] && float64(w) > math.MaxFloat64 {
			i := slices.Index(class.class, int32(c))
			return false, fmt.Errorf("balance: weight %v in %s is too large for %T", class.table[c], place(i, class.shape), w)
		}
		zero = zero && (w == 0 || !used[c])
	}
	return zero, nil
}
