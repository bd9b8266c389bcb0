package compare

import (
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

// digits says how a category stands in a table that a sampler sees: as so many
// digits of a number to a base, each a column of ones and zeros for each value.
// A column that is not embedded has one digit, so a column for each category;
// thousands of categories would make too wide a table, in which nothing could
// be found.
func (l layout) digits(column int) (n, base int) {
	c := l.categories[column]
	n, base = 1, c
	for base > oneHot {
		n++
		base = int(math.Ceil(math.Pow(float64(c), 1/float64(n))))
	}
	return n, base
}

// width is the number of columns that a sampler sees.
func (l layout) width() int {
	w := l.plain
	for j := range l.categories {
		n, base := l.digits(j)
		w += n * base
	}
	return w
}

// wide is the table that a sampler sees: two categories that differ in all
// digits are as far apart as two columns of zeros and ones for each category would put them.
func (r *rows) wide() *tensor.Dense {
	w, q := r.width(), len(r.categories)
	out := make([]float32, r.n*w)
	for i := range r.n {
		row := out[i*w:][:w]
		at := copy(row, r.numbers[i*r.plain:][:r.plain])
		for j := range r.categories {
			n, base := r.digits(j)
			one := float32(1 / math.Sqrt(float64(n)))
			rest := int(r.codes[i*q+j]) - 1
			for range n {
				if rest >= 0 {
					row[at+rest%base] = one
					rest /= base
				}
				at += base
			}
		}
	}
	return tensor.New(tensor.WithShape(r.n, w), tensor.WithBacking(out))
}

// narrow undoes wide for rows that a sampler has made: between two categories,
// the nearer one holds.
func (l layout) narrow(x, y *tensor.Dense) *rows {
	out := l.empty(x, y)
	w, q := l.width(), len(l.categories)
	for i := range out.n {
		row := x.Float32s()[i*w:][:w]
		at := copy(out.numbers[i*l.plain:][:l.plain], row)
		for j, c := range l.categories {
			n, base := l.digits(j)
			code, unit := 0, 1
			for range n {
				code += unit * largest(row[at:at+base])
				unit *= base
				at += base
			}
			out.codes[i*q+j] = int32(min(code, c-1) + 1)
		}
	}
	return out
}

// largest returns the first place of the largest number.
func largest(v []float32) int {
	best := 0
	for i, x := range v {
		if x > v[best] {
			best = i
		}
	}
	return best
}

// columns is the table that the network sees: numbers, and a column for each
// category of what is not embedded. It is nil where there is none.
func (r *rows) columns() *tensor.Dense {
	w, q := r.plain, len(r.categories)
	for j, c := range r.categories {
		if !r.embedded(j) {
			w += c
		}
	}
	if w == 0 {
		return nil
	}
	out := make([]float32, r.n*w)
	for i := range r.n {
		row := out[i*w:][:w]
		at := copy(row, r.numbers[i*r.plain:][:r.plain])
		for j, c := range r.categories {
			if r.embedded(j) {
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
	if x := r.columns(); x != nil {
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
func (r *rows) counts() [2]float64 { return countsOf(r.y) }

func countsOf(labels []float32) [2]float64 {
	var n [2]float64
	for _, y := range labels {
		n[int(y)]++
	}
	return n
}
