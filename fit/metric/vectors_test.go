package metric

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// kerasCase is a metric fed with the two halves of a small batch, without and
// with weights. Keras computed it in float32.
type kerasCase struct {
	Metric string
	Args   struct {
		K, Class        int
		Beta, Threshold float64
		Thresholds      []float64
		TopK            int  `json:"top_k"`
		ClassID         *int `json:"class_id"`
		Curve, Average  string
		SummationMethod string    `json:"summation_method"`
		NumThresholds   int       `json:"num_thresholds"`
		MultiLabel      bool      `json:"multi_label"`
		LabelWeights    []float64 `json:"label_weights"`
		FromLogits      bool      `json:"from_logits"`
	}
	True           nested `json:"y_true"`
	Pred           nested `json:"y_pred"`
	Weight         nested `json:"sample_weight"`
	Result         nested
	WeightedResult nested `json:"weighted_result"`
}

// nested reads numbers in lists of any depth, in float32.
type nested Values

func (n *nested) UnmarshalJSON(text []byte) error {
	var x any
	if err := json.Unmarshal(text, &x); err != nil {
		return err
	}
	for at := x; ; {
		list, ok := at.([]any)
		if !ok {
			break
		}
		n.Shape = append(n.Shape, len(list))
		at = list[0]
	}
	var walk func(any)
	walk = func(x any) {
		switch x := x.(type) {
		case float64:
			n.Data = append(n.Data, float64(float32(x)))
		case []any:
			for _, y := range x {
				walk(y)
			}
		}
	}
	walk(x)
	return nil
}

// rows is the part of v from row i to row j.
func rows(v Values, i, j int) Values {
	width := size(v.Shape[1:])
	return Values{v.Data[i*width : j*width], append([]int{j - i}, v.Shape[1:]...)}
}

// metrics is the metric of the case, or one metric for each threshold of those
// that return a vector in Keras.
func (c *kerasCase) metrics(t *testing.T) []Metric {
	a := c.Args
	var classes []int
	if a.ClassID != nil {
		classes = []int{*a.ClassID}
	}
	average := map[string]Average{"": Macro, "macro": Macro, "micro": Micro, "weighted": Weighted}[a.Average]
	thresholds := a.Thresholds
	if thresholds == nil {
		thresholds = []float64{a.Threshold}
	}
	var all []Metric
	for _, th := range thresholds {
		m, ok := map[string]Metric{
			"BinaryAccuracy":                BinaryAccuracy{Threshold: th},
			"CategoricalAccuracy":           CategoricalAccuracy{},
			"SparseCategoricalAccuracy":     SparseCategoricalAccuracy{},
			"TruePositives":                 TruePositives{Threshold: th},
			"FalsePositives":                FalsePositives{Threshold: th},
			"TrueNegatives":                 TrueNegatives{Threshold: th},
			"FalseNegatives":                FalseNegatives{Threshold: th},
			"Precision":                     Precision{Threshold: th, TopK: a.TopK, Classes: classes},
			"Recall":                        Recall{Threshold: th, TopK: a.TopK, Classes: classes},
			"F1Score":                       FBetaScore{Threshold: th, Average: average},
			"FBetaScore":                    FBetaScore{Threshold: th, Average: average, Beta: a.Beta},
			"MeanSquaredError":              MeanSquaredError{},
			"MeanAbsoluteError":             MeanAbsoluteError{},
			"BinaryCrossentropy":            BinaryCrossentropy{},
			"CategoricalCrossentropy":       CategoricalCrossentropy{},
			"SparseCategoricalCrossentropy": SparseCategoricalCrossentropy{},
		}[c.Metric]
		if ok {
			all = append(all, m)
		}
	}
	if c.Metric == "AUC" {
		all = append(all, KerasAUC{
			NumThresholds: a.NumThresholds,
			Thresholds:    a.Thresholds,
			Curve:         map[string]Curve{"": ROC, "ROC": ROC, "PR": PR, "PRGAIN": PRGain}[a.Curve],
			Summation:     map[string]Summation{"": Interpolation, "interpolation": Interpolation, "minoring": Minoring, "majoring": Majoring}[a.SummationMethod],
			MultiLabel:    a.MultiLabel,
			LabelWeights:  a.LabelWeights,
			FromLogits:    a.FromLogits,
		})
	}
	if len(all) == 0 {
		t.Fatalf("no metric for %q", c.Metric)
	}
	return all
}

// run feeds two halves. A second pass after Reset must not remember the first.
func run(t *testing.T, m Metric, truth, pred, weight Values, single bool) float64 {
	t.Helper()
	s, err := m.New(truth.Shape[1:], pred.Shape[1:])
	if err != nil {
		t.Fatal(err)
	}
	n := truth.Shape[0]
	for range 2 {
		s.Reset()
		for _, cut := range [][2]int{{0, n / 2}, {n / 2, n}} {
			b := Batch{True: rows(truth, cut[0], cut[1]), Pred: rows(pred, cut[0], cut[1]), Single: single}
			if weight.Data != nil {
				b.Weight = rows(weight, cut[0], cut[1])
			}
			if err := s.Update(&b); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s.Result()
}

func TestKerasVectors(t *testing.T) {
	text, err := os.ReadFile("testdata/metrics.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []kerasCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	near := cmpopts.EquateApprox(1e-4, 1e-5)
	hits := 0
	for i, c := range cases {
		t.Run(fmt.Sprintf("%d %s", i, c.Metric), func(t *testing.T) {
			var plain, weighted []float64
			for _, m := range c.metrics(t) {
				plain = append(plain, run(t, m, Values(c.True), Values(c.Pred), Values{}, true))
				weighted = append(weighted, run(t, m, Values(c.True), Values(c.Pred), Values(c.Weight), true))
			}
			if diff := cmp.Diff(c.Result.Data, plain, near); diff != "" {
				t.Errorf("unweighted, Keras against ours: %s", diff)
			}
			if diff := cmp.Diff(c.WeightedResult.Data, weighted, near); diff != "" {
				t.Errorf("weighted, Keras against ours: %s", diff)
			}
			if !t.Failed() {
				hits++
			}
		})
	}
	t.Logf("%d of %d vectors of Keras, unweighted and weighted", hits, len(cases))
	if len(cases) != 53 {
		t.Errorf("testdata holds %d vectors, want 53", len(cases))
	}
}
