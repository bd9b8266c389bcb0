package data

import (
	"errors"
	"fmt"
	"iter"

	"gorgonia.org/tensor"
)

// Batch is a run of rows. X, Y and W are aligned on axis 0.
type Batch struct {
	X *tensor.Dense // inputs
	Y *tensor.Dense // targets; nil where there are none
	W *tensor.Dense // weights on the leading axes of the loss; nil means all ones
	More
}

// More holds the arrays of the second and further inputs and outputs of a
// model, as X, Y and W hold those of the first.
type More struct {
	MoreX []*tensor.Dense
	MoreY []*tensor.Dense // nil entries where there are none
	MoreW []*tensor.Dense // nil entries where all weights are 1; may be shorter than MoreY
}

// Dataset is a restartable source of batches.
//
// Batches starts a new pass. The same Order gives the same batches every time.
// A batch is valid until the next one of its pass is asked for: the source may
// write over it. An error ends the pass. Every row is given exactly once, so
// the last batch may be smaller than the others.
//
// Len is the number of rows of a pass, or -1 where it is unknown.
type Dataset interface {
	Batches(Order) iter.Seq2[Batch, error]
	Len() int
}

// ClassCounter is a Dataset that knows its classes without being read: how many
// entries of the targets of one pass are of each class. Policies that are
// computed from counts then need no pass of their own. ErrNotCounted asks for
// one all the same.
type ClassCounter interface {
	ClassCounts() (map[int]int, error)
}

// ErrNotCounted is the error of a [ClassCounter] that does not know its classes
// after all, because nobody counted them or because it cannot tell one-hot rows
// from a class for each timestep.
var ErrNotCounted = errors.New("data: the classes are not counted")

// Shuffle says which rows change places between passes.
type Shuffle int

const (
	ShuffleRows    Shuffle = iota // permute all rows, anew in every pass
	ShuffleBatches                // batches stay in order, the rows inside each are permuted (Keras's "batch")
	ShuffleOff                    // rows stay in order
)

// DefaultBatchSize is the batch size of an Order that names none, as in Keras.
const DefaultBatchSize = 32

// Order says how a pass visits the rows. Equal orders visit them equally; the
// permutation depends on Seed and Pass alone (and for ShuffleBatches on where
// the batches end).
type Order struct {
	BatchSize int // rows of a batch; 0 means DefaultBatchSize
	Shuffle   Shuffle
	Seed      uint64
	Pass      uint64 // number of the pass, the epoch as a rule
}

// Size returns the number of rows of a full batch, or an error where BatchSize
// is negative.
func (o Order) Size() (int, error) {
	switch {
	case o.BatchSize < 0:
		return 0, fmt.Errorf("data: batch size %d, want at least 1", o.BatchSize)
	case o.BatchSize == 0:
		return DefaultBatchSize, nil
	}
	return o.BatchSize, nil
}
