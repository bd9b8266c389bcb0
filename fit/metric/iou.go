package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// The metrics in this file compare classes by intersection over union,
// TP / (TP + FP + FN + 1e-7), one class against the rest. Their result is the
// mean over the wanted classes that occur among targets or predictions. Rows
// whose target or prediction is no class from 0 to NumClasses-1 are left out.
//
// As in Keras they count whole rows: a weight loses its fraction, so 0.5 counts
// as 0 and 2.5 as 2.

// MeanIoU is the mean over all classes. Targets and predictions are class
// indices of the same shape, unless DenseTrue or DensePred say otherwise.
type MeanIoU struct {
	NumClasses int    // at least 1
	DenseTrue  bool   // targets have a last axis of classes; the largest one counts. Keras's sparse_y_true=False
	DensePred  bool   // the same for predictions
	Ignore     []int  // rows with such a target are left out, even -1 or 255. Keras's ignore_class
	Label      string // name, "mean_io_u" if empty
}

func (m MeanIoU) Name() string         { return cmp.Or(m.Label, "mean_io_u") }
func (m MeanIoU) Direction() Direction { return Up }
func (m MeanIoU) New(trueShape, predShape []int) (State, error) {
	return IoU{NumClasses: m.NumClasses, DenseTrue: m.DenseTrue, DensePred: m.DensePred, Ignore: m.Ignore, Label: m.Name()}.New(trueShape, predShape)
}

// IoU is MeanIoU over some of the classes.
type IoU struct {
	NumClasses int    // as in MeanIoU
	Classes    []int  // the mean is over these; nil means all. Keras's target_class_ids
	DenseTrue  bool   // as in MeanIoU
	DensePred  bool   // as in MeanIoU
	Ignore     []int  // as in MeanIoU
	Label      string // name, "io_u" if empty
}

func (m IoU) Name() string         { return cmp.Or(m.Label, "io_u") }
func (m IoU) Direction() Direction { return Up }
func (m IoU) New(trueShape, predShape []int) (State, error) {
	return newOverlap(m, math.NaN(), trueShape, predShape)
}

// OneHotMeanIoU is MeanIoU for one-hot targets and one prediction per class.
type OneHotMeanIoU struct {
	NumClasses int    // as in MeanIoU
	SparsePred bool   // predictions are class indices. Keras's sparse_y_pred
	Ignore     []int  // as in MeanIoU
	Label      string // name, "one_hot_mean_io_u" if empty
}

func (m OneHotMeanIoU) Name() string         { return cmp.Or(m.Label, "one_hot_mean_io_u") }
func (m OneHotMeanIoU) Direction() Direction { return Up }
func (m OneHotMeanIoU) New(trueShape, predShape []int) (State, error) {
	return IoU{NumClasses: m.NumClasses, DenseTrue: true, DensePred: !m.SparsePred, Ignore: m.Ignore, Label: m.Name()}.New(trueShape, predShape)
}

// OneHotIoU is IoU for one-hot targets and one prediction per class.
type OneHotIoU struct {
	NumClasses int    // as in MeanIoU
	Classes    []int  // as in IoU
	SparsePred bool   // predictions are class indices. Keras's sparse_y_pred
	Ignore     []int  // as in MeanIoU
	Label      string // name, "one_hot_io_u" if empty
}

func (m OneHotIoU) Name() string         { return cmp.Or(m.Label, "one_hot_io_u") }
func (m OneHotIoU) Direction() Direction { return Up }
func (m OneHotIoU) New(trueShape, predShape []int) (State, error) {
	return IoU{NumClasses: m.NumClasses, Classes: m.Classes, DenseTrue: true, DensePred: !m.SparsePred, Ignore: m.Ignore, Label: m.Name()}.New(trueShape, predShape)
}

// BinaryIoU is IoU for labels 0 and 1 against scores: class 1 is predicted when
// the score is at least the threshold, unlike in Precision.
type BinaryIoU struct {
	Classes   []int   // as in IoU
	Threshold float64 // on the prediction; 0 means 0.5, Zero means 0
	Label     string  // name, "binary_io_u" if empty
}

