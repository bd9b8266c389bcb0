package scores_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/scores"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gorgonia.org/tensor"
)

func vector[T any](v ...T) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(v)), tensor.WithBacking(v))
}

func TestScikitLearnsNumbers(t *testing.T) {
	text, err := os.ReadFile("testdata/scores.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Y         []int64
		P         []float64
		Columns   int
		DType     string
		W         []float64
		Threshold float64
		Want      struct {
			ROCAUC            float64 `json:"roc_auc"`
			AveragePrecision  float64 `json:"average_precision"`
			Precision, Recall []float64
			F1, Support       []float64
			Specificity       float64
			BalancedAccuracy  float64 `json:"balanced_accuracy"`
			GeometricMean     float64 `json:"geometric_mean"`
			Matthews, Brier   float64
			LogLoss           float64 `json:"log_loss"`
			ECE               float64
			Confusion         [][]float64
			Best              *float64
		}
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		n := len(c.Y)
		var p, w tensor.Tensor
		if c.DType == "float32" {
			single := make([]float32, len(c.P))
			for i, v := range c.P {
				single[i] = float32(v)
			}
			p = tensor.New(tensor.WithShape(n, c.Columns), tensor.WithBacking(single))
		} else {
			p = tensor.New(tensor.WithShape(n, c.Columns), tensor.WithBacking(c.P))
		}
		if c.W != nil {
			w = vector(c.W...)
		}
		got, err := scores.Of(vector(c.Y...), p, w, c.Threshold)
		if err != nil {
			t.Errorf("case %d: %v", i, err)
			continue
		}
		want := &scores.Scores{
			Binary: c.Columns == 1, ROCAUC: c.Want.ROCAUC, AveragePrecision: c.Want.AveragePrecision, Precision: c.Want.Precision, Recall: c.Want.Recall,
			F1: c.Want.F1, Support: c.Want.Support, Specificity: c.Want.Specificity, BalancedAccuracy: c.Want.BalancedAccuracy, GeometricMean: c.Want.GeometricMean,
			Matthews: c.Want.Matthews, Brier: c.Want.Brier, LogLoss: c.Want.LogLoss, CalibrationError: c.Want.ECE, Confusion: c.Want.Confusion,
			Threshold: math.NaN(), BestF1Threshold: math.NaN(),
		}
		if want.Binary {
			want.Threshold, want.BestF1Threshold = c.Threshold, *c.Want.Best
		}
		// scikit-learn sums in float32 where the scores are float32.
		if diff := cmp.Diff(want, got, cmpopts.EquateApprox(2e-6, 1e-12), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("case %d: %s", i, diff)
		}
	}
}

func TestOneClassOnly(t *testing.T) {
	for label, want := range map[int64]float64{0: 0, 1: 1} {
		s, err := scores.Of(vector(label, label), vector(0.2, 0.7), nil, 0.5)
		if err != nil {
			t.Fatal(err)
		}
		if !math.IsNaN(s.ROCAUC) || s.AveragePrecision != want {
			t.Errorf("all of class %d: ROC AUC %v and average precision %v, want NaN and %v", label, s.ROCAUC, s.AveragePrecision, want)
		}
		if math.IsNaN(s.BestF1Threshold) != (label == 0) {
			t.Errorf("all of class %d: best threshold %v", label, s.BestF1Threshold)
		}
	}
	p := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float64{0.5, 0.5, 0, 0.2, 0.3, 0.5}))
	s, err := scores.Of(vector[int8](0, 0), p, nil, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(s.ROCAUC) || s.AveragePrecision != 1./3 || s.Confusion[0][0] != 1 || s.Confusion[0][2] != 1 {
		t.Errorf("three classes: ROC AUC %v, average precision %v, confusion %v", s.ROCAUC, s.AveragePrecision, s.Confusion)
	}
}

// A threshold that no float32 is equal to is rounded as the scores were.
func TestThresholdInTheScoresType(t *testing.T) {
	s, err := scores.Of(vector[int64](1, 0), vector[float32](0.1, 0.05), nil, 0.1)
	if err != nil || s.Recall[0] != 1 {
		t.Errorf("recall %v, %v, want 1", s.Recall, err)
	}
	if s, err = scores.Of(vector[int64](1, 0), vector(float64(float32(0.7)), 0.05), nil, 0.7); err != nil || s.Recall[0] != 0 {
		t.Errorf("recall of a float64 below the threshold %v, %v, want 0", s.Recall, err)
	}
}

func TestHalfScores(t *testing.T) {
	y, p := vector[int64](1, 0), vector[float32](0.0999755859375, 0) // float16(0.1)
	s, err := scores.OfType(scores.Half, y, p, nil, 0.1)
	if err != nil || s.Recall[0] != 1 || s.Threshold != 0.1 {
		t.Errorf("recall %v at %v, %v, want 1 at 0.1", s.Recall, s.Threshold, err)
	}
	// scikit-learn clips at numpy's finfo(float16).eps, 2^-10.
	if want := -(math.Log(0.0999755859375) + math.Log(1-0x1p-10)) / 2; math.Abs(s.LogLoss-want) > 1e-12 {
		t.Errorf("log loss %v, want %v", s.LogLoss, want)
	}
	if s, err = scores.Of(y, p, nil, 0.1); err != nil || s.Recall[0] != 0 {
		t.Errorf("as float32: recall %v, %v, want 0", s.Recall, err)
	}
}

func TestScoresThatAreNoProbabilities(t *testing.T) {
	s, err := scores.Of(vector[int64](0, 1, 1), vector(-3., 0.5, 7), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.ROCAUC != 1 || s.F1[0] != 1 || !math.IsNaN(s.Brier) || !math.IsNaN(s.LogLoss) || !math.IsNaN(s.CalibrationError) {
		t.Errorf("got %+v", s)
	}
}

func TestErrors(t *testing.T) {
	y, p := vector[int64](0, 1, 1), vector(0.1, 0.2, 0.3)
	two := tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float64{1, 0, 0, 1, 0.5, 0.5}))
	deep := tensor.New(tensor.WithShape(1, 3, 1), tensor.WithBacking([]float64{1, 0, 0}))
	for _, c := range []struct {
		name    string
		y, p, w tensor.Tensor
		want    string
	}{
		{"a label of 2", vector[int64](0, 2, 1), p, nil, "label 2 in row 1, want 0 to 1"},
		{"a label of 2 of two columns", vector[int64](0, 2, 1), two, nil, "label 2 in row 1, want 0 to 1"},
		{"half a label", vector(0, 0.5, 1), p, nil, "0.5 in row 1"},
		{"a negative label", vector(0., -1, 1), p, nil, "row 1"},
		{"NaN", y, vector(0.1, math.NaN(), 0.3), nil, "row 1 is NaN"},
		{"lengths", vector[int64](0, 1), p, nil, "2 labels for 3 rows"},
		{"ranks", y, deep, nil, "want (n), (n,1) or (n,K)"},
		{"negative weights", y, p, vector(1, -1., 1), "weight -1 in row 1"},
		{"NaN weights", y, p, vector(1, math.NaN(), 1), "weight NaN in row 1"},
		{"infinite weights", y, p, vector(1, 1, math.Inf(1)), "weight +Inf in row 2"},
		{"no weights", y, p, vector(0., 0, 0), "all weights are zero"},
		{"few weights", y, p, vector(1., 1), "want (3)"},
	} {
		if _, err := scores.Of(c.y, c.p, c.w, 0.5); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	if _, err := scores.Of(y, p, nil, math.NaN()); err == nil {
		t.Error("a threshold of NaN is no error")
	}
}
