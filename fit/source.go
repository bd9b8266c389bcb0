package fit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strings"

	"github.com/counterweight-go/counterweight/data"
)

// source hands out the batches of one epoch after another. With a number of
// steps, an epoch goes on where the one before stopped, as in Keras; without,
// each epoch is one pass over the data.
type source struct {
	ds    data.Dataset
	order data.Order
	steps int // 0 for a whole pass
	log   *slog.Logger

	next  func() (feed, error, bool) // the running pass; nil for none
	stop  func()
	taken int // batches of the running pass
	from  int // batches of the next epoch that are done
}

// place returns the number of the running pass and how many of its batches were
// taken, or that of the next one and 0.
func (s *source) place() (pass, taken int) {
	if s.next == nil {
		return int(s.order.Pass), 0
	}
	return int(s.order.Pass) - 1, s.taken
}

// jump goes to a place, in an epoch of which some batches are done.
func (s *source) jump(pass, taken, done int) error {
	s.close()
	s.order.Pass, s.from = uint64(pass), done
	if taken == 0 {
		return nil
	}
	if err := s.begin(); err != nil {
		return err
	}
	for range taken {
		switch _, err, more := s.next(); {
		case err != nil:
			return fmt.Errorf("fit: resume: %w", err)
		case !more:
			return fmt.Errorf("fit: resume: the data set has fewer than the %d batches that were taken", taken)
		}
	}
	s.taken = taken
	return nil
}

// epoch calls step with each batch of the next epoch. It stops at the first
// error, and at ctx between batches.
func (s *source) epoch(ctx context.Context, step func(i int, f feed) error) error {
	done := s.from
	s.from = 0
	for s.steps == 0 || done < s.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		f, more, err := s.pull(done == 0)
		if err != nil {
			return unread(err, done)
		}
		if !more {
			if s.steps > 0 {
				s.log.Warn("the data ran out within an epoch", "batches", done, "steps per epoch", s.steps)
			}
			return nil
		}
		if err := step(done, f); err != nil {
			return err
		}
		done++
	}
	return nil
}

// unread adds the place to an error of a data set, which may be one of ours.
func unread(err error, batch int) error {
	if strings.HasPrefix(err.Error(), "fit: ") {
		return fmt.Errorf("%w (reading batch %d)", err, batch)
	}
	return fmt.Errorf("fit: reading batch %d: %w", batch, err)
}

// pull returns the next batch of the pass. Where the pass is over it starts
// another one if fresh is set, at the start of an epoch.
func (s *source) pull(fresh bool) (f feed, more bool, err error) {
	if s.next != nil {
		f, err, more = s.next()
		if more {
			s.taken++
			return f, true, err
		}
		s.close()
	}
	if !fresh {
		return f, false, nil
	}
	if err := s.begin(); err != nil {
		return f, false, err
	}
	f, err, more = s.next()
	if !more {
		s.close()
		err = errors.New("the data set gave no batch")
	}
	s.taken++
	return f, more, err
}

// begin starts a pass. Arrays in memory are read where they lie, in the order
// of the pass; other data sets are read ahead, on a goroutine that ends with
// the pass.
func (s *source) begin() error {
	order, ds := s.order, s.ds
	s.order.Pass++
	s.taken = 0
	for {
		of, ok := ds.(staged)
		if !ok {
			break
		}
		var err error
		if ds, err = of.of(order.Pass); err != nil {
			return err
		}
	}
	inMemory, ok := ds.(*data.Tensors)
	if !ok {
		batches, stop := iter.Pull2(data.Prefetch{Dataset: ds}.Batches(order))
		s.stop = stop
		s.next = func() (feed, error, bool) {
			b, err, more := batches()
			if !more || err != nil {
				return feed{}, err, more
			}
			return feedOf(b), nil, true
		}
		return nil
	}
	rows, err := order.Permutation(inMemory.Len())
	if err != nil {
		return err
	}
	size, _ := order.Size() // Permutation has checked it
	x, y, w := inMemory.Arrays()
	more := inMemory.Further()
	at, n := 0, inMemory.Len()
	s.next = func() (feed, error, bool) {
		if at >= n {
			return feed{}, nil, false
		}
		f := feed{x: x, y: y, w: w, more: more, order: rows, at: at, n: min(size, n-at)}
		at += f.n
		return f, nil, true
	}
	return nil
}

// close ends the running pass.
func (s *source) close() {
	if s.stop != nil {
		s.stop()
	}
	s.next, s.stop = nil, nil
}
