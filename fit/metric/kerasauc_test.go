package metric

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Values of Keras on the rows of counts_test.go.
func TestKerasAUCReference(t *testing.T) {
	for name, c := range map[string]struct {
		weight  []float64
		roc, pr float64
	}{
		"unweighted": {nil, .898809523810, .829291360054},
		"weighted":   {skWeight, .901960784314, .861594014493},
	} {
		t.Run(name, func(t *testing.T) {
			b := binaryBatch(skTrue, skScore, c.weight)
			got := []float64{resultOf(t, KerasAUC{}, b), resultOf(t, KerasAUC{Curve: PR}, b)}
			if diff := cmp.Diff([]float64{c.roc, c.pr}, got, twelve); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// One row in 500 is positive, the ranking is perfect, and no probability reaches
// the second of the 200 thresholds.
func TestKerasAUCIsBlindToRareEvents(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n = 50_000
	y, p := make([]float64, n), make([]float64, n)
	for i := range y {
		y[i] = indicator(i%500 == 0)
		p[i] = (rng.Float64() + 3*y[i]) / 4 / 200
	}
	b := binaryBatch(y, p, nil)
	if exact := resultOf(t, ROCAUC{}, b); exact != 1 {
		t.Errorf("exact ROC AUC is %v, want 1: the classes are apart", exact)
	}
	if keras := resultOf(t, KerasAUC{}, b); math.Abs(keras-.5) > 1e-12 {
		t.Errorf("Keras's ROC AUC is %v, want .5: all scores are ties", keras)
	}
	if exact := resultOf(t, AveragePrecision{}, b); exact != 1 {
		t.Errorf("average precision is %v, want 1", exact)
	}
	if keras := resultOf(t, KerasAUC{Curve: PR}, b); keras > .01 {
		t.Errorf("Keras's area under the precision-recall curve is %v, want that of a constant score", keras)
	}
	// The same ranking, pushed up as class weights do.
	for i := range p {
		p[i] *= 199
	}
	if keras := resultOf(t, KerasAUC{}, b); keras < .99 {
		t.Errorf("Keras's ROC AUC of the raised scores is %v, want about 1", keras)
	}
}

func TestKerasAUCFromLogits(t *testing.T) {
	logits := make([]float64, len(skScore))
	for i, p := range skScore {
		logits[i] = math.Log(p / (1 - p))
	}
	want := resultOf(t, KerasAUC{Curve: PR}, binaryBatch(skTrue, skScore, nil))
	got := resultOf(t, KerasAUC{Curve: PR, FromLogits: true}, binaryBatch(skTrue, logits, nil))
	if diff := cmp.Diff(want, got, twelve); diff != "" {
		t.Error(diff)
	}
}

func TestKerasAUCErrors(t *testing.T) {
	for name, c := range map[string]struct {
		metric KerasAUC
		want   string
	}{
		"one threshold":     {KerasAUC{NumThresholds: 1}, "1 thresholds"},
		"threshold 2":       {KerasAUC{Thresholds: []float64{.5, 2}}, "threshold is 2"},
		"NaN threshold":     {KerasAUC{Thresholds: []float64{math.NaN()}}, "threshold is NaN"},
		"label weights":     {KerasAUC{LabelWeights: []float64{1, 2, 3}}, "MultiLabel false"},
		"number of weights": {KerasAUC{LabelWeights: []float64{1}, MultiLabel: true}, "1 label weights for 3 columns"},
		"curve":             {KerasAUC{Curve: 3}, "unknown curve 3"},
		"summation":         {KerasAUC{Summation: -1}, "summation -1"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := c.metric.New([]int{3}, []int{3}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
	for _, p := range []float64{-.1, 1.1} {
		s, err := KerasAUC{}.New(nil, []int{1})
		if err != nil {
			t.Fatal(err)
		}
		b := binaryBatch([]float64{1}, []float64{p}, nil)
		if err := s.Update(&b); err == nil || !strings.Contains(err.Error(), "FromLogits") {
			t.Errorf("score %v: got %v, want an error that names FromLogits", p, err)
		}
	}
}
