package metric

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// kind is what targets and predictions of a metric look like.
type kind int

const (
	binary  kind = iota // (n) against (n, 1)
	oneHot              // (n, 3) against (n, 3)
	indices             // (n) against (n, 3)
)

func (k kind) shapes() (truth, pred []int) {
	return [][]int{{}, {3}, {}}[k], [][]int{{1}, {3}, {3}}[k]
}

// every metric goes through the tests of this file.
var every = []struct {
	metric    Metric
	name      string
	direction Direction
	kind      kind
	// total marks sums over rows, in which weights do not cancel.
	total bool
}{
	{Accuracy{}, "accuracy", Up, binary, false},
	{Accuracy{}, "accuracy", Up, oneHot, false},
	{Accuracy{}, "accuracy", Up, indices, false},
	{ExactAccuracy{}, "accuracy", Up, binary, false},
	{BinaryAccuracy{}, "binary_accuracy", Up, binary, false},
	{CategoricalAccuracy{}, "categorical_accuracy", Up, oneHot, false},
	{SparseCategoricalAccuracy{}, "sparse_categorical_accuracy", Up, indices, false},
	{TopKCategoricalAccuracy{K: 2}, "top_k_categorical_accuracy", Up, oneHot, false},
	{SparseTopKCategoricalAccuracy{K: 2}, "sparse_top_k_categorical_accuracy", Up, indices, false},
	{BalancedAccuracy{}, "balanced_accuracy", Up, binary, false},
	{BalancedAccuracy{Adjusted: true}, "balanced_accuracy", Up, indices, false},
	{MatthewsCorrelation{}, "matthews_correlation", Up, binary, false},
	{MatthewsCorrelation{}, "matthews_correlation", Up, oneHot, false},
	{CohenKappa{}, "cohen_kappa", Up, binary, false},
	{CohenKappa{Disagreement: Quadratic}, "cohen_kappa", Up, indices, false},
	{GeometricMean{}, "geometric_mean", Up, binary, false},
	{GeometricMean{Correction: .001}, "geometric_mean", Up, oneHot, false},
	{PrecisionScore{}, "macro_precision", Up, binary, false},
	{PrecisionScore{Average: Weighted}, "weighted_precision", Up, indices, false},
	{RecallScore{Average: Micro}, "micro_recall", Up, oneHot, false},
	{SpecificityScore{Threshold: .4}, "macro_specificity", Up, oneHot, false},
	{IndexBalancedAccuracyScore{}, "macro_index_balanced_accuracy", Up, indices, false},
	{Specificity{}, "specificity", Up, binary, false},
	{IndexBalancedAccuracy{}, "index_balanced_accuracy", Up, binary, false},
	{SensitivityAtSpecificity{Specificity: .6}, "sensitivity_at_specificity", Up, binary, false},
	{SpecificityAtSensitivity{Sensitivity: .6}, "specificity_at_sensitivity", Up, binary, false},
	{PrecisionAtRecall{Recall: .6}, "precision_at_recall", Up, oneHot, false},
	{RecallAtPrecision{Precision: .6}, "recall_at_precision", Up, indices, false},
	{Precision{}, "precision", Up, binary, false},
	{Precision{TopK: 2, Classes: []int{1}}, "precision", Up, indices, false},
	{Recall{}, "recall", Up, binary, false},
	{FBeta{Beta: 2}, "fbeta_score", Up, binary, false},
	{F1{}, "f1_score", Up, oneHot, false},
	{FBetaScore{}, "fbeta_score", Up, oneHot, false},
	{TruePositives{}, "true_positives", None, binary, true},
	{FalsePositives{}, "false_positives", None, binary, true},
	{TrueNegatives{}, "true_negatives", None, binary, true},
	{FalseNegatives{}, "false_negatives", None, binary, true},
	{ROCAUC{}, "roc_auc", Up, binary, false},
	{ROCAUC{}, "roc_auc", Up, indices, false},
	{ROCAUC{Average: Micro}, "roc_auc", Up, oneHot, false},
	{ROCAUCOneVsOne{}, "roc_auc_ovo", Up, indices, false},
	{ROCAUCOneVsOne{Average: Weighted}, "roc_auc_ovo", Up, oneHot, false},
	{PartialROCAUC{MaxFPR: .4}, "partial_roc_auc", Up, binary, false},
	{PrecisionAtK{Fraction: .3}, "precision_at_k", Up, binary, false},
	{RecallAtK{Fraction: .3}, "recall_at_k", Up, binary, false},
	{LiftAtK{Fraction: .3}, "lift_at_k", Up, oneHot, false},
	{Cost{Costs: Costs{FP: 1, FN: 20}}, "cost", Down, binary, false},
	{Savings{Costs: Costs{FP: 1, FN: 20}}, "savings", Up, binary, false},
	{CalibrationError{}, "calibration_error", Down, binary, false},
	{CalibrationError{Bins: 4, FromLogits: true}, "calibration_error", Down, indices, false},
	{AveragePrecision{}, "average_precision", Up, binary, false},
	{AveragePrecision{Average: Weighted}, "average_precision", Up, indices, false},
	{AveragePrecision{}, "average_precision", Up, oneHot, false},
	{KerasAUC{}, "auc", Up, binary, false},
	{KerasAUC{Curve: PR, MultiLabel: true}, "auc", Up, oneHot, false},
	{Brier{}, "brier_score", Down, binary, false},
	{Brier{}, "brier_score", Down, oneHot, false},
	{LogLoss{}, "log_loss", Down, binary, false},
	{LogLoss{}, "log_loss", Down, indices, false},
	{MeanSquaredError{}, "mean_squared_error", Down, binary, false},
	{MeanAbsoluteError{}, "mean_absolute_error", Down, oneHot, false},
	{RootMeanSquaredError{}, "root_mean_squared_error", Down, binary, false},
	{MeanAbsolutePercentageError{}, "mean_absolute_percentage_error", Down, binary, false},
	{MeanSquaredLogarithmicError{}, "mean_squared_logarithmic_error", Down, oneHot, false},
	{LogCoshError{}, "logcosh", Down, binary, false},
	{R2Score{}, "r2_score", Up, binary, false},
	{R2Score{Aggregation: VarianceWeightedAverage}, "r2_score", Up, oneHot, false},
	{CosineSimilarity{}, "cosine_similarity", Up, oneHot, false},
	{PearsonCorrelation{}, "pearson_correlation", Up, oneHot, false},
	{ConcordanceCorrelation{}, "concordance_correlation", Up, oneHot, false},
	{Hinge{}, "hinge", Down, binary, false},
	{SquaredHinge{}, "squared_hinge", Down, oneHot, false},
	{CategoricalHinge{}, "categorical_hinge", Down, oneHot, false},
	{KLDivergence{}, "kl_divergence", Down, oneHot, false},
	{Poisson{}, "poisson", Down, binary, false},
	{BinaryIoU{}, "binary_io_u", Up, binary, false},
	{MeanIoU{NumClasses: 3, DensePred: true}, "mean_io_u", Up, indices, false},
	{IoU{NumClasses: 3, DensePred: true, Ignore: []int{1}}, "io_u", Up, indices, false},
	{OneHotIoU{NumClasses: 3, Classes: []int{0, 2}}, "one_hot_io_u", Up, oneHot, false},
	{OneHotMeanIoU{NumClasses: 3}, "one_hot_mean_io_u", Up, oneHot, false},
	{BinaryCrossentropy{}, "binary_crossentropy", Down, binary, false},
	{CategoricalCrossentropy{}, "categorical_crossentropy", Down, oneHot, false},
	{SparseCategoricalCrossentropy{}, "sparse_categorical_crossentropy", Down, indices, false},
}

