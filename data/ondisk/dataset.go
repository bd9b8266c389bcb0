package ondisk

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"sync"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/npy"
	"gorgonia.org/tensor"
)

// Dataset is a [data.RowSource] and a [data.ClassCounter] over .npy files. It is
// safe for use by several passes at once.
//
// Batches are float32, or float64 where the file has float64 or integers of 4
// bytes and more. Truth values are 0 and 1.
type Dataset struct {
	x, y, w []*array // y and w may have nil entries
	open    sync.RWMutex
	closed  bool
}

// Open opens files whose axis 0 counts the rows: x and, where they are not "",
// targets y and weights w. Either byte order and either memory order will do;
// rows of column-major arrays are read number by number, which is slower.
//
// A scalar, a file that is longer or shorter than its array, and numbers of rows
// that differ are errors. The files may not change until Close: a batch that
// meets the end of a file that was cut is an error.
func Open(x, y, w string) (*Dataset, error) {
	return OpenMany([]string{x}, []string{y}, []string{w})
}

// OpenMany is [Open] for a model of several inputs or outputs. ys and ws may be
// shorter than the outputs are many, and have empty entries.
func OpenMany(xs, ys, ws []string) (*Dataset, error) {
	d := new(Dataset)
	for _, part := range []struct {
		name  string
		paths []string
		to    *[]*array
	}{{"x", xs, &d.x}, {"y", ys, &d.y}, {"w", ws, &d.w}} {
		for i, path := range part.paths {
			var a *array
			var err error
			switch {
			case path != "":
				a, err = open(path)
			case part.name == "x":
				err = fmt.Errorf("ondisk: there is no file for x %d", i)
			}
			if err == nil && a != nil && len(d.x) > 0 && a.layout.Shape[0] != d.Len() {
				a.disk.Close()
				err = fmt.Errorf("ondisk: numbers of rows differ: %s has %d, %s %d", d.x[0].path, d.Len(), path, a.layout.Shape[0])
			}
			if err != nil {
				d.Close()
				return nil, err
			}
			*part.to = append(*part.to, a)
		}
	}
	if len(d.x) == 0 {
		return nil, errors.New("ondisk: there is no file for x")
	}
	return d, nil
}

// all lists the files.
func (d *Dataset) all() (all []*array) {
	for _, list := range [][]*array{d.x, d.y, d.w} {
		for _, a := range list {
			if a != nil {
				all = append(all, a)
			}
		}
	}
	return all
}

// Close closes the files. Passes that are under way end with an error.
func (d *Dataset) Close() error {
	d.open.Lock()
	defer d.open.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	var errs []error
	for _, a := range d.all() {
		errs = append(errs, a.disk.Close())
	}
	return errors.Join(errs...)
}

// Len returns the number of rows.
func (d *Dataset) Len() int { return d.x[0].layout.Shape[0] }

// Batches implements [data.Dataset]. The order of rows takes no memory beyond
// 131072 of them.
func (d *Dataset) Batches(o data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		order, err := o.Permutation(d.Len())
		if err != nil {
			yield(data.Batch{}, err)
			return
		}
		d.give(order.Rows, order.Len(), o, yield)
	}
}

// BatchesOf implements [data.RowSource].
func (d *Dataset) BatchesOf(rows []int, o data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		for i, r := range rows {
			if r < 0 || r >= d.Len() {
				yield(data.Batch{}, fmt.Errorf("ondisk: there is no row %d (place %d of the list), expected 0 to %d", r, i, d.Len()-1))
				return
			}
		}
		d.give(func(to []int, at int) int { return copy(to, rows[at:]) }, len(rows), o, yield)
	}
}

