package compare

import (
	"fmt"
	"math"

	"gorgonia.org/tensor"
)

// oneHot is the largest number of categories, missing values among them, that get
// a column each; more of them get an embedding.
const oneHot = 16 + 1

// rows are encoded rows of a fold.
type rows struct {
	n       int
	numbers []float32 // row after row
	codes   []int32   // row after row, 0 for an unknown category
	y       []float32
	layout
}

// layout says what stands in a row.
type layout struct {
	plain      int   // columns of numbers
	categories []int // of each column of codes
}

func (l layout) embedded(column int) bool { return l.categories[column] > oneHot }

// width is the number of columns when each category has one.
func (l layout) width() int {
	w := l.plain
	for _, c := range l.categories {
		w += c
	}
	return w
}

// wide is a table with the numbers and a column for each category, of all
// columns of codes or of those that are not embedded.
func (r *rows) wide(all bool) *tensor.Dense {
	w := r.width()
	for j, c := range r.categories {
		if !all && r.embedded(j) {
			w -= c
		}
	}
	if w == 0 {
		return nil
	}
	out := make([]float32, r.n*w)
	q := len(r.categories)
	for i := range r.n {
		row := out[i*w:][:w]
		at := copy(row, r.numbers[i*r.plain:][:r.plain])
		for j, c := range r.categories {
			if !all && r.embedded(j) {
				continue
			}
			if code := int(r.codes[i*q+j]); code > 0 {
				row[at+code-1] = 1
			}
			at += c
		}
	}
	return tensor.New(tensor.WithShape(r.n, w), tensor.WithBacking(out))
}

// narrow undoes wide(true) for rows that a sampler has made: between two
// categories, the nearer one holds.
func (l layout) narrow(x, y *tensor.Dense) *rows {
	out := l.empty(x, y)
	w, q := l.width(), len(l.categories)
	for i := range out.n {
		row := x.Float32s()[i*w:][:w]
		at := copy(out.numbers[i*l.plain:][:l.plain], row)
		for j, c := range l.categories {
			best := float32(0)
			for k, v := range row[at : at+c] {
				if v > best {
					best, out.codes[i*q+j] = v, int32(k+1)
				}
			}
			at += c
		}
	}
	return out
}

// coded is a table with the numbers and the codes.
func (r *rows) coded() *tensor.Dense {
	q := len(r.categories)
	w := r.plain + q
	out := make([]float32, r.n*w)
	for i := range r.n {
		at := copy(out[i*w:], r.numbers[i*r.plain:][:r.plain])
		for j := range q {
			out[i*w+at+j] = float32(r.codes[i*q+j])
		}
	}
	return tensor.New(tensor.WithShape(r.n, w), tensor.WithBacking(out))
}

// decoded undoes coded.
func (l layout) decoded(x, y *tensor.Dense) *rows {
	out := l.empty(x, y)
	q := len(l.categories)
	w := l.plain + q
	for i := range out.n {
		row := x.Float32s()[i*w:][:w]
		at := copy(out.numbers[i*l.plain:][:l.plain], row)
		for j, v := range row[at:] {
			out.codes[i*q+j] = int32(v)
		}
	}
	return out
}

func (l layout) empty(x, y *tensor.Dense) *rows {
	n := x.Shape()[0]
	return &rows{
		n: n, y: y.Float32s(), layout: l,
		numbers: make([]float32, n*l.plain), codes: make([]int32, n*len(l.categories)),
	}
}

// embeddings are the codes of the columns that are embedded, each column's
// behind those of the columns before it, or nil if there are none.
func (r *rows) embeddings() *tensor.Dense {
	var columns, from []int
	next := 0
	for j, c := range r.categories {
		if r.embedded(j) {
			columns, from = append(columns, j), append(from, next)
			next += c + 1
		}
	}
	if columns == nil {
		return nil
	}
	out := make([]float32, 0, r.n*len(columns))
	for i := range r.n {
		for k, j := range columns {
			out = append(out, float32(from[k])+float32(r.codes[i*len(r.categories)+j]))
		}
	}
	return tensor.New(tensor.WithShape(r.n, len(columns)), tensor.WithBacking(out))
}

// inputs are what the network takes.
func (r *rows) inputs() []tensor.Tensor {
	var out []tensor.Tensor
	if x := r.wide(false); x != nil {
		out = append(out, x)
	}
	if x := r.embeddings(); x != nil {
		out = append(out, x)
	}
	return out
}

func (r *rows) targets() *tensor.Dense {
	return tensor.New(tensor.WithShape(r.n, 1), tensor.WithBacking(r.y))
}

// counts are the rows of either class.
func (r *rows) counts() [2]float64 {
	var n [2]float64
	for _, y := range r.y {
		n[int(y)]++
	}
	return n
}

// roomToSample refuses tables that would not fit into memory with a column for
// each category.
func (r *rows) roomToSample() error {
	const most = 1 << 28
	if w := r.width(); float64(r.n)*float64(w) > most {
		return fmt.Errorf("%d rows of %d columns, one for each category, are too large a table to sample (%.1f GB)", r.n, w, math.Round(float64(r.n)*float64(w)*4/1e8)/10)
	}
	return nil
}
