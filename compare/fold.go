package compare

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/table"
	"gorgonia.org/tensor"
)

// innerShare of a training fold chooses the threshold.
const innerShare = 0.2

// fold is one division of the rows. Encoders are fitted on training rows only:
// on those of the whole training fold in outer, and on those that the threshold
// is not chosen on in inner.
type fold struct {
	index        int
	outer, inner split
	y            []float64 // of the test rows
	test         []int     // their places in the table
	seed         uint64    // of weights and batches
	sampling     uint32    // of samplers
}

// split are the rows of one training, and those that it is judged by.
type split struct{ train, test rows }

// newFold encodes the rows of a fold. The seeds are those of the fold, whatever
// the strategy.
func newFold(d *Data, f data.Fold, index int, seed uint64) (*fold, error) {
	rng := rand.New(rand.NewPCG(seed, uint64(index)+1))
	out := &fold{index: index, test: f.Test, seed: rng.Uint64(), sampling: rng.Uint32()}
	var err error
	if out.outer, err = newSplit(d, f.Train, f.Test); err != nil {
		return nil, err
	}
	labels := make([]int, len(f.Train))
	for i, r := range f.Train {
		labels[i] = d.Labels[r]
	}
	fitted, held, err := data.StratifiedSplit(labels, innerShare, rng.Uint64())
	if err != nil {
		return nil, err
	}
	if out.inner, err = newSplit(d, of(f.Train, fitted), of(f.Train, held)); err != nil {
		return nil, err
	}
	out.y = widen(out.outer.test.y)
	return out, nil
}

// of returns the rows at some places of a list.
func of(list, places []int) []int {
	out := make([]int, len(places))
	for i, p := range places {
		out[i] = list[p]
	}
	return out
}

func newSplit(d *Data, train, test []int) (s split, err error) {
	e, err := table.Encoding{MostOneHot: -1}.Fit(d.Table, train)
	if err != nil {
		return s, err
	}
	if s.train, err = encode(d, e, train); err != nil {
		return s, err
	}
	s.test, err = encode(d, e, test)
	return s, err
}

// encode reads rows of a table. Categories without a place in the encoder get
// the code 0, for which there is no column, missing ones 1, and the others follow.
func encode(d *Data, e *table.Encoder, list []int) (rows, error) {
	out := rows{n: len(list), y: make([]float32, len(list))}
	for _, c := range e.Columns {
		if c.Kind == table.Codes {
			out.categories = append(out.categories, len(c.Categories)+1)
		} else {
			out.plain++
		}
	}
	encoded, err := e.Transform(d.Table, list, tensor.Float32)
	if err != nil {
		return out, err
	}
	if out.plain > 0 {
		out.numbers = encoded.X.Float32s()
	}
	for i, v := range out.numbers {
		if v-v != 0 {
			return out, fmt.Errorf("row %d: a number is too far from the others of its column to be standardised", list[i/out.plain])
		}
	}
	q := len(out.categories)
	out.codes = make([]int32, out.n*q)
	for j, column := range encoded.Codes {
		for i, code := range column.Float32s() {
			c := int32(code)
			if c < 2 { // missing and unseen change places
				c = 1 - c
			}
			out.codes[i*q+j] = c
		}
	}
	for i, r := range list {
		out.y[i] = float32(d.Labels[r])
	}
	return out, nil
}

// foldsOf divides the rows, and says what is wrong where classes are too small.
func foldsOf(d *Data, folds int, seed uint64) ([]data.Fold, error) {
	out, err := data.StratifiedKFold(d.Labels, folds, seed)
	if err != nil {
		return nil, err
	}
	for _, f := range out {
		n := [2]int{}
		for _, r := range f.Train {
			n[d.Labels[r]]++
		}
		if k := slices.Index(n[:], min(n[0], n[1])); n[k] < 2 {
			return nil, errTooFew(d, k, n[k], folds)
		}
	}
	return out, nil
}
