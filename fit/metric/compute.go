package metric

import (
	"fmt"

	"gorgonia.org/tensor"
)

// Compute is the value of a metric on one set of predictions. Axis 0 of all
// tensors is the rows; weight nil means ones, else it aligns with the leading
// axes of yPred. Tensors may be float32, float64, int, int32, int64, uint8 or
// bool, and views; a float32 yPred makes a Batch that is Single.
func Compute(m Metric, yTrue, yPred, weight tensor.Tensor) (float64, error) {
	s, err := stateOf(m, yTrue, yPred, weight)
	if err != nil {
		return 0, err
	}
	return s.Result(), nil
}

// ComputeMatrix is the confusion matrix of one set of predictions, tensors as in
// Compute: of the classes 0 and 1 for one column of probabilities and a
// threshold, as in Precision, on them; of the columns for more, where the
// largest prediction counts and the threshold must be 0. Targets are labels,
// class indices or one-hot rows.
func ComputeMatrix(yTrue, yPred, weight tensor.Tensor, threshold float64) (Matrix, error) {
	s, err := stateOf(BalancedAccuracy{Threshold: threshold, Label: "confusion matrix"}, yTrue, yPred, weight)
	if err != nil {
		return nil, err
	}
	return s.(*confusion).matrix, nil
}

// stateOf has seen one set of predictions.
func stateOf(m Metric, yTrue, yPred, weight tensor.Tensor) (State, error) {
	var b Batch
	for _, v := range []struct {
		what string
		from tensor.Tensor
		to   *Values
	}{{"targets", yTrue, &b.True}, {"predictions", yPred, &b.Pred}, {"weights", weight, &b.Weight}} {
		if v.from == nil && v.to == &b.Weight {
			continue
		}
		values, err := valuesOf(v.from)
		if err != nil {
			return nil, fmt.Errorf("metric: %s: %s: %w", m.Name(), v.what, err)
		}
		*v.to = values
	}
	b.Single = yPred.Dtype() == tensor.Float32
	s, err := m.New(b.True.Shape[1:], b.Pred.Shape[1:])
	if err != nil {
		return nil, err
	}
	if err := s.Update(&b); err != nil {
		return nil, err
	}
	return s, nil
}

// valuesOf copies a tensor into row-major order.
func valuesOf(t tensor.Tensor) (Values, error) {
	if t == nil {
		return Values{}, fmt.Errorf("tensor is nil")
	}
	if t.Dims() == 0 {
		return Values{}, fmt.Errorf("tensor is a scalar, want at least one axis")
	}
	v := Values{Data: make([]float64, 0, size(t.Shape())), Shape: t.Shape().Clone()}
	var at func(int) float64
	switch data := t.Data().(type) {
	case []float64:
		at = func(i int) float64 { return data[i] }
	case []float32:
		at = func(i int) float64 { return float64(data[i]) }
	case []int:
		at = func(i int) float64 { return float64(data[i]) }
	case []int32:
		at = func(i int) float64 { return float64(data[i]) }
	case []int64:
		at = func(i int) float64 { return float64(data[i]) }
	case []uint8:
		at = func(i int) float64 { return float64(data[i]) }
	case []bool:
		at = func(i int) float64 { return indicator(data[i]) }
	default:
		return Values{}, fmt.Errorf("tensor of %v, want numbers or bool", t.Dtype())
	}
	it := t.Iterator()
	for i, err := it.Next(); err == nil; i, err = it.Next() {
		v.Data = append(v.Data, at(i))
	}
	return v, nil
}
