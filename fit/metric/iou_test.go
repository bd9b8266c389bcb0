package metric

import (
	"strings"
	"testing"
)

func TestIoU(t *testing.T) {
	y, p := []float64{0, 1, 2, 2, 0}, []float64{0, 2, 2, 1, 1}
	for name, c := range map[string]struct {
		metric Metric
		p, w   []float64
		want   float64 // without the 1e-7
	}{
		"all classes":              {MeanIoU{NumClasses: 3}, p, nil, (1./2 + 0 + 1./3) / 3},
		"two classes":              {IoU{NumClasses: 3, Classes: []int{0, 2}}, p, nil, (1./2 + 1./3) / 2},
		"a class that never is":    {MeanIoU{NumClasses: 4}, p, nil, (1./2 + 0 + 1./3) / 3},
		"out of range":             {MeanIoU{NumClasses: 2}, p, nil, (1./2 + 0) / 2},
		"predicted out of range":   {MeanIoU{NumClasses: 3}, []float64{0, 2, 2, -1, 9}, nil, (1 + 0 + 1./2) / 3},
		"ignored":                  {MeanIoU{NumClasses: 3, Ignore: []int{2}}, p, nil, 1. / 2 / 3},
		"fractions of weights":     {MeanIoU{NumClasses: 3}, p, []float64{2.9, .9, 1, .5, .5}, 1},
		"nothing weighs a whole":   {MeanIoU{NumClasses: 3}, p, []float64{.9, .9, .9, .9, .9}, 0},
		"wanted class never comes": {IoU{NumClasses: 4, Classes: []int{3}}, p, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := resultOf(t, c.metric, columns(1, y, c.p, c.w))
			if got > c.want || got < c.want-1e-6 {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestBinaryIoUIncludesThreshold(t *testing.T) {
	b := columns(1, []float64{1, 0}, []float64{.5, .4}, nil)
	if got := resultOf(t, BinaryIoU{}, b); got < .999 {
		t.Errorf("at the threshold: got %v, want 1", got)
	}
	if got := resultOf(t, BinaryIoU{Threshold: Zero, Classes: []int{0}}, b); got != 0 {
		t.Errorf("threshold 0 calls all rows positive: got %v, want 0", got)
	}
}

// Targets and predictions may be dense or not, each for itself.
func TestIoUShapes(t *testing.T) {
	hot, scores := []float64{1, 0, 0, 1, 0, 1}, []float64{.9, .1, .6, .4, .2, .8}
	labels, classes := []float64{0, 1, 1}, []float64{0, 0, 1}
	want := 0.5 - 1e-6
	for name, c := range map[string]struct {
		metric Metric
		batch  Batch
	}{
		"dense targets":     {MeanIoU{NumClasses: 2, DenseTrue: true}, Batch{True: Values{hot, []int{3, 2}}, Pred: Values{classes, []int{3}}}},
		"dense predictions": {MeanIoU{NumClasses: 2, DensePred: true}, Batch{True: Values{labels, []int{3, 1}}, Pred: Values{scores, []int{3, 2}}}},
		"both":              {OneHotMeanIoU{NumClasses: 2}, Batch{True: Values{hot, []int{3, 2}}, Pred: Values{scores, []int{3, 2}}}},
		"one-hot targets":   {OneHotIoU{NumClasses: 2, Classes: []int{0, 1}, SparsePred: true}, Batch{True: Values{hot, []int{3, 2}}, Pred: Values{classes, []int{3, 1}}}},
		"neither":           {MeanIoU{NumClasses: 2}, Batch{True: Values{labels, []int{3}}, Pred: Values{classes, []int{3}}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, c.metric, c.batch); got < want || got > .5 {
				t.Errorf("got %v, want .5", got)
			}
		})
	}
	refused(t, nil, []int{3}, "equal rows", MeanIoU{NumClasses: 3})
	refused(t, []int{2}, []int{3}, "equal rows", MeanIoU{NumClasses: 3, DensePred: true})
	refused(t, nil, nil, "NumClasses is 0", MeanIoU{})
	refused(t, nil, nil, "class 3", IoU{NumClasses: 3, Classes: []int{3}})
	refused(t, []int{0}, []int{0}, "equal rows", MeanIoU{NumClasses: 3})
}

func TestIoUWantsClasses(t *testing.T) {
	s, err := MeanIoU{NumClasses: 2}.New(nil, []int{1})
	if err != nil {
		t.Fatal(err)
	}
	b := columns(1, []float64{1, 0}, []float64{1, .4}, nil)
	b.True.Shape = []int{2}
	if err := s.Update(&b); err == nil || !strings.Contains(err.Error(), "row 1: class is 0.4, want a whole number") {
		t.Errorf("got %v", err)
	}
}
