package calibrate

import (
	"fmt"
	"math"
	"sort"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Bin is one line of a reliability table.
type Bin struct {
	Lower, Upper float64 // EqualWidth: the edges, Lower excluded; EqualMass: the extreme probabilities
	Weight       float64 // of its rows; their number if unweighted
	Predicted    float64 // mean probability
	Observed     float64 // share of positives
}

// Binning says how Reliability cuts [0, 1].
type Binning int

const (
	EqualWidth Binning = iota // bins of width 1/n
	EqualMass                 // bins of about the same weight; rare events need this
)

// Reliability compares predicted probabilities with the share of positives, bin
// by bin: calibrated probabilities have Predicted = Observed up to noise. Labels
// are 0 or 1; weight nil means ones. Empty bins are left out. Equal
// probabilities share a bin: under EqualMass a value that many rows have can
// outgrow a bin and leave others empty.
func Reliability(y, prob, weight []float64, bins int, binning Binning) ([]Bin, error) {
	if bins < 1 {
		return nil, fmt.Errorf("calibrate: %d bins, want at least 1", bins)
	}
	if binning != EqualWidth && binning != EqualMass {
		return nil, fmt.Errorf("calibrate: unknown binning %d", binning)
	}
	c, err := rank.New(y, prob, weight)
	if err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	for i, p := range prob {
		if err := probability(i, p); err != nil {
			return nil, err
		}
	}
	positive, negative := c.Totals()
	all := positive + negative
	table, last := []Bin(nil), -1
	for i := len(c.Score) - 1; i >= 0; i-- {
		// TP and FP count from the highest probability down; the rows of this
		// one are what they gain on the next higher one.
		var above, tp float64
		if i > 0 {
			above, tp = c.TP[i-1]+c.FP[i-1], c.TP[i-1]
		}
		p, pos, w := c.Score[i], c.TP[i]-tp, c.TP[i]+c.FP[i]-above
		if w == 0 {
			continue // lost beside far greater weights
		}
		edge := func(i int) float64 { return float64(i) / float64(bins) }
		at := sort.Search(bins, func(i int) bool { return p <= edge(i+1) })
		lower, upper := edge(at), edge(at+1)
		if binning == EqualMass {
			at = int((all - above - w/2) / all * float64(bins))
			lower, upper = p, p
		}
		if at != last {
			table, last = append(table, Bin{Lower: lower}), at
		}
		b := &table[len(table)-1]
		b.Upper = upper
		b.Weight += w
		b.Predicted += w * p
		b.Observed += pos
	}
	for i := range table {
		table[i].Predicted /= table[i].Weight
		table[i].Observed /= table[i].Weight
	}
	return table, nil
}

// CalibrationError is the mean of |Observed - Predicted| over the bins by their
// weight, the expected calibration error of Naeini et al. (2015). It is 0
// without bins.
func CalibrationError(table []Bin) float64 {
	var sum, all float64
	for _, b := range table {
		sum += b.Weight * math.Abs(b.Observed-b.Predicted)
		all += b.Weight
	}
	if all == 0 {
		return 0
	}
	return sum / all
}
