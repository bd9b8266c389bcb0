package metric

import (
	"cmp"
	"fmt"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// The metrics in this file look at the K rows with the highest scores, as many
// as can be acted on. Rows whose scores tie at the K-th place share the rest of
// the places, so the order of rows does not matter. Weights count rows: a row of
// weight 2 takes two places. Where there are fewer than K rows, all of them
// count. K > 1 columns are ranked one by one, and the plain mean is the result.
// Their state is that of ROCAUC.

// PrecisionAtK is the share of positives among the top K.
type PrecisionAtK struct {
	K        int     // rows
	Fraction float64 // of all rows, in (0, 1], instead of K
	Label    string  // name, "precision_at_k" if empty
}

func (m PrecisionAtK) Name() string         { return cmp.Or(m.Label, "precision_at_k") }
func (m PrecisionAtK) Direction() Direction { return Up }
func (m PrecisionAtK) New(trueShape, predShape []int) (State, error) {
	return newTop(m.Name(), trueShape, predShape, m.K, m.Fraction, func(found, looked, _, _ float64) float64 {
		return ratio(found, looked)
	})
}

// RecallAtK is the share of all positives that the top K hold; 0 without
// positives.
type RecallAtK struct {
	K        int     // as in PrecisionAtK
	Fraction float64 // as in PrecisionAtK
	Label    string  // name, "recall_at_k" if empty
}

func (m RecallAtK) Name() string         { return cmp.Or(m.Label, "recall_at_k") }
func (m RecallAtK) Direction() Direction { return Up }
func (m RecallAtK) New(trueShape, predShape []int) (State, error) {
	return newTop(m.Name(), trueShape, predShape, m.K, m.Fraction, func(found, _, positives, _ float64) float64 {
		return ratio(found, positives)
	})
}

// LiftAtK is PrecisionAtK over the share of positives among all rows: how many
// times more positives the top K hold than K random rows; 0 without positives.
type LiftAtK struct {
	K        int     // as in PrecisionAtK
	Fraction float64 // as in PrecisionAtK
	Label    string  // name, "lift_at_k" if empty
}

func (m LiftAtK) Name() string         { return cmp.Or(m.Label, "lift_at_k") }
func (m LiftAtK) Direction() Direction { return Up }
func (m LiftAtK) New(trueShape, predShape []int) (State, error) {
	return newTop(m.Name(), trueShape, predShape, m.K, m.Fraction, func(found, looked, positives, all float64) float64 {
		return ratio(ratio(found, looked), ratio(positives, all))
	})
}

func newTop(name string, trueShape, predShape []int, k int, fraction float64, value func(found, looked, positives, all float64) float64) (State, error) {
	if (k == 0) == (fraction == 0) {
		return nil, fmt.Errorf("metric: %s: K is %d and Fraction %v, want one of them", name, k, fraction)
	}
	if k < 0 || !(fraction >= 0 && fraction <= 1) {
		return nil, fmt.Errorf("metric: %s: K is %d and Fraction %v, want a number of rows or a share up to 1", name, k, fraction)
	}
	return newRanking(name, trueShape, predShape, Macro, func(c *rank.Curve) float64 {
		positives, negatives := c.Totals()
		all := positives + negatives
		found, looked := c.Top(cmp.Or(float64(k), fraction*all))
		return value(found, looked, positives, all)
	})
}