// drawBatch draws rows with ties. Weights are whole numbers, 0 among them.
func drawBatch(t *rapid.T, k kind) Batch {
	n := rapid.IntRange(1, 20).Draw(t, "rows")
	truthShape, predShape := k.shapes()
	b := Batch{
		True:   Values{Shape: append([]int{n}, truthShape...)},
		Pred:   Values{Shape: append([]int{n}, predShape...)},
		Weight: Values{Shape: []int{n}},
	}
	for range n {
		class := rapid.IntRange(0, max(2, predShape[0])-1).Draw(t, "class")
		if k == oneHot {
			for c := range 3 {
				b.True.Data = append(b.True.Data, indicator(c == class))
			}
		} else {
			b.True.Data = append(b.True.Data, float64(class))
		}
		for range predShape[0] {
			b.Pred.Data = append(b.Pred.Data, float64(rapid.IntRange(1, 15).Draw(t, "prediction"))/16)
		}
		b.Weight.Data = append(b.Weight.Data, float64(rapid.IntRange(0, 3).Draw(t, "weight")))
	}
	return b
}

// pick is the batch of the rows with these indices.
func pick(b Batch, index []int) Batch {
	out := b
	for _, v := range []struct{ from, to *Values }{{&b.True, &out.True}, {&b.Pred, &out.Pred}, {&b.Weight, &out.Weight}} {
		if v.from.Data == nil {
			continue
		}
		width := size(v.from.Shape[1:])
		*v.to = Values{Data: []float64{}, Shape: append([]int{len(index)}, v.from.Shape[1:]...)}
		for _, i := range index {
			v.to.Data = append(v.to.Data, v.from.Data[i*width:(i+1)*width]...)
		}
	}
	return out
}

