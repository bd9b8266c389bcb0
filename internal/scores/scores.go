package scores

import (
	"errors"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/balance/calibrate"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/internal/half"
	"gorgonia.org/tensor"
)

// Scores are the metrics of one set of predictions. In ratios 0/0 is 0; NaN is
// what cannot be told.
type Scores struct {
	// Binary says that there is one column of scores, those of class 1. A row is
	// predicted positive when its score is at least Threshold. Otherwise there is
	// a column for each class, and the first largest score of a row counts.
	Binary bool

	// ROCAUC and AveragePrecision are exact; of several classes they are the mean
	// of one class against the rest. ROCAUC is NaN where a class is missing, or
	// all rows are of it; AveragePrecision is then 0 or 1.
	ROCAUC, AveragePrecision float64

	// Precision, Recall, F1 and Support, the weight of the rows of a class, are
	// those of class 1 if Binary, otherwise those of each class.
	Precision, Recall, F1, Support []float64

	// Specificity of several classes is the mean over those that occur, and
	// GeometricMean the root of the product of their recalls. With weights, all
	// are weighted.
	Specificity, BalancedAccuracy, GeometricMean, Matthews float64

	// Probabilities are judged by these three; they are NaN where a score is
	// below 0 or above 1. Brier is summed over classes. LogLoss clips at the
	// precision of the scores' type. CalibrationError has 15 bins of equal width,
	// of the scores of class 1 or else of the largest score.
	Brier, LogLoss, CalibrationError float64

	// Confusion has rows by truth and columns by prediction.
	Confusion metric.Matrix
	// Threshold and BestF1Threshold, the highest of the thresholds with the
	// highest F1 on these very rows, are NaN for several classes.
	Threshold, BestF1Threshold float64
}

// Of measures scores of shape (n) or (n,1), of classes 0 and 1, or (n,K) for K
// classes. y holds class numbers, (n) or (n,1), or one-hot rows (n,K); weight is
// (n) or (n,1), nil for ones. A threshold is rounded to the scores' own type.
// Labels that are no class, NaN among scores, weights that are negative, not
// finite or all zero, and shapes that do not fit are errors.
func Of(y, score, weight tensor.Tensor, threshold float64) (*Scores, error) {
	return OfType(Own, y, score, weight, threshold)
}

// Type is that in which scores were computed.
type Type int

const (
	Own  Type = iota // the tensor's
	Half             // float16, which tensors hold as float32
)

// OfType is Of for scores of a type that tensors lack.
func OfType(t Type, y, score, weight tensor.Tensor, threshold float64) (*Scores, error) {
	in, err := read(y, score, weight)
	if err != nil {
		return nil, fmt.Errorf("scores: %w", err)
	}
	in.half = t == Half
	s := &Scores{Threshold: math.NaN(), BestF1Threshold: math.NaN()}
	if in.columns == 1 {
		err = s.binary(in, threshold)
	} else {
		err = s.several(in)
	}
	if err != nil {
		return nil, fmt.Errorf("scores: %w", err)
	}
	return s, nil
}

func (s *Scores) binary(in *input, threshold float64) error {
	s.Binary, s.Threshold = true, threshold
	switch {
	case in.half:
		threshold = float64(half.Float16(half.Narrow16(threshold)))
	case in.single:
		threshold = float64(float32(threshold))
	}
	c, err := metric.Confusion(in.y, in.score, in.weight, threshold)
	if err != nil {
		return err
	}
	s.Confusion = metric.Matrix{{c.TN, c.FP}, {c.FN, c.TP}}
	s.Precision, s.Recall, s.F1, s.Support = []float64{c.Precision()}, []float64{c.Recall()}, []float64{c.F1()}, []float64{c.TP + c.FN}
	s.Specificity, s.BalancedAccuracy, s.GeometricMean, s.Matthews = c.Specificity(), c.BalancedAccuracy(), c.GeometricMean(), c.Matthews()
	if s.ROCAUC = math.NaN(); c.TP+c.FN > 0 && c.TN+c.FP > 0 {
		if s.ROCAUC, err = metric.ROCAUCScore(in.y, in.score, in.weight); err != nil {
			return err
		}
	}
	if s.AveragePrecision, err = metric.AveragePrecisionScore(in.y, in.score, in.weight); err != nil {
		return err
	}
	s.BestF1Threshold, _, err = (calibrate.FBeta{}).Threshold(in.y, in.score, in.weight)
	if errors.Is(err, calibrate.ErrNoThreshold) {
		s.BestF1Threshold, err = math.NaN(), nil
	}
	if err != nil {
		return err
	}
	return s.probabilities(in)
}

