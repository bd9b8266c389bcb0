package metric

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShapes(t *testing.T) {
	type rows struct {
		K      int
		Sparse bool
	}
	for name, c := range map[string]struct {
		truth, pred []int
		want        rows
		bad         bool
	}{
		"(n), (n)":         {nil, nil, rows{1, false}, false},
		"(n), (n,1)":       {nil, []int{1}, rows{1, false}, false},
		"(n,1), (n)":       {[]int{1}, nil, rows{1, false}, false},
		"(n,1), (n,1)":     {[]int{1}, []int{1}, rows{1, false}, false},
		"(n,K), (n,K)":     {[]int{3}, []int{3}, rows{3, false}, false},
		"(n), (n,K)":       {nil, []int{3}, rows{3, true}, false},
		"(n,1), (n,K)":     {[]int{1}, []int{3}, rows{3, true}, false},
		"(n,T), (n,T,1)":   {[]int{5}, []int{5, 1}, rows{1, false}, false},
		"(n,T), (n,T,K)":   {[]int{5}, []int{5, 3}, rows{3, true}, false},
		"(n,T,1), (n,T,K)": {[]int{5, 1}, []int{5, 3}, rows{3, true}, false},
		"(n,T,K), (n,T,K)": {[]int{5, 3}, []int{5, 3}, rows{3, false}, false},
		"(n,T,T), (n,T,T)": {[]int{3, 3}, []int{3, 3}, rows{3, false}, false},
		"(n,2), (n,3)":     {[]int{2}, []int{3}, rows{}, true},
		"(n,K), (n)":       {[]int{3}, nil, rows{}, true},
		"(n,K), (n,1)":     {[]int{3}, []int{1}, rows{}, true},
		"(n), (n,T,K)":     {nil, []int{5, 3}, rows{}, true},
		"no columns":       {[]int{0}, []int{0}, rows{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := align("m", c.truth, c.pred)
			if c.bad {
				if err == nil || !strings.HasPrefix(err.Error(), "metric: m: ") {
					t.Fatalf("got %v, want an error", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, rows{l.k, l.sparse}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAccuracyResolvesByShape(t *testing.T) {
	for name, c := range map[string]struct {
		truth, pred Values
		want        float64
	}{
		"binary (n), (n)":        {Values{[]float64{1, 0, 1}, []int{3}}, Values{[]float64{.9, .2, .3}, []int{3}}, 2. / 3},
		"binary (n), (n,1)":      {Values{[]float64{1, 0, 1}, []int{3}}, Values{[]float64{.9, .2, .3}, []int{3, 1}}, 2. / 3},
		"binary (n,1), (n)":      {Values{[]float64{1, 0, 1}, []int{3, 1}}, Values{[]float64{.9, .2, .3}, []int{3}}, 2. / 3},
		"binary (n,T), (n,T,1)":  {Values{[]float64{1, 0, 1, 1}, []int{2, 2}}, Values{[]float64{.9, .2, .3, .4}, []int{2, 2, 1}}, .5},
		"indices (n), (n,2)":     {Values{[]float64{1, 0}, []int{2}}, Values{[]float64{.1, .9, .4, .6}, []int{2, 2}}, .5},
		"indices (n,1), (n,2)":   {Values{[]float64{1, 0}, []int{2, 1}}, Values{[]float64{.1, .9, .4, .6}, []int{2, 2}}, .5},
		"indices (n,T), (n,T,2)": {Values{[]float64{1, 0}, []int{1, 2}}, Values{[]float64{.1, .9, .4, .6}, []int{1, 2, 2}}, .5},
		"one-hot (n,2), (n,2)":   {Values{[]float64{0, 1, 1, 0}, []int{2, 2}}, Values{[]float64{.1, .9, .4, .6}, []int{2, 2}}, .5},
		"first of ties":          {Values{[]float64{0, 1}, []int{2}}, Values{[]float64{.5, .5, .5, .5}, []int{2, 2}}, .5},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, Accuracy{}, Batch{True: c.truth, Pred: c.pred}); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestWrongKindOfTargets(t *testing.T) {
	for name, c := range map[string]struct {
		metric      Metric
		truth, pred []int
	}{
		"binary accuracy of indices":      {BinaryAccuracy{}, nil, []int{3}},
		"squared error of indices":        {MeanSquaredError{}, nil, []int{3}},
		"binary crossentropy of indices":  {BinaryCrossentropy{}, nil, []int{3}},
		"categorical accuracy of indices": {CategoricalAccuracy{}, nil, []int{3}},
		"sparse accuracy of one-hot":      {SparseCategoricalAccuracy{}, []int{3}, []int{3}},
		"sparse crossentropy of one-hot":  {SparseCategoricalCrossentropy{}, []int{3}, []int{3}},
		"categorical of other width":      {CategoricalCrossentropy{}, []int{2}, []int{3}},
		"precision of other width":        {Precision{}, []int{2}, []int{3}},
		"ranking of other width":          {ROCAUC{}, []int{2}, []int{3}},
		"Keras's AUC of other width":      {KerasAUC{}, []int{2}, []int{3}},
		"F-beta score of other width":     {FBetaScore{}, []int{2}, []int{3}},
		"accuracy of other width":         {Accuracy{}, []int{2}, []int{3}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.metric.New(c.truth, c.pred)
			if err == nil || !strings.HasPrefix(err.Error(), "metric: "+c.metric.Name()+": ") || !strings.Contains(err.Error(), "of shape [3]") {
				t.Errorf("got %v, want an error that names the metric and the shape", err)
			}
		})
	}
}

func TestClassIndicesOutOfRange(t *testing.T) {
	for _, y := range []float64{-1, 3, 1.5} {
		s, err := Accuracy{}.New(nil, []int{3})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Update(&Batch{True: Values{[]float64{0, y}, []int{2}}, Pred: Values{make([]float64, 6), []int{2, 3}}})
		if err == nil || !strings.Contains(err.Error(), "metric: accuracy: row 1: label is") {
			t.Errorf("label %v: got %v, want an error", y, err)
		}
	}
}

func TestWeightShapes(t *testing.T) {
	// Two samples of two timesteps; the weights tell the cells apart.
	truth := Values{[]float64{1, 1, 1, 1}, []int{2, 2}}
	pred := Values{[]float64{.9, .1, .1, .1}, []int{2, 2, 1}}
	for name, c := range map[string]struct {
		weight Values
		want   float64
	}{
		"none":       {Values{}, 1. / 4},
		"(n)":        {Values{[]float64{3, 1}, []int{2}}, 3. / 8},
		"(n,1)":      {Values{[]float64{3, 1}, []int{2, 1}}, 3. / 8},
		"(n,1,1)":    {Values{[]float64{3, 1}, []int{2, 1, 1}}, 3. / 8},
		"(n,T)":      {Values{[]float64{4, 1, 2, 1}, []int{2, 2}}, 4. / 8},
		"(n,T,1)":    {Values{[]float64{4, 1, 2, 1}, []int{2, 2, 1}}, 4. / 8},
		"zero total": {Values{[]float64{0, 0}, []int{2}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, Recall{}, Batch{True: truth, Pred: pred, Weight: c.weight}); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// A weight for each column means something to a count and not to a row.
func TestWeightPerColumn(t *testing.T) {
	b := Batch{
		True:   Values{[]float64{1, 0, 0, 1}, []int{2, 2}},
		Pred:   Values{[]float64{.9, .1, .9, .1}, []int{2, 2}},
		Weight: Values{[]float64{1, 2, 3, 4}, []int{2, 2}},
	}
	if got := resultOf(t, Recall{}, b); got != 1./5 {
		t.Errorf("recall is %v, want .2", got)
	}
	s, err := CategoricalAccuracy{}.New([]int{2}, []int{2})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(&b); err == nil || !strings.Contains(err.Error(), "want one weight per row") {
		t.Errorf("got %v, want an error", err)
	}
}
