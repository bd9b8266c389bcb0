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
// with weights. Keras computed it in float32. State is that without weights.
type kerasCase struct {
	Metric string
	Args   struct {
		K, Class         int
		Beta, Threshold  float64
		Specificity      float64
		Sensitivity      float64
		Precision        float64
		Recall           float64
		Thresholds       []float64
		TopK             int  `json:"top_k"`
		ClassID          *int `json:"class_id"`
		Curve            string
		Average          string
		SummationMethod  string    `json:"summation_method"`
		NumThresholds    int       `json:"num_thresholds"`
		MultiLabel       bool      `json:"multi_label"`
		LabelWeights     []float64 `json:"label_weights"`
		FromLogits       bool      `json:"from_logits"`
		NumClasses       int       `json:"num_classes"`
		TargetClassIDs   []int     `json:"target_class_ids"`
		ClassAggregation *string   `json:"class_aggregation"`
		NumRegressors    int       `json:"num_regressors"`
	}
	True           nested `json:"y_true"`
	Pred           nested `json:"y_pred"`
	Weight         nested `json:"sample_weight"`
	Result         nested
	WeightedResult nested `json:"weighted_result"`
	State          nested
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
		if len(list) == 0 {
			break
		}
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

// metrics is the metric of the case, or one metric for each number of those that
// return a vector in Keras.
func (c *kerasCase) metrics(t *testing.T) []Metric {
	a := c.Args
	var all []Metric
	switch n := len(c.Result.Data); {
	case n == 1:
		all = append(all, c.metric(a.Threshold, nil))
	case a.Thresholds != nil:
		for _, th := range a.Thresholds {
			all = append(all, c.metric(th, nil))
		}
	default:
		for i := range n {
			all = append(all, c.metric(a.Threshold, []int{i}))
		}
	}
	for _, m := range all {
		if m == nil {
			t.Fatalf("no metric for %q", c.Metric)
		}
	}
	return all
}

// metric is that of the case at one threshold and for some columns.
func (c *kerasCase) metric(th float64, columns []int) Metric {
	a := c.Args
	if a.ClassID != nil {
		columns = []int{*a.ClassID}
	}
	average := map[string]Average{"": Macro, "macro": Macro, "micro": Micro, "weighted": Weighted}[a.Average]
	aggregation := UniformAverage
	if a.ClassAggregation != nil && *a.ClassAggregation == "variance_weighted_average" {
		aggregation = VarianceWeightedAverage
	}
	return map[string]Metric{
		"Accuracy":                      ExactAccuracy{},
		"BinaryAccuracy":                BinaryAccuracy{Threshold: th},
		"CategoricalAccuracy":           CategoricalAccuracy{},
		"SparseCategoricalAccuracy":     SparseCategoricalAccuracy{},
		"TopKCategoricalAccuracy":       TopKCategoricalAccuracy{K: a.K},
		"SparseTopKCategoricalAccuracy": SparseTopKCategoricalAccuracy{K: a.K},
		"TruePositives":                 TruePositives{Threshold: th},
		"FalsePositives":                FalsePositives{Threshold: th},
		"TrueNegatives":                 TrueNegatives{Threshold: th},
		"FalseNegatives":                FalseNegatives{Threshold: th},
		"Precision":                     Precision{Threshold: th, TopK: a.TopK, Classes: columns},
		"Recall":                        Recall{Threshold: th, TopK: a.TopK, Classes: columns},
		"SensitivityAtSpecificity":      SensitivityAtSpecificity{Specificity: a.Specificity},
		"SpecificityAtSensitivity":      SpecificityAtSensitivity{Sensitivity: a.Sensitivity},
		"PrecisionAtRecall":             PrecisionAtRecall{Recall: a.Recall},
		"RecallAtPrecision":             RecallAtPrecision{Precision: a.Precision},
		"AUC": KerasAUC{
			NumThresholds: a.NumThresholds,
			Thresholds:    a.Thresholds,
			Curve:         map[string]Curve{"": ROC, "ROC": ROC, "PR": PR, "PRGAIN": PRGain}[a.Curve],
			Summation:     map[string]Summation{"": Interpolation, "interpolation": Interpolation, "minoring": Minoring, "majoring": Majoring}[a.SummationMethod],
			MultiLabel:    a.MultiLabel,
			LabelWeights:  a.LabelWeights,
			FromLogits:    a.FromLogits,
		},
		"F1Score":                       FBetaScore{Threshold: th, Average: average, Classes: columns},
		"FBetaScore":                    FBetaScore{Threshold: th, Average: average, Beta: a.Beta, Classes: columns},
		"MeanSquaredError":              MeanSquaredError{},
		"RootMeanSquaredError":          RootMeanSquaredError{},
		"MeanAbsoluteError":             MeanAbsoluteError{},
		"MeanAbsolutePercentageError":   MeanAbsolutePercentageError{},
		"MeanSquaredLogarithmicError":   MeanSquaredLogarithmicError{},
		"CosineSimilarity":              CosineSimilarity{},
		"LogCoshError":                  LogCoshError{},
		"R2Score":                       R2Score{Aggregation: aggregation, Regressors: a.NumRegressors, Columns: columns},
		"KLDivergence":                  KLDivergence{},
		"Poisson":                       Poisson{},
		"BinaryCrossentropy":            BinaryCrossentropy{},
		"CategoricalCrossentropy":       CategoricalCrossentropy{},
		"SparseCategoricalCrossentropy": SparseCategoricalCrossentropy{},
		"Hinge":                         Hinge{},
		"SquaredHinge":                  SquaredHinge{},
		"CategoricalHinge":              CategoricalHinge{},
		"PearsonCorrelation":            PearsonCorrelation{},
		"ConcordanceCorrelation":        ConcordanceCorrelation{},
		"IoU":                           IoU{NumClasses: a.NumClasses, Classes: a.TargetClassIDs},
		"BinaryIoU":                     BinaryIoU{Threshold: th, Classes: a.TargetClassIDs},
		"MeanIoU":                       MeanIoU{NumClasses: a.NumClasses},
		"OneHotIoU":                     OneHotIoU{NumClasses: a.NumClasses, Classes: a.TargetClassIDs},
		"OneHotMeanIoU":                 OneHotMeanIoU{NumClasses: a.NumClasses},
	}[c.Metric]
}

// kerasState is the state as Keras keeps it, one row for each of its variables.
func (c *kerasCase) kerasState(s State) [][]float64 {
	switch s := s.(type) {
	case *mean:
		// Keras averages a row of the batch before it sums.
		per := float64(size(s.pred)) / float64(s.k)
		return [][]float64{{s.sum / per}, {s.weight / per}}
	case *hinge:
		per := float64(size(s.pred))
		return [][]float64{{s.mapped / per}, {s.count / per}}
	case *decisions:
		n := s.counts
		return map[string][][]float64{
			"TruePositives": {{n.TP}}, "FalsePositives": {{n.FP}}, "TrueNegatives": {{n.TN}}, "FalseNegatives": {{n.FN}},
			"Precision": {{n.TP}, {n.FP}}, "Recall": {{n.TP}, {n.FN}}, "BinaryAccuracy": {{(n.TP + n.TN) / 2}, {(n.TP + n.TN + n.FP + n.FN) / 2}},
		}[c.Metric]
	case *kerasAUC:
		return s.perThreshold()
	case *constrained:
		return s.perThreshold()
	case *fBetaScore:
		state := make([][]float64, 4)
		add := func(n Counts) {
			for i, x := range []float64{n.TP, n.FP, n.FN, n.TP + n.FN} {
				state[i] = append(state[i], x)
			}
		}
		var all Counts
		for _, n := range s.counts {
			all = Counts{TP: all.TP + n.TP, FP: all.FP + n.FP, FN: all.FN + n.FN}
			if s.Average != Micro {
				add(n)
			}
		}
		if s.Average == Micro {
			add(all)
		}
		return state
	case *r2Score:
		state := make([][]float64, 5)
		state[0] = []float64{s.rows}
		for _, at := range s.columns {
			sum := at.weight * at.mean
			for i, x := range []float64{at.total + sum*at.mean, sum, at.residual, at.weight} {
				state[i+1] = append(state[i+1], x)
			}
		}
		return state
	case *overlap:
		return [][]float64{s.matrix}
	}
	return nil
}

func (s *buckets) perThreshold() [][]float64 {
	state := make([][]float64, 4)
	for i := range state {
		state[i] = make([]float64, len(s.thresholds))
	}
	s.descend(0, func(i int, at Counts) {
		state[0][i], state[1][i], state[2][i], state[3][i] = at.TP, at.FP, at.TN, at.FN
	})
	return state
}

// run feeds two halves. A second pass after Reset must not remember the first.
func run(t *testing.T, m Metric, truth, pred, weight Values, single bool) State {
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
	return s
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
	hits, states, hitStates := 0, 0, 0
	for i, c := range cases {
		t.Run(fmt.Sprintf("%d %s", i, c.Metric), func(t *testing.T) {
			var plain, weighted []float64
			var parts [][][]float64
			for _, m := range c.metrics(t) {
				s := run(t, m, Values(c.True), Values(c.Pred), Values{}, true)
				plain = append(plain, s.Result())
				parts = append(parts, c.kerasState(s))
				weighted = append(weighted, run(t, m, Values(c.True), Values(c.Pred), Values(c.Weight), true).Result())
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
			if c.State.Data == nil {
				return
			}
			states++
			// One metric for each threshold: a column each. Those for each
			// column keep the state of all of them.
			var state []float64
			for i := range parts[0] {
				for p := range parts {
					if p == 0 || c.Args.Thresholds != nil {
						state = append(state, parts[p][i]...)
					}
				}
			}
			if diff := cmp.Diff(c.State.Data, state, near); diff != "" {
				t.Errorf("state, Keras against ours: %s", diff)
			} else {
				hitStates++
			}
		})
	}
	t.Logf("%d of %d vectors of Keras, unweighted and weighted, and %d of %d states", hits, len(cases), hitStates, states)
	if len(cases) != 87 || states != 74 {
		t.Errorf("testdata holds %d vectors and %d states, want 87 and 74", len(cases), states)
	}
}
