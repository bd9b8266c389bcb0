package metric

import "testing"

func TestConstrained(t *testing.T) {
	y, p := []float64{0, 0, 0, 1, 1}, []float64{0, .3, .8, .4, .9}
	for name, c := range map[string]struct {
		metric Metric
		y, p   []float64
		want   float64
	}{
		"sensitivity":             {SensitivityAtSpecificity{Specificity: .7}, y, p, .5},
		"sensitivity, lower":      {SensitivityAtSpecificity{Specificity: .6}, y, p, 1},
		"sensitivity, no floor":   {SensitivityAtSpecificity{Specificity: Zero}, y, p, 1},
		"specificity":             {SpecificityAtSensitivity{Sensitivity: .6}, y, p, 2. / 3},
		"precision":               {PrecisionAtRecall{Recall: .6}, y, p, 2. / 3},
		"precision, little found": {PrecisionAtRecall{Recall: .5}, y, p, 1},
		"recall":                  {RecallAtPrecision{Precision: .7}, y, p, .5},
		"recall out of reach":     {RecallAtPrecision{Precision: .9}, []float64{0, 1}, []float64{.9, .1}, 0},
		"one threshold, 0.5":      {PrecisionAtRecall{Recall: .4, NumThresholds: 1}, y, p, .5},
		"two thresholds, 0 and 1": {SpecificityAtSensitivity{Sensitivity: 1, NumThresholds: 2}, y, p, 1. / 3},
		"rare events between":     {SensitivityAtSpecificity{Specificity: 1}, []float64{0, 1}, []float64{.001, .004}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, c.metric, columns(1, c.y, c.p, nil)); !near12(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	one := threeClasses(false)
	if got := resultOf(t, RecallAtPrecision{Precision: 1, Classes: []int{0}}, one); got != 1 {
		t.Errorf("class 0 alone: got %v, want 1", got)
	}
	refused(t, nil, []int{1}, "Specificity is 0", SensitivityAtSpecificity{})
	refused(t, nil, []int{1}, "Sensitivity is 1.5", SpecificityAtSensitivity{Sensitivity: 1.5})
	refused(t, nil, []int{1}, "-1 thresholds", PrecisionAtRecall{Recall: .5, NumThresholds: -1})
	refused(t, nil, []int{1}, "1000000000000 thresholds", PrecisionAtRecall{Recall: .5, NumThresholds: 1e12})
	refused(t, nil, []int{3}, "class 3", RecallAtPrecision{Precision: .5, Classes: []int{3}})
	refused(t, []int{2}, []int{3}, "targets of shape", RecallAtPrecision{Precision: .5})
}