func resultOf(t interface{ Fatal(...any) }, m Metric, batches ...Batch) float64 {
	s, err := m.New(batches[0].True.Shape[1:], batches[0].Pred.Shape[1:])
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if err := s.Update(&b); err != nil {
			t.Fatal(err)
		}
	}
	return s.Result()
}

var nearly = cmp.Options{cmpopts.EquateApprox(1e-9, 1e-9), cmpopts.EquateNaNs()}

func TestNamesAndDirections(t *testing.T) {
	for _, e := range every {
		if got := e.metric.Name(); got != e.name {
			t.Errorf("%T is named %q, want %q", e.metric, got, e.name)
		}
		if got := e.metric.Direction(); got != e.direction {
			t.Errorf("%T has direction %v, want %v", e.metric, got, e.direction)
		}
	}
	if got := (AveragePrecision{Label: "ap"}).Name(); got != "ap" {
		t.Errorf("a label is ignored: %q", got)
	}
}

// Whole weights repeat a row, a weight of 0 removes it, and order and cutting
// into batches do not matter.
func TestWeightsRepeatRows(t *testing.T) {
	for _, e := range every {
		t.Run(e.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				b := drawBatch(t, e.kind)
				var repeated []int
				for i, w := range b.Weight.Data {
					for range int(w) {
						repeated = append(repeated, i)
					}
				}
				order := rapid.Permutation(repeated).Draw(t, "order")
				plain := b
				plain.Weight = Values{}
				cut := rapid.IntRange(0, len(order)).Draw(t, "cut")
				got := resultOf(t, e.metric, pick(plain, order[:cut]), pick(plain, order[cut:]))
				if diff := cmp.Diff(resultOf(t, e.metric, b), got, nearly); diff != "" {
					t.Fatalf("weighted against repeated: %s", diff)
				}
			})
		})
	}
}

// Multiplying all weights by one number changes sums only.
func TestWeightScale(t *testing.T) {
	for _, e := range every {
		t.Run(e.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				b := drawBatch(t, e.kind)
				want := resultOf(t, e.metric, b)
				if e.total {
					want *= 4
				}
				for i := range b.Weight.Data {
					b.Weight.Data[i] *= 4
				}
				// The 1e-7 in Keras's denominators does not scale.
				near := cmp.Options{cmpopts.EquateApprox(0, 1e-5), cmpopts.EquateNaNs()}
				if diff := cmp.Diff(want, resultOf(t, e.metric, b), near); diff != "" {
					t.Fatal(diff)
				}
			})
		})
	}
}

func TestTemporalIsFlat(t *testing.T) {
	for _, e := range every {
		t.Run(e.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				flat := drawBatch(t, e.kind)
				n := len(flat.Weight.Data)
				rows := make([]int, 2*n)
				for i := range rows {
					rows[i] = i % n
				}
				flat = pick(flat, rows)
				temporal := flat
				for _, v := range []*Values{&temporal.True, &temporal.Pred, &temporal.Weight} {
					v.Shape = append([]int{n, 2}, v.Shape[1:]...)
				}
				if diff := cmp.Diff(resultOf(t, e.metric, flat), resultOf(t, e.metric, temporal), nearly); diff != "" {
					t.Fatal(diff)
				}
			})
		})
	}
}

func TestUpdateAllocatesNothing(t *testing.T) {
	for _, e := range every {
		t.Run(e.name, func(t *testing.T) {
			b := fixedBatch(e.kind)
			s, err := e.metric.New(e.kind.shapes())
			if err != nil {
				t.Fatal(err)
			}
			got := testing.AllocsPerRun(10, func() {
				s.Reset()
				for range 3 {
					if err := s.Update(&b); err != nil {
						t.Fatal(err)
					}
				}
			})
			if got != 0 {
				t.Errorf("%v allocations per epoch, want 0", got)
			}
		})
	}
}

