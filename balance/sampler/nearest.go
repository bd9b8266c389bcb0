package sampler

import (
	"context"
	"fmt"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/internal/neighbours"
	"gorgonia.org/tensor"
)

// nearest finds the k rows of base that are nearest to each query, both being
// lists of rows of x; nil means all rows. What it finds are places in base. A
// query that is in base is not its own neighbour, but a copy of it may be.
func (in *input) nearest(ctx context.Context, base, queries []int, k int) (*neighbours.Found, error) {
	place := make([]int32, in.rows())
	for i := range place {
		place[i] = -1
		if base == nil {
			place[i] = int32(i)
		}
	}
	for i, r := range base {
		place[r] = int32(i)
	}
	self := make([]int32, 0, in.rows())
	inside := false
	for i := range in.some(queries) {
		p := place[at(queries, i)]
		self = append(self, p)
		inside = inside || p >= 0
	}
	if !inside {
		self = nil
	}
	return in.search(ctx, base, queries, k, self)
}

// search is nearest with self as of [neighbours.Search].
func (in *input) search(ctx context.Context, base, queries []int, k int, self []int32) (*neighbours.Found, error) {
	b, err := in.only(base)
	if err != nil {
		return nil, err
	}
	q, err := in.only(queries)
	if err != nil {
		return nil, err
	}
	if in.x.Dtype() == tensor.Float32 {
		return neighbours.Search(ctx, neighbours.Table[float32]{Data: b.Float32s(), Cols: in.cols()}, neighbours.Table[float32]{Data: q.Float32s(), Cols: in.cols()}, k, self)
	}
	return neighbours.Search(ctx, neighbours.Table[float64]{Data: b.Float64s(), Cols: in.cols()}, neighbours.Table[float64]{Data: q.Float64s(), Cols: in.cols()}, k, self)
}

// equal groups the rows of a list that are equal.
func (in *input) equal(rows []int) (*neighbours.Groups, error) {
	t, err := in.only(rows)
	if err != nil {
		return nil, err
	}
	if in.x.Dtype() == tensor.Float32 {
		return neighbours.Equal(neighbours.Table[float32]{Data: t.Float32s(), Cols: in.cols()}), nil
	}
	return neighbours.Equal(neighbours.Table[float64]{Data: t.Float64s(), Cols: in.cols()}), nil
}

// some is the number of rows of a list, nil meaning all.
func (in *input) some(rows []int) int {
	if rows == nil {
		return in.rows()
	}
	return len(rows)
}

func at(rows []int, i int) int {
	if rows == nil {
		return i
	}
	return rows[i]
}

func (in *input) only(rows []int) (*tensor.Dense, error) {
	if rows == nil {
		return in.x, nil
	}
	return data.Take(in.x, rows)
}

// others lists the rows of all classes but c.
func (in *input) others(c class) []int {
	var out []int
	for r, place := range in.class {
		if in.classes[place].label != c.label {
			out = append(out, r)
		}
	}
	return out
}

// enoughRows returns an error unless every row has k neighbours.
func (in *input) enoughRows(k int, field string) error {
	if n := in.rows(); k >= n {
		return fmt.Errorf("%d rows are too few for %d neighbours of each: set %s to at most %d", n, k, field, n-1)
	}
	return nil
}

// enough returns an error unless every row of the class has k neighbours in it.
func (c class) enough(k int, field string) error {
	switch n := len(c.rows); {
	case n == 1:
		return fmt.Errorf("class %d has a single row and so no neighbours to make rows between: use RandomOverSampler, or leave the class out of the strategy", c.label)
	case k >= n:
		return fmt.Errorf("class %d has %d rows, too few for %d neighbours of each: set %s to at most %d, or use RandomOverSampler", c.label, n, k, field, n-1)
	}
	return nil
}

// vote returns the class that most of the neighbours have; of several, the one
// with the smallest label. tally has a place for each class.
func (in *input) vote(neighbours []int32, tally []int) int {
	clear(tally)
	for _, r := range neighbours {
		tally[in.class[r]]++
	}
	return most(tally)
}

// most returns the first place with the largest number.
func most(tally []int) int {
	best := 0
	for c, n := range tally {
		if n > tally[best] {
			best = c
		}
	}
	return best
}
