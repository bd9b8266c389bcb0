package metric

import (
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// layout says how targets line up with predictions. All leading axes together
// are the rows; a row has k predictions, the last axis, and either k targets or
// one class index.
type layout struct {
	name        string // of the metric, for errors
	truth, pred []int  // shapes without the batch axis
	k           int
	sparse      bool
	anyIndex    bool // class indices need not be those of a column
}

// align accepts targets of the predictions' shape, up to a last axis of length
// 1, and class indices: the predictions' shape without its last axis, or with a
// last axis of 1.
func align(name string, truth, pred []int) (layout, error) {
	l := layout{name: name, truth: slices.Clone(truth), pred: slices.Clone(pred), k: last(pred)}
	switch {
	case size(pred) == 0:
		return l, fmt.Errorf("metric: %s: predictions of shape %v (without the batch axis) hold no values", name, pred)
	case sameButUnit(truth, pred):
	case l.k > 1 && sameButUnit(truth, pred[:len(pred)-1]):
		l.sparse = true
	default:
		return l, fmt.Errorf("metric: %s: targets of shape %v against predictions of shape %v (without the batch axis), want equal shapes or class indices", name, truth, pred)
	}
	return l, nil
}

// alignEach is align for a metric that averages over single values: it wants a
// target for each prediction and sees rows of one.
func alignEach(name string, truth, pred []int) (layout, error) {
	l, err := align(name, truth, pred)
	if err == nil && l.sparse {
		err = fmt.Errorf("metric: %s: class indices of shape %v against predictions of shape %v (without the batch axis), want equal shapes", name, truth, pred)
	}
	l.k = 1
	return l, err
}

// others marks the columns that are not in the list; nil for a nil list.
func (l *layout) others(what string, columns []int) ([]bool, error) {
	return pickClasses(l.name, what, columns, l.k)
}

// pickClasses is others among k classes.
func pickClasses(name, what string, classes []int, k int) ([]bool, error) {
	if classes == nil {
		return nil, nil
	}
	skip := slices.Repeat([]bool{true}, k)
	for _, c := range classes {
		if c < 0 || c >= k {
			return nil, fmt.Errorf("metric: %s: %s %d, want one from 0 to %d", name, what, c, k-1)
		}
		skip[c] = false
	}
	return skip, nil
}

// view is a batch seen through a layout.
type view struct {
	rows        int
	truth, pred []float64
	weight      []float64
	per         int // predictions that share a weight
}

func (l *layout) open(b *Batch) (view, error) {
	for _, v := range []struct {
		what   string
		values *Values
		shape  []int
	}{{"targets", &b.True, l.truth}, {"predictions", &b.Pred, l.pred}} {
		s := v.values.Shape
		if len(s) == 0 || !slices.Equal(s[1:], v.shape) || len(v.values.Data) != size(s) {
			return view{}, fmt.Errorf("metric: %s: %s of shape %v with %d values, want (n) followed by %v", l.name, v.what, s, len(v.values.Data), v.shape)
		}
	}
	if n, m := b.True.Shape[0], b.Pred.Shape[0]; n != m {
		return view{}, fmt.Errorf("metric: %s: %d rows of targets against %d rows of predictions", l.name, n, m)
	}
	v := view{rows: len(b.Pred.Data) / l.k, truth: b.True.Data, pred: b.Pred.Data, weight: b.Weight.Data}
	if v.weight != nil {
		lead := b.Weight.Shape
		for len(lead) > 1 && last(lead) == 1 {
			lead = lead[:len(lead)-1]
		}
		if len(lead) == 0 || len(lead) > len(b.Pred.Shape) || !slices.Equal(lead, b.Pred.Shape[:len(lead)]) || len(v.weight) != size(lead) {
			return view{}, fmt.Errorf("metric: %s: weights of shape %v with %d values against predictions of shape %v, want its leading axes", l.name, b.Weight.Shape, len(v.weight), b.Pred.Shape)
		}
		v.per = size(b.Pred.Shape[len(lead):])
	}
	if l.sparse {
		for i, y := range v.truth {
			if y != float64(int(y)) || y < 0 || y >= float64(l.k) && !l.anyIndex {
				return view{}, fmt.Errorf("metric: %s: row %d: label is %v, want a class from 0 to %d", l.name, i, y, l.k-1)
			}
		}
	}
	return v, nil
}

// openRows is open for a metric that weighs rows and not single predictions.
func (l *layout) openRows(b *Batch) (view, error) {
	v, err := l.open(b)
	if err == nil && v.per%l.k != 0 {
		err = fmt.Errorf("metric: %s: weights of shape %v against rows of shape %v, want one weight per row or less", l.name, b.Weight.Shape, b.Pred.Shape[:len(b.Pred.Shape)-1])
	}
	return v, err
}

// noNaN rejects a row with a NaN.
func (l *layout) noNaN(row int, y, p []float64) error {
	if slices.ContainsFunc(p, math.IsNaN) || slices.ContainsFunc(y, math.IsNaN) {
		return fmt.Errorf("metric: %s: row %d: target %v, prediction %v, want no NaN", l.name, row, y, p)
	}
	return nil
}

// weightAt is the weight of prediction e.
func (v *view) weightAt(e int) float64 {
	if v.weight == nil {
		return 1
	}
	return v.weight[e/v.per]
}

// binary is the label and the score of column c in a row, checked.
func (l *layout) binary(v *view, row, c int) (label, score, weight float64, err error) {
	e := row*l.k + c
	if !l.sparse {
		label = v.truth[e]
	} else if v.truth[row] == float64(c) {
		label = 1
	}
	score, weight = v.pred[e], v.weightAt(e)
	if err := rank.CheckRow(label, score, weight); err != nil {
		return 0, 0, 0, fmt.Errorf("metric: %s: row %d: %w", l.name, row, err)
	}
	return label, score, weight, nil
}
