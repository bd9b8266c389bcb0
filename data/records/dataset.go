package records

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"sync"

	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// Dataset makes batches of the rows of a source. It is a [data.ClassCounter],
// and safe for use by several passes at once if the source is. It must not be
// copied after its first use.
//
// Rows are shuffled in a buffer: a batch takes rows from it at random, and the
// next ones of the source take their places. Rows that all fit into the buffer
// come in the order in which [data.Tensors] gives them; of more, a row does not
// come earlier than Buffer rows before its turn, so rows that the source has in
// groups, by class or by day, ask for a buffer that holds a fair mix of them.
// With [data.ShuffleBatches] and [data.ShuffleOff] there is no buffer.
type Dataset struct {
	Source  Source
	Columns Columns
	Buffer  int          // rows to shuffle among; 0 means as many as 64 MiB hold, at most 131072
	DType   tensor.Dtype // of the batches; zero means float32
	Counts  map[int]int  // rows of each class, where they are known; nil means that ClassCounts takes a pass over Y

	learned  sync.Mutex
	complete bool        // a pass was
	rows     int         // of that pass
	counts   map[int]int // nil until they were counted
}

const (
	bufferBytes = 64 << 20
	bufferRows  = 1 << 17
)

// Len returns the number of rows once a pass has been complete, and -1 before.
func (d *Dataset) Len() int {
	d.learned.Lock()
	defer d.learned.Unlock()
	if !d.complete {
		return -1
	}
	return d.rows
}

// Batches starts a pass. What cannot be read or is no number ends it with an
// error that names source, row and column.
func (d *Dataset) Batches(o data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		var err error
		switch d.DType {
		case tensor.Float64:
			err = give[float64](d, o, yield)
		case tensor.Dtype{}, tensor.Float32:
			err = give[float32](d, o, yield)
		default:
			err = fmt.Errorf("records: batches of %v, expected float32 or float64", d.DType)
		}
		if err != nil {
			yield(data.Batch{}, err)
		}
	}
}

// start opens the source.
func (d *Dataset) start() (*reader, error) {
	if d.Source == nil {
		return nil, errNoSource
	}
	l, err := d.Columns.lay(func() ([]string, error) {
		rows, err := d.Source.Open(nil)
		if err != nil {
			return nil, err
		}
		return rows.Names(), rows.Close()
	})
	if err != nil {
		return nil, named(d.Source.Name(), err)
	}
	return l.open(d.Source)
}

var errNoSource = errors.New("records: a data set without a source")

// give makes a pass. The error is nil where the consumer has had enough.
func give[F float32 | float64](d *Dataset, o data.Order, yield func(data.Batch, error) bool) (err error) {
	size, err := o.Size()
	if err == nil {
		_, err = o.Permutation(0) // judges the kind of shuffle
	}
	if err == nil && d.Buffer < 0 {
		err = fmt.Errorf("records: a buffer of %d rows, expected at least 1 (0 for the default)", d.Buffer)
	}
	if err != nil {
		return err
	}
	r, err := d.start()
	if err != nil {
		return err
	}
	stopped := false
	defer func() {
		if closing := r.rows.Close(); closing != nil && err == nil && !stopped {
			err = named(r.name, closing)
		}
	}()
	next := func(row []F) error {
		values, err := r.next()
		for i, v := range values {
			row[i] = F(v)
		}
		return err
	}
	switch o.Shuffle {
	case data.ShuffleRows:
		buffer := d.Buffer
		if buffer == 0 {
			buffer = min(bufferRows, max(1, bufferBytes/(r.size()*int(tensor.Float64.Size()))))
		}
		next = shuffled(next, r.size(), buffer, o)
	case data.ShuffleBatches:
		next = shuffledBatches(next, r.size(), size, o)
	}
	b := newBatch[F](r.layout, size)
	for {
		n := 0
		for ; n < size; n++ {
			if err = next(b.row); err != nil {
				break
			}
			b.put(n)
		}
		if err != nil && err != io.EOF {
			return err
		}
		if n > 0 && !yield(b.of(n), nil) {
			stopped = true
			return nil
		}
		if err == io.EOF {
			d.learned.Lock()
			d.complete, d.rows = true, r.row
			d.learned.Unlock()
			return nil
		}
	}
}

// ClassCounts returns Counts, or counts the classes in the one column of Y in a
// pass of its own, once. With another number of columns, and where Y has numbers
// that are no classes, it is [data.ErrNotCounted].
func (d *Dataset) ClassCounts() (map[int]int, error) {
	if d.Counts != nil {
		return maps.Clone(d.Counts), nil
	}
	if len(d.Columns.Y) != 1 {
		return nil, data.ErrNotCounted
	}
	d.learned.Lock()
	defer d.learned.Unlock()
	if d.counts != nil {
		return maps.Clone(d.counts), nil
	}
	if d.Source == nil {
		return nil, errNoSource
	}
	l, err := d.Columns.layTargets()
	if err != nil {
		return nil, named(d.Source.Name(), err)
	}
	r, err := l.open(d.Source)
	if err != nil {
		return nil, err
	}
	defer r.rows.Close()
	counts := map[int]int{}
	for {
		values, err := r.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		class := values[0]
		if !(class >= 0 && class <= math.MaxInt32) || class != math.Trunc(class) {
			return nil, fmt.Errorf("%w: %s: row %d, column %q: %v is no class", data.ErrNotCounted, r.name, r.row-1, d.Columns.Y[0], class)
		}
		counts[int(class)]++
	}
	d.counts, d.complete, d.rows = counts, true, r.row
	return maps.Clone(counts), nil
}