func (m BinaryIoU) Name() string         { return cmp.Or(m.Label, "binary_io_u") }
func (m BinaryIoU) Direction() Direction { return Up }
func (m BinaryIoU) New(trueShape, predShape []int) (State, error) {
	if math.IsNaN(m.Threshold) {
		return nil, fmt.Errorf("metric: %s: threshold is NaN", m.Name())
	}
	return newOverlap(IoU{NumClasses: 2, Classes: m.Classes, Label: m.Name()}, orDefault(m.Threshold, 0.5), trueShape, predShape)
}

type overlap struct {
	layout
	IoU
	cut     float64 // of scores; NaN: predictions are classes
	targets int     // columns of targets
	skip    []bool
	matrix  []float64 // NumClasses rows of truth
}

func newOverlap(m IoU, cut float64, trueShape, predShape []int) (State, error) {
	s := &overlap{IoU: m, cut: cut, targets: 1, layout: layout{name: m.Name(), truth: slices.Clone(trueShape), pred: slices.Clone(predShape), k: 1}}
	if m.NumClasses < 1 {
		return nil, fmt.Errorf("metric: %s: NumClasses is %d, want at least 1", s.name, m.NumClasses)
	}
	truth, pred := trueShape, predShape
	if m.DenseTrue && len(truth) > 0 {
		s.targets, truth = last(truth), truth[:len(truth)-1]
	}
	if m.DensePred && len(pred) > 0 {
		s.k, pred = last(pred), pred[:len(pred)-1]
	}
	if !sameButUnit(truth, pred) || size(trueShape)*size(predShape) == 0 {
		return nil, fmt.Errorf("metric: %s: targets of shape %v against predictions of shape %v (without the batch axis) with DenseTrue %v and DensePred %v, want equal rows", s.name, trueShape, predShape, m.DenseTrue, m.DensePred)
	}
	var err error
	if s.skip, err = pickClasses(s.name, "class", m.Classes, m.NumClasses); err != nil {
		return nil, err
	}
	s.matrix = make([]float64, m.NumClasses*m.NumClasses)
	return s, nil
}

func (s *overlap) Update(b *Batch) error {
	v, err := s.openRows(b)
	if err != nil {
		return err
	}
	cut := b.round(s.cut)
	for row := range v.rows {
		y, p := v.truth[row*s.targets:][:s.targets], v.pred[row*s.k:][:s.k]
		if err := s.noNaN(row, y, p); err != nil {
			return err
		}
		truth, err := s.class(row, y, s.DenseTrue)
		if err != nil {
			return err
		}
		pred := 0
		if !math.IsNaN(cut) {
			pred = int(indicator(p[0] >= cut))
		} else if pred, err = s.class(row, p, s.DensePred); err != nil {
			return err
		}
		if slices.Contains(s.Ignore, truth) || min(truth, pred) < 0 || max(truth, pred) >= s.NumClasses {
			continue
		}
		s.matrix[truth*s.NumClasses+pred] += math.Trunc(v.weightAt(row * s.k))
	}
	return nil
}

// class is the largest column, or the one value, which must be whole.
func (s *overlap) class(row int, x []float64, dense bool) (int, error) {
	if dense {
		return argmax(x), nil
	}
	c := int(x[0])
	if float64(c) != x[0] {
		return 0, fmt.Errorf("metric: %s: row %d: class is %v, want a whole number", s.name, row, x[0])
	}
	return c, nil
}

func (s *overlap) Result() float64 {
	var sum, occur float64
	n := s.NumClasses
	for c := range n {
		if s.skip != nil && s.skip[c] {
			continue
		}
		union := -s.matrix[c*n+c]
		for i := range n {
			union += s.matrix[c*n+i] + s.matrix[i*n+c]
		}
		if union > 0 {
			sum += s.matrix[c*n+c] / (union + fuzz)
			occur++
		}
	}
	return ratio(sum, occur)
}

func (s *overlap) Reset() { clear(s.matrix) }