// give yields n rows in the order that next tells.
func (d *Dataset) give(next func(rows []int, at int) int, n int, o data.Order, yield func(data.Batch, error) bool) {
	size, err := o.Size()
	if err == nil && n == 0 {
		err = errors.New("ondisk: no rows to take")
	}
	if err != nil {
		yield(data.Batch{}, err)
		return
	}
	size = min(size, n)
	p, rows := d.pass(size), make([]int, size)
	for at := 0; at < n; at += size {
		if n-at < size {
			rows = rows[:n-at]
			p = d.pass(len(rows))
		}
		next(rows, at)
		if err := p.fill(rows); err != nil {
			yield(data.Batch{}, err)
			return
		}
		if !yield(p.batch, nil) {
			return
		}
	}
}

// pass is room for batches of one size.
type pass struct {
	of    *Dataset
	batch data.Batch
	parts []func(rows []int) error // each reads an array of the batch
}

// pass makes room for batches of n rows.
func (d *Dataset) pass(n int) *pass {
	p := &pass{of: d}
	for _, part := range []struct {
		from  []*array
		first **tensor.Dense
		more  *[]*tensor.Dense
	}{{d.x, &p.batch.X, &p.batch.MoreX}, {d.y, &p.batch.Y, &p.batch.MoreY}, {d.w, &p.batch.W, &p.batch.MoreW}} {
		for i, a := range part.from {
			var room *tensor.Dense
			if a != nil {
				room = p.room(a, n)
			}
			if i == 0 {
				*part.first = room
			} else {
				*part.more = append(*part.more, room)
			}
		}
	}
	return p
}

func (p *pass) room(a *array, n int) *tensor.Dense {
	shape := append([]int{n}, a.layout.Shape[1:]...)
	room := tensor.New(tensor.WithShape(shape...), tensor.Of(a.dtype))
	if a.dtype == tensor.Float32 {
		from, to := reader[float32]{array: a, decode: (*npy.Layout).Float32s}, room.Float32s()
		p.parts = append(p.parts, func(rows []int) error { return from.rows(to, rows) })
	} else {
		from, to := reader[float64]{array: a, decode: (*npy.Layout).Float64s}, room.Float64s()
		p.parts = append(p.parts, func(rows []int) error { return from.rows(to, rows) })
	}
	return room
}

// fill reads rows to the batch.
func (p *pass) fill(rows []int) error {
	p.of.open.RLock()
	defer p.of.open.RUnlock()
	if p.of.closed {
		return errClosed
	}
	for _, part := range p.parts {
		if err := part(rows); err != nil {
			return err
		}
	}
	return nil
}

var errClosed = errors.New("ondisk: the data set is closed")

// Labels returns the class of each row, as [data.Labels] reads y: 8 bytes a row.
func (d *Dataset) Labels() ([]int, error) {
	labels := make([]int, 0, d.Len())
	err := d.labels(func(part []int) { labels = append(labels, part...) })
	return labels, err
}

// ClassCounts counts the classes in y, of shape (n) or (n,1), without reading x.
// Entries that are no classes, other shapes and several outputs are
// [data.ErrNotCounted].
func (d *Dataset) ClassCounts() (map[int]int, error) {
	if len(d.y) != 1 || d.y[0] == nil || d.y[0].row != 1 {
		return nil, data.ErrNotCounted
	}
	counts := map[int]int{}
	err := d.labels(func(part []int) {
		for _, c := range part {
			counts[c]++
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", data.ErrNotCounted, err)
	}
	return counts, nil
}

// labels reads y, and nothing else, a piece at a time.
func (d *Dataset) labels(take func([]int)) error {
	if len(d.y) == 0 || d.y[0] == nil {
		return errors.New("ondisk: there are no targets to take classes from")
	}
	d.open.RLock()
	defer d.open.RUnlock()
	if d.closed {
		return errClosed
	}
	targets := &Dataset{x: d.y[:1]}
	row := 0
	for b, err := range targets.Batches(data.Order{BatchSize: max(1, math.MaxUint16/d.y[0].row), Shuffle: data.ShuffleOff}) {
		if err != nil {
			return err
		}
		labels, err := data.Labels(b.X)
		if err != nil {
			return fmt.Errorf("ondisk: %s: from row %d on: %w", d.y[0].path, row, err)
		}
		take(labels)
		row += len(labels)
	}
	return nil
}
