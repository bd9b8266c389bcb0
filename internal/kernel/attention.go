package kernel

// Heads says how attention lies in memory: rows (Samples, rows, Heads, Size),
// one for each query or each key, and weights (Samples, Heads, Queries, Keys).
type Heads struct{ Samples, Heads, Queries, Keys, Size int }

// Scores sets weights to the products of each query and each key of a head.
func Scores[T Float](h Heads, weights, queries, keys []T) {
	h.each(func(w, q, k int) {
		Gemm(NT, h.Queries, h.Keys, h.Size, queries[q:], h.Heads*h.Size, keys[k:], h.Heads*h.Size, weights[w:], h.Keys, false)
	})
}

// Mix sets the row of each query to the weighted sum of the rows of the keys.
func Mix[T Float](h Heads, queries, weights, keys []T) {
	h.each(func(w, q, k int) {
		Gemm(NN, h.Queries, h.Size, h.Keys, weights[w:], h.Keys, keys[k:], h.Heads*h.Size, queries[q:], h.Heads*h.Size, false)
	})
}

// MixBack sets the row of each key to the weighted sum of the rows of the queries.
func MixBack[T Float](h Heads, keys, weights, queries []T) {
	h.each(func(w, q, k int) {
		Gemm(TN, h.Keys, h.Size, h.Queries, weights[w:], h.Keys, queries[q:], h.Heads*h.Size, keys[k:], h.Heads*h.Size, false)
	})
}

// each calls f with where the weights, queries and keys of each head begin.
func (h Heads) each(f func(w, q, k int)) {
	for i := range h.Samples {
		for head := range h.Heads {
			f((i*h.Heads+head)*h.Queries*h.Keys, (i*h.Queries*h.Heads+head)*h.Size, (i*h.Keys*h.Heads+head)*h.Size)
		}
	}
}

// pairs calls f with where the weight, the query and the key of each pair begin,
// for one head.
func (h Heads) pairs(f func(w, q, k int)) {
	for w := range h.Samples * h.Queries * h.Keys {
		query := w / h.Keys
		f(w, query*h.Size, (query/h.Queries*h.Keys+w%h.Keys)*h.Size)
	}
}

// AdditiveScores sets weights to Σ scale·tanh(query + key) for each query and
// each key of one head. scale is nil for ones; row has Size elements, to work in.
func AdditiveScores[T Float](h Heads, weights, queries, keys, scale, row []T) {
	h.pairs(func(w, q, k int) {
		tanhs(row, queries[q:], keys[k:])
		var sum T
		for i, v := range row {
			if scale != nil {
				v *= scale[i]
			}
			sum += v
		}
		weights[w] = sum
	})
}

// AdditiveScoresGrad sets those of dq, dk and dscale, the gradients of
// [AdditiveScores], that are not nil.
func AdditiveScoresGrad[T Float](h Heads, dq, dk, dscale, dw, queries, keys, scale, row []T) {
	clear(dq)
	clear(dk)
	clear(dscale)
	h.pairs(func(w, q, k int) {
		tanhs(row, queries[q:], keys[k:])
		for i, v := range row {
			slope := dw[w] * (1 - v*v)
			if scale != nil {
				slope *= scale[i]
			}
			if dq != nil {
				dq[q+i] += slope
			}
			if dk != nil {
				dk[k+i] += slope
			}
			if dscale != nil {
				dscale[i] += dw[w] * v
			}
		}
	})
}

func tanhs[T Float](row, a, b []T) {
	for i := range row {
		row[i] = a[i] + b[i]
	}
	Activate(Tanh, row, row)
}

// AttentionMask says which keys a query may look at. Samples have a row of each
// array that is not nil, 0 for what is left out.
type AttentionMask[T Float] struct {
	Queries []T   // (Samples, Queries)
	Keys    [][]T // each (Samples, Keys)
	Pairs   []T   // (Samples, Queries, Keys)
	Causal  bool  // only keys up to the query
	Window  int   // only keys fewer places away; 0 for any
}

func (m *AttentionMask[T]) sees(h Heads, sample, query, key int) bool {
	switch {
	case m.Causal && key > query,
		m.Window > 0 && max(query-key, key-query) >= m.Window,
		m.Queries != nil && m.Queries[sample*h.Queries+query] == 0,
		m.Pairs != nil && m.Pairs[(sample*h.Queries+query)*h.Keys+key] == 0:
		return false
	}
	for _, keys := range m.Keys {
		if keys[sample*h.Keys+key] == 0 {
			return false
		}
	}
	return true
}

// Unseen says what becomes of the score of a pair that the mask leaves out.
type Unseen int

const (
	LessUnseen  Unseen = iota // less by 1e9: a query without keys looks at all, by their scores
	EvenUnseen                // the least one: a query without keys looks at all alike
	BlankUnseen               // weight 0: a query without keys looks at none
)

// AttentionSoftmax sets y to the softmax over the keys of scale·x, without what
// the mask leaves out. z is as long as x.
func AttentionSoftmax[T Float](h Heads, y, x, z, row []T, scale T, mask *AttentionMask[T], unseen Unseen) {
	for at, v := range x {
		z[at] = v * scale
		switch {
		case mask.at(h, at):
		case unseen == LessUnseen:
			z[at] -= 1e9
		default:
			z[at] = -1e9
		}
	}
	ActivateRows(Softmax, h.Keys, y, z, row)
	if unseen != BlankUnseen {
		return
	}
	for at := range y {
		if !mask.at(h, at) {
			y[at] = 0
		}
	}
}

// AttentionSoftmaxGrad sets dx to the gradient of [AttentionSoftmax], of which
// y is the output.
func AttentionSoftmaxGrad[T Float](h Heads, dx, dy, y []T, scale T, mask *AttentionMask[T], unseen Unseen) {
	ActivateRowsGrad(Softmax, h.Keys, dx, dy, y, y)
	for at := range dx {
		if dx[at] *= scale; unseen != LessUnseen && !mask.at(h, at) {
			dx[at] = 0
		}
	}
}

// at reports whether a query looks at a key, by the place of their weight.
func (m *AttentionMask[T]) at(h Heads, at int) bool {
	return m.sees(h, at/(h.Heads*h.Queries*h.Keys), at/h.Keys%h.Queries, at%h.Keys)
}
