package metric

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestThresholdIsStrict(t *testing.T) {
	y, p := []float64{1, 1, 1, 0}, []float64{0, .3, .5, .7}
	for name, c := range map[string]struct {
		metric TruePositives
		single bool
		want   float64
	}{
		"default .5":          {TruePositives{}, false, 0},
		"just below .5":       {TruePositives{Threshold: math.Nextafter(.5, 0)}, false, 1},
		"Zero":                {TruePositives{Threshold: Zero}, false, 2},
		"Zero in float32":     {TruePositives{Threshold: Zero}, true, 2},
		"one":                 {TruePositives{Threshold: 1}, false, 0},
		"equal to a score":    {TruePositives{Threshold: .3}, false, 1},
		"equal, both float32": {TruePositives{Threshold: .3}, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := binaryBatch(y, append([]float64{}, p...), nil)
			b.Single = c.single
			if c.single {
				for i, x := range b.Pred.Data {
					b.Pred.Data[i] = float64(float32(x))
				}
			}
			if got := resultOf(t, c.metric, b); got != c.want {
				t.Errorf("%v true positives, want %v", got, c.want)
			}
		})
	}
}

// float32(.3) is above .3, so without rounding the threshold it would count.
func TestSingleRoundsTheThreshold(t *testing.T) {
	b := binaryBatch([]float64{1}, []float64{float64(float32(.3))}, nil)
	got := []float64{resultOf(t, TruePositives{Threshold: .3}, b), 0}
	b.Single = true
	got[1] = resultOf(t, TruePositives{Threshold: .3}, b)
	if diff := cmp.Diff([]float64{1, 0}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFromLogitsIsTheSameDecision(t *testing.T) {
	for _, pair := range [][2]Metric{
		{Precision{Threshold: .3}, Precision{Threshold: .3, FromLogits: true}},
		{Recall{}, Recall{FromLogits: true}},
		{FBeta{Beta: .5, Threshold: .7}, FBeta{Beta: .5, Threshold: .7, FromLogits: true}},
		{F1{}, F1{FromLogits: true}},
		{Accuracy{}, Accuracy{FromLogits: true}},
		{BinaryAccuracy{}, BinaryAccuracy{FromLogits: true}},
		{TruePositives{Threshold: Zero}, TruePositives{Threshold: Zero, FromLogits: true}},
		{FalsePositives{Threshold: 1}, FalsePositives{Threshold: 1, FromLogits: true}},
		{TrueNegatives{}, TrueNegatives{FromLogits: true}},
		{FalseNegatives{}, FalseNegatives{FromLogits: true}},
		{Brier{}, Brier{FromLogits: true}},
		{LogLoss{}, LogLoss{FromLogits: true}},
		{BinaryCrossentropy{LabelSmoothing: .1}, BinaryCrossentropy{LabelSmoothing: .1, FromLogits: true}},
	} {
		t.Run(pair[0].Name(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				b := drawBatch(t, binary)
				logits := b
				logits.Pred = Values{Shape: b.Pred.Shape}
				for i := range b.Pred.Data {
					b.Pred.Data[i] -= .01 // no score on a threshold
					logits.Pred.Data = append(logits.Pred.Data, math.Log(b.Pred.Data[i])-math.Log1p(-b.Pred.Data[i]))
				}
				if diff := cmp.Diff(resultOf(t, pair[0], b), resultOf(t, pair[1], logits), nearly); diff != "" {
					t.Fatal(diff)
				}
			})
		})
	}
}

func TestDecisionErrors(t *testing.T) {
	for name, c := range map[string]struct {
		metric Metric
		want   string
	}{
		"threshold above 1": {Precision{Threshold: 50}, "metric: precision: threshold is 50, want a probability"},
		"negative":          {Recall{Threshold: -.5}, "threshold is -0.5"},
		"NaN":               {F1{Threshold: math.NaN()}, "threshold is NaN"},
		"top 4 of 3":        {Precision{TopK: 4}, "the top 4 of 3 columns"},
		"top -1":            {Recall{TopK: -1}, "the top -1 of 3 columns"},
		"class 3":           {Recall{Classes: []int{0, 3}}, "class 3, want one from 0 to 2"},
		"beta":              {FBeta{Beta: -1}, "beta is -1"},
		"Keras's beta":      {FBetaScore{Beta: math.NaN()}, "beta is NaN"},
		"Keras's threshold": {FBetaScore{Threshold: math.NaN()}, "threshold is NaN"},
		"average":           {FBetaScore{Average: 3}, "unknown average 3"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := c.metric.New([]int{3}, []int{3}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
	if _, err := (FBetaScore{}).New(nil, []int{1}); err == nil || !strings.Contains(err.Error(), "one column") {
		t.Errorf("argmax of one column: got %v", err)
	}
	if got := resultOf(t, FBetaScore{Threshold: .5}, binaryBatch(skTrue, skScore, nil)); math.Abs(got-8./11) > 1e-6 {
		t.Errorf("F1 of one column above .5 is %v, want 8/11", got)
	}
}

// Labels that Keras would cast to true.
func TestLabelsMustBeBinary(t *testing.T) {
	for _, m := range []Metric{Accuracy{}, Precision{}, F1{}, TrueNegatives{}, ROCAUC{}, AveragePrecision{}, KerasAUC{}, FBetaScore{Threshold: .5}} {
		for _, y := range []float64{-1, .1, 2} {
			s, err := m.New(nil, []int{1})
			if err != nil {
				t.Fatal(err)
			}
			b := binaryBatch([]float64{0, y}, []float64{.1, .2}, nil)
			if err := s.Update(&b); err == nil || !strings.Contains(err.Error(), m.Name()+": row 1: label is") {
				t.Errorf("%s of label %v: got %v, want an error that names row 1", m.Name(), y, err)
			}
		}
	}
}

func TestTopKTakesTheFirstOfTies(t *testing.T) {
	b := Batch{
		True: Values{[]float64{0, 1, 2, 2}, []int{4}},
		Pred: Values{[]float64{.2, .2, .2, .2, .2, .2, .2, .2, .2, .1, .2, .3}, []int{4, 3}},
	}
	for k, want := range map[int]float64{1: .5, 2: .75, 3: 1} {
		if got := resultOf(t, Recall{TopK: k}, b); got != want {
			t.Errorf("recall in the top %d is %v, want %v", k, got, want)
		}
	}
	// With a threshold both conditions hold.
	if got := resultOf(t, Recall{TopK: 3, Threshold: .25}, b); got != .25 {
		t.Errorf("recall in the top 3 above .25 is %v, want .25", got)
	}
}

func TestClasses(t *testing.T) {
	b := threeClasses(true)
	// Class 2 is above .5 in the last row alone; three rows weigh .5+1+1.
	if got := resultOf(t, Recall{Classes: []int{2}}, b); math.Abs(got-1/2.5) > 1e-12 {
		t.Errorf("recall of class 2 is %v, want .4", got)
	}
	all := resultOf(t, Precision{}, b)
	if got := resultOf(t, Precision{Classes: []int{2, 0, 1}}, b); got != all {
		t.Errorf("precision of all classes by name is %v, want %v", got, all)
	}
}
