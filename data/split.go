package data

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// SplitTail returns the row at which the tail of n rows begins, as Keras's
// validation_split: floor(n (1 - fraction)). Rows before it are for training,
// those from it on for validation; they are not shuffled first. A fraction
// outside (0,1), or one that leaves either end empty, is an error.
func SplitTail(n int, fraction float64) (at int, err error) {
	if !(fraction > 0 && fraction < 1) {
		return 0, fmt.Errorf("data: validation split %v, want a fraction between 0 and 1, both excluded", fraction)
	}
	at = int(math.Floor(float64(n) * (1 - fraction)))
	if at < 1 || at >= n {
		return 0, fmt.Errorf("data: validation split %v of %d rows leaves %d for training and %d for validation, want at least one in each", fraction, n, max(at, 0), n-max(at, 0))
	}
	return at, nil
}

// StratifiedSplit puts a fraction of the rows of each class aside for testing:
// fraction times the class's rows, rounded (halves up), but at least one row and
// all but one at most, so that even the rarest class is on both sides. Which
// rows is drawn from seed; train and test list them in ascending order and are
// disjoint. A fraction outside (0,1), no rows, or a class with a single row is
// an error.
func StratifiedSplit(labels []int, fraction float64, seed uint64) (train, test []int, err error) {
	if !(fraction > 0 && fraction < 1) {
		return nil, nil, fmt.Errorf("data: test fraction %v, want a number between 0 and 1, both excluded", fraction)
	}
	classes, err := shuffledClasses(labels, 2, seed)
	if err != nil {
		return nil, nil, err
	}
	for _, rows := range classes {
		n := int(math.Floor(fraction*float64(len(rows)) + 0.5))
		n = min(max(n, 1), len(rows)-1)
		test = append(test, rows[:n]...)
		train = append(train, rows[n:]...)
	}
	slices.Sort(train)
	slices.Sort(test)
	return train, test, nil
}

// Fold is one division of the rows: Test is this fold, Train all others. Both
// are in ascending order.
type Fold struct {
	Train, Test []int
}

// StratifiedKFold divides the rows into folds. The rows of each class, and all
// rows, are spread so evenly that the numbers in any two folds differ by at most
// one. Which rows is drawn from seed. Fewer than two folds, no rows, or a class
// with fewer rows than folds is an error.
func StratifiedKFold(labels []int, folds int, seed uint64) ([]Fold, error) {
	if folds < 2 {
		return nil, fmt.Errorf("data: %d folds, want at least 2", folds)
	}
	classes, err := shuffledClasses(labels, folds, seed)
	if err != nil {
		return nil, err
	}
	// Dealing goes on where the class before stopped: that evens out the totals.
	in, deal := make([]int, len(labels)), 0
	for _, rows := range classes {
		for _, r := range rows {
			in[r] = deal % folds
			deal++
		}
	}
	out := make([]Fold, folds)
	for r, f := range in {
		for i := range out {
			if i == f {
				out[i].Test = append(out[i].Test, r)
			} else {
				out[i].Train = append(out[i].Train, r)
			}
		}
	}
	return out, nil
}

// shuffledClasses lists the rows of each class, in ascending order of the
// classes, each list shuffled.
func shuffledClasses(labels []int, least int, seed uint64) ([][]int, error) {
	if len(labels) == 0 {
		return nil, errors.New("data: no labels to split")
	}
	rows := map[int][]int{}
	for i, c := range labels {
		rows[c] = append(rows[c], i)
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	var out [][]int
	for _, c := range slices.Sorted(maps.Keys(rows)) {
		r := rows[c]
		if len(r) < least {
			return nil, fmt.Errorf("data: class %d has too few rows to split: %d, want at least %d", c, len(r), least)
		}
		rng.Shuffle(len(r), func(i, j int) { r[i], r[j] = r[j], r[i] })
		out = append(out, r)
	}
	return out, nil
}
