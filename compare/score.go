package compare

import (
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/internal/scores"
	"gorgonia.org/tensor"
)

// Scores are the metrics of one set of predictions: those of the command
// metrics, with scikit-learn's definitions. A row is predicted positive when its
// score is at least Threshold.
type Scores struct {
	ROCAUC           float64 // NaN without rows of both classes
	AveragePrecision float64
	Precision        float64
	Recall           float64
	F1               float64
	Specificity      float64
	BalancedAccuracy float64
	GeometricMean    float64
	Matthews         float64
	Brier            float64
	LogLoss          float64 // scores clipped to 1.2e-7 and 1 - 1.2e-7
	CalibrationError float64 // expected calibration error, 15 bins of equal width
	Threshold        float64
	BestF1Threshold  float64 // of these very rows; NaN without positive ones
	Confusion        metric.Counts
}

// Metric is one number of Scores.
type Metric struct {
	Name  string // as in results.json
	Label string // for people
	// Direction says whether more is better.
	Direction metric.Direction
	// Decides says that the metric depends on the threshold.
	Decides bool
	at      func(*Scores) *float64
}

// Of returns the metric's value.
func (m Metric) Of(s Scores) float64 { return *m.at(&s) }

// Metrics lists the numbers of Scores, in the order of results.json.
func Metrics() []Metric {
	const up, down, none = metric.Up, metric.Down, metric.None
	return []Metric{
		{"roc_auc", "ROC AUC", up, false, func(s *Scores) *float64 { return &s.ROCAUC }},
		{"average_precision", "average precision", up, false, func(s *Scores) *float64 { return &s.AveragePrecision }},
		{"precision", "precision", up, true, func(s *Scores) *float64 { return &s.Precision }},
		{"recall", "recall", up, true, func(s *Scores) *float64 { return &s.Recall }},
		{"f1", "F1", up, true, func(s *Scores) *float64 { return &s.F1 }},
		{"specificity", "specificity", up, true, func(s *Scores) *float64 { return &s.Specificity }},
		{"balanced_accuracy", "balanced accuracy", up, true, func(s *Scores) *float64 { return &s.BalancedAccuracy }},
		{"geometric_mean", "geometric mean", up, true, func(s *Scores) *float64 { return &s.GeometricMean }},
		{"matthews_corrcoef", "Matthews correlation", up, true, func(s *Scores) *float64 { return &s.Matthews }},
		{"brier_score", "Brier score", down, false, func(s *Scores) *float64 { return &s.Brier }},
		{"log_loss", "log loss", down, false, func(s *Scores) *float64 { return &s.LogLoss }},
		{"expected_calibration_error", "calibration error", down, false, func(s *Scores) *float64 { return &s.CalibrationError }},
		{"threshold", "threshold", none, true, func(s *Scores) *float64 { return &s.Threshold }},
		{"best_f1_threshold", "best threshold for F1", none, false, func(s *Scores) *float64 { return &s.BestF1Threshold }},
	}
}

// metricNamed panics on a name that Metrics lacks.
func metricNamed(name string) Metric {
	for _, m := range Metrics() {
		if m.Name == name {
			return m
		}
	}
	panic("compare: no metric " + name)
}

// score measures probabilities of class 1. y holds 0 and 1.
func score(y []float64, p []float32, threshold float64) (Scores, error) {
	labels := tensor.New(tensor.WithShape(len(y)), tensor.WithBacking(y))
	of, err := scores.Of(labels, tensor.New(tensor.WithShape(len(p)), tensor.WithBacking(p)), nil, threshold)
	if err != nil {
		return Scores{}, err
	}
	return Scores{
		ROCAUC: of.ROCAUC, AveragePrecision: of.AveragePrecision, Precision: of.Precision[0], Recall: of.Recall[0], F1: of.F1[0],
		Specificity: of.Specificity, BalancedAccuracy: of.BalancedAccuracy, GeometricMean: of.GeometricMean, Matthews: of.Matthews,
		Brier: of.Brier, LogLoss: of.LogLoss, CalibrationError: of.CalibrationError,
		Threshold: of.Threshold, BestF1Threshold: of.BestF1Threshold,
		Confusion: metric.Counts{TN: of.Confusion[0][0], FP: of.Confusion[0][1], FN: of.Confusion[1][0], TP: of.Confusion[1][1]},
	}, nil
}

func widen(p []float32) []float64 {
	out := make([]float64, len(p))
	for i, v := range p {
		out[i] = float64(v)
	}
	return out
}
