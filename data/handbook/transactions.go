package handbook

import (
	"fmt"
	"sort"
	"time"
)

// Transactions is a table of card transactions in columns of equal length,
// sorted by time. Generate makes one; a caller may fill in their own.
type Transactions struct {
	Start    time.Time // day 0; only its calendar date counts
	Time     []int32   // seconds since midnight of day 0, never falling
	Customer []int32   // from 0; memory grows with the largest
	Terminal []int32   // from 0; memory grows with the largest
	Amount   []float64
	Scenario []uint8 // 0 is genuine; 1, 2 and 3 are Generate's kinds of fraud
}

// Len returns the number of transactions.
func (tx *Transactions) Len() int { return len(tx.Time) }

// Fraud reports whether a transaction is a fraud, of whatever scenario.
func (tx *Transactions) Fraud(row int) bool { return tx.Scenario[row] != 0 }

// Day returns the day of a transaction, counted from Start.
func (tx *Transactions) Day(row int) int { return int(tx.Time[row] / daySeconds) }

// check returns an error unless the table is as its fields promise.
func (tx *Transactions) check() error {
	n := len(tx.Time)
	for _, c := range []struct {
		name string
		len  int
	}{
		{"customer", len(tx.Customer)}, {"terminal", len(tx.Terminal)},
		{"amount", len(tx.Amount)}, {"scenario", len(tx.Scenario)},
	} {
		if c.len != n {
			return fmt.Errorf("handbook: %d times but %d in column %s", n, c.len, c.name)
		}
	}
	var before int32
	for i, t := range tx.Time {
		if t < before {
			return fmt.Errorf("handbook: row %d has time %d, want at least %d: times must not be negative or fall", i, t, before)
		}
		if tx.Customer[i] < 0 || tx.Terminal[i] < 0 {
			return fmt.Errorf("handbook: row %d has customer %d and terminal %d, want 0 or more", i, tx.Customer[i], tx.Terminal[i])
		}
		before = t
	}
	return nil
}

// groups holds the rows of each customer or of each terminal.
type groups struct {
	start []int32
	rows  []int32
}

// groupBy collects the rows of each key from 0 to n-1, in the table's order.
func groupBy(keys []int32, n int) groups {
	g := groups{start: make([]int32, n+1), rows: make([]int32, len(keys))}
	for _, k := range keys {
		g.start[int(k)+1]++
	}
	for k := range n {
		g.start[k+1] += g.start[k]
	}
	next := append([]int32(nil), g.start[:n]...)
	for row, k := range keys {
		g.rows[next[k]] = int32(row)
		next[k]++
	}
	return g
}

func (g groups) len() int { return len(g.start) - 1 }

func (g groups) of(key int) []int32 { return g.rows[g.start[key]:g.start[key+1]] }

// within cuts rows, which are in the table's order, to the days [from, to).
func (tx *Transactions) within(rows []int32, from, to int) []int32 {
	at := func(day int) int {
		return sort.Search(len(rows), func(i int) bool { return tx.Day(int(rows[i])) >= day })
	}
	return rows[at(from):at(to)]
}
