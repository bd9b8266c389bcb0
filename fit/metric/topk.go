package metric

import (
	"cmp"
	"fmt"
	"slices"
)

// TopKCategoricalAccuracy is the share of rows whose largest target, the first
// of equal ones, is in a column with one of the K largest predictions. All
// columns that tie with the K-th are among them.
type TopKCategoricalAccuracy struct {
	K     int    // 0 means 5
	Label string // name, "top_k_categorical_accuracy" if empty
}

func (m TopKCategoricalAccuracy) Name() string {
	return cmp.Or(m.Label, "top_k_categorical_accuracy")
}
func (m TopKCategoricalAccuracy) Direction() Direction { return Up }
func (m TopKCategoricalAccuracy) New(trueShape, predShape []int) (State, error) {
	k := cmp.Or(m.K, 5)
	if err := checkTop(m.Name(), k, predShape); err != nil {
		return nil, err
	}
	return newRowMean(m.Name(), trueShape, predShape, false, func(y, p []float64, _ bool) float64 {
		return indicator(amongTop(p, argmax(y), k))
	})
}

// SparseTopKCategoricalAccuracy is TopKCategoricalAccuracy for class indices.
type SparseTopKCategoricalAccuracy struct {
	K int // 0 means 5
	// FromSortedIDs says that predictions are class indices from the most to
	// the least likely, of which the first K count.
	FromSortedIDs bool
	Label         string // name, "sparse_top_k_categorical_accuracy" if empty
}

func (m SparseTopKCategoricalAccuracy) Name() string {
	return cmp.Or(m.Label, "sparse_top_k_categorical_accuracy")
}
func (m SparseTopKCategoricalAccuracy) Direction() Direction { return Up }
func (m SparseTopKCategoricalAccuracy) New(trueShape, predShape []int) (State, error) {
	k := cmp.Or(m.K, 5)
	if err := checkTop(m.Name(), k, predShape); err != nil {
		return nil, err
	}
	s, err := newRowMean(m.Name(), trueShape, predShape, true, func(y, p []float64, _ bool) float64 {
		if m.FromSortedIDs {
			return indicator(slices.Contains(p[:k], y[0]))
		}
		return indicator(amongTop(p, int(y[0]), k))
	})
	if err != nil {
		return nil, err
	}
	s.(*mean).anyIndex = m.FromSortedIDs
	return s, nil
}

func checkTop(name string, k int, predShape []int) error {
	if k < 1 || k > last(predShape) {
		return fmt.Errorf("metric: %s: the top %d of %d columns", name, k, last(predShape))
	}
	return nil
}

// amongTop says whether fewer than k predictions are larger than that of class.
func amongTop(p []float64, class, k int) bool {
	larger := 0
	for _, x := range p {
		if x > p[class] {
			larger++
		}
	}
	return larger < k
}
