package sampler

import (
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// mix is a new row between two rows of x: from + step·(share·(to - from)), of
// the class of from.
type mix struct {
	from, to    int
	share, step float64
}

// mixes draws n new rows, as all of SMOTE's kin do: first a pair of a row and
// one of its k neighbours for each, then the step for each. pair names the rows
// of x.
func mixes(rng *nprand.RandomState, n, rows, k int, pair func(row, neighbour int) (from, to int)) []mix {
	return paired(drawn(rng, n, rows, k), pair)
}

// drawn draws pairs, numbered, and steps.
func drawn(rng *nprand.RandomState, n, rows, k int) []mix {
	out := make([]mix, n)
	for i := range out {
		j := rng.IntN(rows * k)
		out[i].from, out[i].to, out[i].share = j/k, j%k, 1
	}
	for i := range out {
		out[i].step = rng.Random()
	}
	return out
}

func paired(out []mix, pair func(row, neighbour int) (from, to int)) []mix {
	for i, m := range out {
		out[i].from, out[i].to = pair(m.from, m.to)
	}
	return out
}

// grow returns all rows, and the new ones after them.
func (in *input) grow(made []mix) (xs, ys *tensor.Dense, err error) {
	rows := make([]int, in.rows(), in.rows()+len(made))
	for i := range rows {
		rows[i] = i
	}
	for _, m := range made {
		rows = append(rows, m.from)
	}
	xs = tensor.New(tensor.Of(in.x.Dtype()), tensor.WithShape(len(rows), in.cols()))
	if in.x.Dtype() == tensor.Float32 {
		interpolate(xs.Float32s(), in.x.Float32s(), in.cols(), made)
	} else {
		interpolate(xs.Float64s(), in.x.Float64s(), in.cols(), made)
	}
	in.trim(xs)
	ys, err = data.Take(in.y, rows)
	return xs, ys, err
}

// interpolate copies x and computes the rows of out after it.
func interpolate[F float32 | float64](out, x []F, cols int, made []mix) {
	kernel.NewLoop(len(x), 1<<16, func(lo, hi int) { copy(out[lo:hi], x[lo:hi]) }).Run()
	out = out[len(x):]
	kernel.NewLoop(len(made), kernel.Grain(len(made), 4*cols), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			m := made[i]
			row, from, to := out[i*cols:][:cols], x[m.from*cols:][:cols], x[m.to*cols:][:cols]
			for j := range row {
				a := float64(from[j])
				// The conversions keep compilers from fusing a product into a
				// sum, which would round otherwise than numpy.
				d := float64((float64(to[j]) - a) * m.share)
				row[j] = F(a + float64(m.step*d))
			}
		}
	}).Run()
}