func (s *Scores) several(in *input) error {
	rows := make([]int, len(in.y))
	for i, y := range in.y {
		rows[i] = int(y)
	}
	var err error
	if s.Confusion, err = metric.ConfusionMatrix(rows, in.largest(), in.weight, in.columns); err != nil {
		return err
	}
	for k := range in.columns {
		c := s.Confusion.Class(k)
		s.Precision, s.Recall = append(s.Precision, c.Precision()), append(s.Recall, c.Recall())
		s.F1, s.Support = append(s.F1, c.F1()), append(s.Support, c.TP+c.FN)
	}
	s.BalancedAccuracy, s.GeometricMean, s.Matthews = s.Confusion.BalancedAccuracy(false), s.Confusion.GeometricMean(0), s.Confusion.Matthews()
	for _, m := range []struct {
		to     *float64
		metric metric.Metric
	}{
		{&s.ROCAUC, metric.ROCAUC{}}, {&s.AveragePrecision, metric.AveragePrecision{}}, {&s.Specificity, metric.SpecificityScore{}},
	} {
		if *m.to, err = in.compute(m.metric); err != nil {
			return err
		}
	}
	return s.probabilities(in)
}

// probabilities sets what is for scores from 0 to 1.
func (s *Scores) probabilities(in *input) error {
	s.Brier, s.LogLoss, s.CalibrationError = math.NaN(), math.NaN(), math.NaN()
	for _, p := range in.score {
		if p < 0 || p > 1 {
			return nil
		}
	}
	var err error
	if s.Brier, err = in.compute(metric.Brier{}); err != nil {
		return err
	}
	if s.CalibrationError, err = in.compute(metric.CalibrationError{}); err != nil {
		return err
	}
	s.LogLoss = in.logLoss()
	return nil
}

// logLoss is the mean of -log p, p being the score of the row's class, which is
// not scaled to what the scores of the row sum to.
func (in *input) logLoss() float64 {
	eps := 0x1p-52
	switch {
	case in.half:
		eps = 0x1p-10
	case in.single:
		eps = 0x1p-23
	}
	var sum, all float64
	for i, y := range in.y {
		p := in.score[i*in.columns+min(int(y), in.columns-1)]
		if in.columns == 1 && y == 0 {
			p = 1 - p
		}
		w := 1.0
		if in.weight != nil {
			w = in.weight[i]
		}
		sum -= w * math.Log(min(max(p, eps), 1-eps))
		all += w
	}
	return sum / all
}

// input is what is measured, as slices.
type input struct {
	y, score, weight []float64 // weight nil means ones
	columns          int
	single, half     bool // scores are float32, float16
}

func read(y, score, weight tensor.Tensor) (*input, error) {
	in := &input{columns: 1}
	p, err := data.AsType(score, tensor.Float64)
	if err != nil {
		return nil, fmt.Errorf("scores: %w", err)
	}
	in.score, in.single = p.Float64s(), score.Dtype() == tensor.Float32
	shape := p.Shape()
	if len(shape) == 2 {
		in.columns = shape[1]
	}
	if len(shape) < 1 || len(shape) > 2 || len(in.score) == 0 {
		return nil, fmt.Errorf("scores of shape %v, want (n), (n,1) or (n,K)", shape)
	}
	for i, v := range in.score {
		if math.IsNaN(v) {
			return nil, fmt.Errorf("the score in row %d is NaN", i/in.columns)
		}
	}
	labels, err := data.Labels(y)
	if err != nil {
		return nil, err
	}
	n := shape[0]
	if len(labels) != n {
		return nil, fmt.Errorf("%d labels for %d rows of scores, want as many", len(labels), n)
	}
	in.y = make([]float64, n)
	for i, label := range labels {
		if classes := max(in.columns, 2); label >= classes {
			return nil, fmt.Errorf("label %d in row %d, want 0 to %d for scores of shape %v", label, i, classes-1, shape)
		}
		in.y[i] = float64(label)
	}
	if !data.Absent(weight) {
		err = in.weigh(weight, n)
	}
	return in, err
}

// weigh takes and judges the weights.
func (in *input) weigh(weight tensor.Tensor, n int) error {
	w, err := data.AsType(weight, tensor.Float64)
	if err != nil {
		return fmt.Errorf("weights: %w", err)
	}
	shape := w.Shape()
	if !(len(shape) == 1 || len(shape) == 2 && shape[1] == 1) || shape[0] != n {
		return fmt.Errorf("weights of shape %v, want (%d)", shape, n)
	}
	in.weight = w.Float64s()
	var sum float64
	for i, v := range in.weight {
		if !(v >= 0) || math.IsInf(v, 1) {
			return fmt.Errorf("weight %v in row %d, want a finite number not below 0", v, i)
		}
		sum += v
	}
	if sum == 0 {
		return errors.New("all weights are zero: nothing can be measured")
	}
	return nil
}

// largest returns the column of each row's first largest score.
func (in *input) largest() []int {
	out := make([]int, len(in.y))
	for i := range out {
		row := in.score[i*in.columns:][:in.columns]
		for c, v := range row {
			if v > row[out[i]] {
				out[i] = c
			}
		}
	}
	return out
}

// compute is the value of a metric.
func (in *input) compute(m metric.Metric) (float64, error) {
	n := len(in.y)
	var w tensor.Tensor
	if in.weight != nil {
		w = tensor.New(tensor.WithShape(n, 1), tensor.WithBacking(in.weight))
	}
	return metric.Compute(m,
		tensor.New(tensor.WithShape(n, 1), tensor.WithBacking(in.y)),
		tensor.New(tensor.WithShape(n, in.columns), tensor.WithBacking(in.score)), w)
}
