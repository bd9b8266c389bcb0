package sampler

import (
	"context"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// Zero stands for an explicit 0 in a field where 0 means a default that is not 0.
const Zero = math.SmallestNonzeroFloat64

// Sampler makes other training data out of x and y. x holds rows along axis 0;
// y names the class of each, as whole numbers of shape (n) or (n,1), negative
// ones too, or as one-hot rows (n,K). The results are new tensors; float32 and
// float64 keep their type, other numbers become float64. Rows that are made of
// an x of whole numbers are rounded toward zero, as upstream's are.
//
// Cancelling ctx ends a search for neighbours early with its error. A sampler
// draws all its randomness from its seed, and its result does not depend on the
// number of processors.
type Sampler interface {
	Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error)
}

// Selector is a sampler whose rows are rows of x.
type Selector interface {
	Sampler
	// SampleIndices returns which rows of x Resample gives, in its order.
	SampleIndices(ctx context.Context, x, y tensor.Tensor) ([]int, error)
}

// pick is Resample of a sampler that only picks rows.
func pick(name string, x, y tensor.Tensor, choose func(*input) ([]int, error)) (xs, ys *tensor.Dense, err error) {
	in, err := read(x, y)
	if err == nil {
		var rows []int
		if rows, err = choose(in); err == nil {
			return in.take(name, rows)
		}
	}
	return nil, nil, named(name, err)
}

// indices is SampleIndices of a sampler that only picks rows.
func indices(name string, x, y tensor.Tensor, choose func(*input) ([]int, error)) ([]int, error) {
	in, err := read(x, y)
	if err != nil {
		return nil, named(name, err)
	}
	rows, err := choose(in)
	return rows, named(name, err)
}

// take returns the given rows.
func (in *input) take(name string, rows []int) (xs, ys *tensor.Dense, err error) {
	if len(rows) == 0 {
		return nil, nil, fmt.Errorf("sampler: %s: no row is left of %d", name, in.rows())
	}
	if xs, err = data.Take(in.x, rows); err == nil {
		ys, err = data.Take(in.y, rows)
	}
	return xs, ys, named(name, err)
}

// named says which sampler an error comes from.
func named(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("sampler: %s: %w", name, err)
}
