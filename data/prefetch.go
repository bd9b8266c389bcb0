package data

import (
	"fmt"
	"iter"

	"gorgonia.org/tensor"
)

// Prefetch is a Dataset that reads the next batch of another one on a goroutine
// of its own, while the consumer works on the one before.
//
// Batches are copied, so a batch stays valid until the next one is asked for, as
// everywhere. The goroutine starts with a pass and has ended when the pass is
// over, also where the consumer stops early: leaving the loop waits for the
// batch that is being read. A panic of the source ends the pass with an error.
type Prefetch struct {
	Dataset
}

// Batches starts a pass of the source. Several passes may run at once if the
// source allows it.
func (p Prefetch) Batches(o Order) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		// Two rooms: one is the consumer's, the other is being filled.
		free, full := make(chan *room, 2), make(chan *room)
		quit, ended := make(chan struct{}), make(chan struct{})
		free <- new(room)
		free <- new(room)
		go func() {
			defer close(ended)
			defer close(full)
			read(p.Dataset, o, free, full, quit)
		}()
		defer func() {
			close(quit)
			<-ended
		}()
		for r := range full {
			if !yield(r.batch, r.err) {
				return
			}
			free <- r
		}
	}
}

// room holds a copy of a batch.
type room struct {
	batch Batch
	err   error
}

// read fills free rooms with the batches of a pass.
func read(ds Dataset, o Order, free <-chan *room, full chan<- *room, quit <-chan struct{}) {
	send := func(b Batch, err error) bool {
		var r *room
		select {
		case <-quit:
			return false
		case r = <-free:
		}
		r.batch.X, r.batch.Y, r.batch.W = copyTo(r.batch.X, b.X), copyTo(r.batch.Y, b.Y), copyTo(r.batch.W, b.W)
		r.batch.MoreX, r.batch.MoreY, r.batch.MoreW = copyAll(r.batch.MoreX, b.MoreX), copyAll(r.batch.MoreY, b.MoreY), copyAll(r.batch.MoreW, b.MoreW)
		r.err = err
		select {
		case <-quit:
			return false
		case full <- r:
			return true
		}
	}
	defer func() {
		if v := recover(); v != nil {
			send(Batch{}, fmt.Errorf("data: the data set panicked: %v", v))
		}
	}()
	for b, err := range ds.Batches(o) {
		select { // before copying
		case <-quit:
			return
		default:
		}
		if !send(b, err) {
			return
		}
	}
}

// copyAll is copyTo for lists.
func copyAll(dst, src []*tensor.Dense) []*tensor.Dense {
	dst = append(dst[:min(len(dst), len(src))], make([]*tensor.Dense, max(0, len(src)-len(dst)))...)
	for i, s := range src {
		dst[i] = copyTo(dst[i], s)
	}
	return dst
}

// copyTo returns a copy of src, in the memory of dst where that fits. Dense
// tensors that are not contiguous floats are cloned by their own rules.
func copyTo(dst, src *tensor.Dense) *tensor.Dense {
	if src == nil {
		return nil
	}
	if dt := src.Dtype(); dt != tensor.Float32 && dt != tensor.Float64 || !rowMajor(src) || src.Dims() == 0 || src.IsMasked() {
		return src.Clone().(*tensor.Dense)
	}
	if dst == nil || dst.Dtype() != src.Dtype() || !dst.Shape().Eq(src.Shape()) {
		dst = like(src, src.Shape()[0])
	}
	if src.Dtype() == tensor.Float32 {
		copy(dst.Float32s(), src.Float32s())
	} else {
		copy(dst.Float64s(), src.Float64s())
	}
	return dst
}
