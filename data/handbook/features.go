package handbook

import (
	"context"
	"slices"
	"time"
)

// NumFeatures is the number of features of a transaction.
const NumFeatures = 15

// FeatureNames returns the names of the features in their order: C counts
// and averages over a customer's transactions, T over a terminal's, in
// windows of as many days as the name says.
func FeatureNames() [NumFeatures]string {
	return [NumFeatures]string{
		"AMOUNT", "WEEKEND", "NIGHT",
		"C_NB1", "C_AVG1", "C_NB7", "C_AVG7", "C_NB30", "C_AVG30",
		"T_NB1", "T_RISK1", "T_NB7", "T_RISK7", "T_NB30", "T_RISK30",
	}
}

// Where the features of the windows start.
const (
	customerColumn = 3
	terminalColumn = 9
)

// terminalDelay is the time after which frauds at a terminal are known.
const terminalDelay = 7 * daySeconds

// Features holds what a model sees of each transaction.
type Features struct {
	X [][NumFeatures]float32 // computed in float64, rounded once
	Y []float32              // 1 for fraud, 0 for genuine
}

// Features computes the handbook's features of every transaction:
//
//   - the amount; 1 on Saturdays and Sundays; 1 at night, from 0:00:00 to
//     6:59:59;
//   - for w = 1, 7 and 30 days, the number of the customer's transactions
//     and their mean amount in (t-w, t], this one included;
//   - for the same w, the number of the terminal's transactions and their
//     share of frauds in (t-w-7 days, t-7 days], 0 where there are none.
//
// Of transactions of one customer in the same second, each sees those above
// it in the table and not those below. An error means that the table breaks
// a promise of its fields, or that ctx is done.
func (tx *Transactions) Features(ctx context.Context) (*Features, error) {
	if err := tx.check(); err != nil {
		return nil, err
	}
	n := tx.Len()
	f := &Features{X: make([][NumFeatures]float32, n), Y: make([]float32, n)}
	if n == 0 {
		return f, nil
	}
	fraud := make([]float64, n)
	for row := range f.X {
		x := &f.X[row]
		x[0] = float32(tx.Amount[row])
		switch (tx.Start.Weekday() + time.Weekday(tx.Day(row))) % 7 {
		case time.Saturday, time.Sunday:
			x[1] = 1
		}
		if tx.Time[row]%daySeconds < 7*60*60 {
			x[2] = 1
		}
		if tx.Fraud(row) {
			fraud[row], f.Y[row] = 1, 1
		}
	}
	if err := f.windows(ctx, tx.Time, tx.Customer, tx.Amount, 0, customerColumn); err != nil {
		return nil, err
	}
	if err := f.windows(ctx, tx.Time, tx.Terminal, fraud, terminalDelay, terminalColumn); err != nil {
		return nil, err
	}
	return f, nil
}

// windows writes, from the given column on, the number of rows of the same
// key and the mean of their values for each window that ends delay seconds
// before a row.
func (f *Features) windows(ctx context.Context, seconds, keys []int32, values []float64, delay int32, column int) error {
	g := groupBy(keys, int(slices.Max(keys))+1)
	return forEach(ctx, g.len(), func() func(int) {
		var at []int32 // the group's columns side by side
		var value []float64
		return func(key int) {
			rows := g.of(key)
			at, value = at[:0], value[:0]
			for _, row := range rows {
				at, value = append(at, seconds[row]), append(value, values[row])
			}
			last := -1 // in the windows, and not below row i
			for i, row := range rows {
				end := at[i] - delay
				for last < i && at[last+1] <= end {
					last++
				}
				x := f.X[row][column:]
				sum, j := 0.0, last // the windows share their ends, so one walk back serves all
				for w, days := range [...]int32{1, 7, 30} {
					for ; j >= 0 && at[j] > end-days*daySeconds; j-- {
						sum += value[j]
					}
					if n := last - j; n > 0 {
						x[2*w], x[2*w+1] = float32(n), float32(sum/float64(n))
					}
				}
			}
		}
	})
}
