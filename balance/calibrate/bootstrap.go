package calibrate

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Bootstrap chooses a threshold again on rows drawn with replacement, as many
// as there are, and takes percentiles of what comes out (Efron 1979). With few
// positives the interval of the threshold is wide, whatever the number of
// negatives.
type Bootstrap struct {
	Resamples int     // 0 means 1000
	Level     float64 // share of the resamples between the ends, below 1; 0 means 0.95
	Seed      uint64  // the same seed gives the same bits
}

// Interval holds the ends of a percentile interval.
type Interval struct{ Lower, Upper float64 }

// Choice is a threshold with the interval of what other rows might have led to.
type Choice struct {
	Threshold, Value   float64 // on the rows as they are
	Thresholds, Values Interval
	// Failed counts the resamples that allowed no choice: one class only, or a
	// floor out of reach. The intervals are of the others.
	Failed int
}

// Threshold applies the criterion to the rows and to each resample. Rows are
// drawn by multiplying weights by the number of times a row was drawn, so that
// a criterion with a cost for each row keeps its rows.
//
// Each value is of the threshold that was chosen on the same resample, which
// makes it as optimistic as the value on the rows is.
func (b Bootstrap) Threshold(c Criterion, y, score, weight []float64) (Choice, error) {
	if c == nil {
		return Choice{}, errors.New("calibrate: no criterion to choose by")
	}
	resamples, level := b.Resamples, b.Level
	if resamples == 0 {
		resamples = 1000
	}
	if level == 0 {
		level = .95
	}
	if resamples < 0 {
		return Choice{}, fmt.Errorf("calibrate: %d resamples, want a positive number", resamples)
	}
	if !(level > 0 && level < 1) {
		return Choice{}, fmt.Errorf("calibrate: level is %v, want it between 0 and 1", level)
	}
	var choice Choice
	var err error
	if choice.Threshold, choice.Value, err = c.Threshold(y, score, weight); err != nil {
		return Choice{}, err
	}
	drawn := make([]float64, len(y))
	var thresholds, values []float64
	for r := range resamples {
		rng := rand.New(rand.NewPCG(b.Seed, uint64(r)))
		clear(drawn)
		for range y {
			drawn[rng.IntN(len(y))]++
		}
		for i := range drawn {
			drawn[i] *= rank.WeightOf(weight, i)
		}
		at, value, err := c.Threshold(y, score, drawn)
		if errors.Is(err, ErrNoThreshold) {
			choice.Failed++
			continue
		}
		if err != nil {
			return Choice{}, fmt.Errorf("calibrate: resample %d: %w", r, err)
		}
		thresholds, values = append(thresholds, at), append(values, value)
	}
	if len(thresholds) == 0 {
		return Choice{}, fmt.Errorf("calibrate: %w on any of %d resamples", ErrNoThreshold, resamples)
	}
	choice.Thresholds, choice.Values = percentiles(thresholds, level), percentiles(values, level)
	return choice, nil
}

// percentiles cuts half of what level leaves from each end, along straight lines
// between the sorted values.
func percentiles(x []float64, level float64) Interval {
	slices.Sort(x)
	at := func(q float64) float64 {
		whole, part := math.Modf(q * float64(len(x)-1))
		i := int(whole)
		if part == 0 || x[i] == x[i+1] { // equal infinities have no difference
			return x[i]
		}
		return x[i] + part*(x[i+1]-x[i])
	}
	return Interval{at((1 - level) / 2), at((1 + level) / 2)}
}