// fixedBatch is a batch of 64 rows of all classes.
func fixedBatch(k kind) Batch {
	truth, pred := k.shapes()
	b := Batch{
		True:   Values{Shape: append([]int{64}, truth...)},
		Pred:   Values{Shape: append([]int{64}, pred...)},
		Weight: Values{Shape: []int{64}},
	}
	for i := range 64 {
		class := i * 7 % max(2, pred[0])
		if k == oneHot {
			row := [3]float64{}
			row[class] = 1
			b.True.Data = append(b.True.Data, row[:]...)
		} else {
			b.True.Data = append(b.True.Data, float64(class))
		}
		for c := range pred[0] {
			b.Pred.Data = append(b.Pred.Data, float64(1+(i*11+c*5)%15)/16)
		}
		b.Weight.Data = append(b.Weight.Data, float64(i%4))
	}
	return b
}

func TestUpdateKeepsNothing(t *testing.T) {
	for _, e := range every {
		t.Run(e.name, func(t *testing.T) {
			b := fixedBatch(e.kind)
			want := resultOf(t, e.metric, b)
			s, err := e.metric.New(e.kind.shapes())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Update(&b); err != nil {
				t.Fatal(err)
			}
			for _, v := range []Values{b.True, b.Pred, b.Weight} {
				clear(v.Data)
				clear(v.Shape)
			}
			if diff := cmp.Diff(want, s.Result(), nearly); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoRows(t *testing.T) {
	for _, e := range every {
		t.Run(e.name, func(t *testing.T) {
			truth, pred := e.kind.shapes()
			got := resultOf(t, e.metric, Batch{
				True: Values{Shape: append([]int{0}, truth...)},
				Pred: Values{Shape: append([]int{0}, pred...)},
			})
			want := 0.0
			switch e.metric.(type) {
			case ROCAUC, ROCAUCOneVsOne, PartialROCAUC:
				want = math.NaN()
			}
			if diff := cmp.Diff(want, got, nearly); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBatchErrors(t *testing.T) {
	for _, e := range every {
		t.Run(e.name, func(t *testing.T) {
			for name, c := range map[string]struct {
				spoil func(b *Batch)
				want  string
			}{
				"NaN prediction": {func(b *Batch) { b.Pred.Data[len(b.Pred.Data)-2] = math.NaN() }, "NaN"},
				"NaN target":     {func(b *Batch) { b.True.Data[len(b.True.Data)-1] = math.NaN() }, "NaN"},
				"short data":     {func(b *Batch) { b.Pred.Data = b.Pred.Data[1:] }, "predictions of shape"},
				"no shape":       {func(b *Batch) { b.True.Shape = nil }, "targets of shape"},
				"other shape":    {func(b *Batch) { b.Pred.Shape = append(b.Pred.Shape, 1) }, "predictions of shape"},
				"fewer rows": {func(b *Batch) {
					*b = Batch{True: b.True, Pred: pick(*b, []int{0}).Pred}
				}, "64 rows of targets against 1 rows of predictions"},
				"fewer weights":   {func(b *Batch) { b.Weight = pick(*b, []int{0, 1}).Weight }, "weights of shape [2]"},
				"weights too far": {func(b *Batch) { b.Weight.Shape = []int{32, 2} }, "weights of shape [32 2]"},
				"weight data":     {func(b *Batch) { b.Weight.Data = b.Weight.Data[1:] }, "weights of shape [64] with 63 values"},
			} {
				t.Run(name, func(t *testing.T) {
					b := fixedBatch(e.kind)
					c.spoil(&b)
					s, err := e.metric.New(e.kind.shapes())
					if err != nil {
						t.Fatal(err)
					}
					err = s.Update(&b)
					if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "metric: "+e.name+": ") {
						t.Errorf("got %v, want an error of metric: %s with %q", err, e.name, c.want)
					}
				})
			}
		})
	}
}

func TestOrDefault(t *testing.T) {
	for in, want := range map[float64]float64{0: .5, Zero: 0, .25: .25, 1: 1} {
		if got := orDefault(in, .5); got != want {
			t.Errorf("orDefault(%v, .5) is %v, want %v", in, got, want)
		}
	}
}
