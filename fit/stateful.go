package fit

import (
	"fmt"

	"github.com/counterweight-go/counterweight/data"
)

// A model with layers that keep states from one batch to the next takes batches
// of one size: row i of a batch goes on from row i of the batch before.

// batchSize returns the number of rows of a batch, where so many are asked for,
// 0 for the default.
func (t *Trainer) batchSize(asked int) (int, error) {
	fixed := t.model.BatchSize()
	switch {
	case fixed == 0 || asked == fixed:
		return asked, nil
	case asked == 0:
		return fixed, nil
	}
	return 0, fmt.Errorf("fit: a batch size of %d, expected %d as of the layer.Input: layers keep states between batches", asked, fixed)
}

// check is that of the options, after those that the model decides.
func (t *Trainer) check(o *Options, n int) error {
	for _, size := range []*int{&o.BatchSize, &o.ValidationBatchSize} {
		var err error
		if *size, err = t.batchSize(*size); err != nil {
			return err
		}
	}
	return o.check(n)
}

// fills checks that a data set of known length makes full batches.
func (t *Trainer) fills(ds data.Dataset) error {
	fixed := t.model.BatchSize()
	if fixed == 0 || ds == nil || ds.Len() < 0 || ds.Len()%fixed == 0 {
		return nil
	}
	return fmt.Errorf("fit: %d rows, expected full batches of %d: layers keep states between batches", ds.Len(), fixed)
}

// planOf returns the plan of a mode for a batch of n rows.
func (t *Trainer) planOf(m mode, n int) (*plan, error) {
	if fixed := t.model.BatchSize(); fixed != 0 && n != fixed {
		return nil, fmt.Errorf("fit: a batch of %d rows, expected %d: layers keep states between batches", n, fixed)
	}
	return t.plans.get(t, m, n)
}
