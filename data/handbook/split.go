package handbook

import (
	"fmt"
	"iter"
	"slices"
	"sort"
	"time"
)

const (
	trainDays = 7
	delayDays = 7
	testDays  = 7
)

// Split names the rows to train and to test on, both in ascending order.
type Split struct {
	Train, Test []int
}

// SplitAt returns the handbook's split that starts at the calendar date of
// start: train on days 0 to 6 from there, and test on days 14 to 20, after
// the week that it takes to learn which transactions were frauds.
//
// A customer whose card is known to be compromised is left out of the test:
// from test day d = 0 to 6, who had a fraud on days 0 to 6+d from start.
//
// The table must cover all 21 days, or SplitAt returns an error.
func (tx *Transactions) SplitAt(start time.Time) (Split, error) {
	if err := tx.check(); err != nil {
		return Split{}, err
	}
	covered := 0
	if n := tx.Len(); n > 0 {
		covered = tx.Day(n-1) + 1
	}
	first := int(midnight(start).Sub(midnight(tx.Start)) / (24 * time.Hour))
	const span = trainDays + delayDays + testDays
	if first < 0 || first+span > covered {
		return Split{}, fmt.Errorf("handbook: split at %s needs %d days, but the transactions cover %d days from %s",
			start.Format(time.DateOnly), span, covered, tx.Start.Format(time.DateOnly))
	}

	var s Split
	known := map[int32]bool{}
	learn := func(from, to int) {
		for row := range tx.rowsOf(from, to) {
			if tx.Fraud(row) {
				known[tx.Customer[row]] = true
			}
		}
	}
	s.Train = slices.Collect(tx.rowsOf(first, first+trainDays))
	learn(first, first+trainDays)
	for d := range testDays {
		if d > 0 {
			learn(first+trainDays+d-1, first+trainDays+d)
		}
		day := first + trainDays + delayDays + d
		for row := range tx.rowsOf(day, day+1) {
			if !known[tx.Customer[row]] {
				s.Test = append(s.Test, row)
			}
		}
	}
	return s, nil
}

// rowsOf yields the rows of the days [from, to).
func (tx *Transactions) rowsOf(from, to int) iter.Seq[int] {
	at := func(day int) int {
		return sort.Search(tx.Len(), func(row int) bool { return tx.Day(row) >= day })
	}
	return func(yield func(int) bool) {
		for row, end := at(from), at(to); row < end && yield(row); row++ {
		}
	}
}

// PrequentialFolds returns the splits that start at start, a week before it,
// two weeks before it and so on, the latest first. The handbook's own are
// four from 2018-08-15.
func (tx *Transactions) PrequentialFolds(start time.Time, folds int) ([]Split, error) {
	if folds < 1 {
		return nil, fmt.Errorf("handbook: %d folds, want at least 1", folds)
	}
	splits := make([]Split, folds)
	for f := range splits {
		var err error
		if splits[f], err = tx.SplitAt(start.AddDate(0, 0, -7*f)); err != nil {
			return nil, fmt.Errorf("fold %d: %w", f, err)
		}
	}
	return splits, nil
}
