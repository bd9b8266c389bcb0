package metric

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestByName(t *testing.T) {
	for name, want := range map[string]Metric{
		"accuracy":                Accuracy{},
		"acc":                     Accuracy{},
		"ACC":                     Accuracy{},
		"mse":                     MeanSquaredError{},
		"MSE":                     MeanSquaredError{},
		"mean_squared_error":      MeanSquaredError{},
		"MeanSquaredError":        MeanSquaredError{},
		"auc":                     KerasAUC{},
		"AUC":                     KerasAUC{},
		"roc_auc":                 ROCAUC{},
		"roc_auc_ovo":             ROCAUCOneVsOne{},
		"bce":                     BinaryCrossentropy{},
		"TopKCategoricalAccuracy": TopKCategoricalAccuracy{},
		"kl_divergence":           KLDivergence{},
		"KLDivergence":            KLDivergence{},
		"LogCoshError":            LogCoshError{},
		"BinaryIoU":               BinaryIoU{},
		"f1_score":                FBetaScore{},
		"F1Score":                 FBetaScore{},
		"FBetaScore":              FBetaScore{},
		"f1":                      F1{},
		"mcc":                     MatthewsCorrelation{},
		"weighted recall":         RecallScore{Average: Weighted},
		"sensitivity":             Recall{},
		"R2Score":                 R2Score{},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ByName(name)
			if err != nil {
				t.Fatal(err)
			}
			if got.Name() != name {
				t.Errorf("the key in logs is %q, want the name that was given", got.Name())
			}
			if g, w := reflect.TypeOf(got), reflect.TypeOf(want); g != w {
				t.Errorf("got %v, want %v", g, w)
			}
		})
	}
}

func TestByNameErrors(t *testing.T) {
	for name, want := range map[string]string{
		"binary_acuracy":      `unknown name "binary_acuracy", did you mean binary_accuracy?`,
		"rocauc_score":        "roc_auc",
		"mean_iou":            `"mean_iou" has no default for one of its fields: write metric.MeanIoU{NumClasses: ...}`,
		"PrecisionAtRecall":   "write metric.PrecisionAtRecall{Recall: ...}",
		"":                    "unknown name",
		"ce":                  "bce",
		"recall_at_precison":  "recall_at_precision",
		"\xff\xfe not a name": "unknown name",
	} {
		if m, err := ByName(name); m != nil || err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "metric: ") {
			t.Errorf("%q: got %v, %v, want an error with %q", name, m, err, want)
		}
	}
}

// Every name makes a metric for some shapes, and says so of itself.
func TestNames(t *testing.T) {
	names := Names()
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) || len(names) < 50 {
		t.Errorf("%d names, want 50 or more, sorted and each once: %v", len(names), names)
	}
	seen := map[string]string{}
	for _, n := range named {
		for alias := range strings.FieldsSeq(n.names) {
			if before, ok := seen[keyOf(alias)]; ok {
				t.Errorf("%q names what %q names", alias, before)
			}
			seen[keyOf(alias)] = alias
		}
	}
	for _, name := range names {
		m, err := ByName(name)
		if err != nil {
			t.Error(err)
			continue
		}
		usable := false
		for _, shapes := range [][2][]int{{{}, {1}}, {{6}, {6}}, {{}, {6}}} {
			_, err := m.New(shapes[0], shapes[1])
			usable = usable || err == nil
		}
		if !usable {
			t.Errorf("%s fits neither labels, one-hot rows nor class indices", name)
		}
	}
	for _, e := range every {
		key := keyOf(e.metric.Name())
		if _, ok := seen[key]; !ok && !slices.ContainsFunc(needy[:], func(n struct{ name, want string }) bool { return keyOf(n.name) == key }) &&
			key != "macroindexbalancedaccuracy" {
			t.Errorf("%s has no name in ByName", e.metric.Name())
		}
	}
}
