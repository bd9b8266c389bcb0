package fit

import (
	"context"
	"fmt"
	"iter"
	"log/slog"

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

	next func() (data.Batch, error, bool)
	stop func()
}

// epoch calls step with each batch of the next epoch. It stops at the first
// error, and at ctx between batches. It returns how many batches there were.
func (s *source) epoch(ctx context.Context, step func(i int, b data.Batch) error) (batches int, err error) {
	for s.steps == 0 || batches < s.steps {
		if err := ctx.Err(); err != nil {
			return batches, err
		}
		b, more, err := s.pull(batches == 0)
		if err != nil {
			return batches, fmt.Errorf("fit: reading batch %d: %w", batches, err)
		}
		if !more {
			if s.steps > 0 {
				s.log.Warn("the data ran out within an epoch", "batches", batches, "steps per epoch", s.steps)
			}
			break
		}
		if err := step(batches, b); err != nil {
			return batches, err
		}
		batches++
	}
	return batches, nil
}

// pull returns the next batch of the pass. Where the pass is over it starts
// another one if fresh is set, at the start of an epoch.
func (s *source) pull(fresh bool) (b data.Batch, more bool, err error) {
	if s.next != nil {
		b, err, more = s.next()
		if more {
			return b, true, err
		}
		s.close()
	}
	if !fresh {
		return b, false, nil
	}
	s.next, s.stop = iter.Pull2(s.ds.Batches(s.order))
	s.order.Pass++
	b, err, more = s.next()
	if !more {
		s.close()
		err = fmt.Errorf("the data set gave no batch")
	}
	return b, more, err
}

// close ends the running pass.
func (s *source) close() {
	if s.stop != nil {
		s.stop()
	}
	s.next, s.stop = nil, nil
}
