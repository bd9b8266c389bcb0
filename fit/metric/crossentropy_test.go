package metric

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSaturatedProbabilities(t *testing.T) {
	wrong := binaryBatch([]float64{1, 0}, []float64{0, 1}, nil)
	single := wrong
	single.Single = true
	for name, c := range map[string]struct {
		metric Metric
		batch  Batch
		want   float64
	}{
		"Keras clips at 1e-7":          {BinaryCrossentropy{}, wrong, -math.Log(1e-7)},
		"in float32 1-1e-7 is 1-2^-23": {BinaryCrossentropy{}, single, (-math.Log(1e-7) - math.Log(0x1p-23)) / 2},
		"log loss clips at 2^-52":      {LogLoss{}, wrong, 52 * math.Ln2},
		"log loss in float32 at 2^-23": {LogLoss{}, single, 23 * math.Ln2},
		"logits are not clipped":       {BinaryCrossentropy{FromLogits: true}, binaryBatch([]float64{1}, []float64{-800}, nil), 800},
		"right and saturated":          {LogLoss{}, binaryBatch([]float64{1, 0}, []float64{1, 0}, nil), -math.Log1p(-0x1p-52)},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, resultOf(t, c.metric, c.batch), nearly); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Softmax and its logarithm agree, one-hot rows and class indices agree, and a
// constant added to all logits changes nothing.
func TestCategoricalFormsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sparse := drawBatch(t, indices)
		hot := sparse
		hot.True = Values{Shape: sparse.Pred.Shape}
		logits := Values{Shape: sparse.Pred.Shape}
		shift := rapid.Float64Range(-500, 500).Draw(t, "shift")
		for i, y := range sparse.True.Data {
			var sum float64
			for c := range 3 {
				hot.True.Data = append(hot.True.Data, indicator(int(y) == c))
				sum += sparse.Pred.Data[3*i+c]
			}
			for c := range 3 {
				sparse.Pred.Data[3*i+c] /= sum
				logits.Data = append(logits.Data, math.Log(sparse.Pred.Data[3*i+c])+shift)
			}
		}
		sparseLogits, hotLogits := sparse, hot
		sparseLogits.Pred, hotLogits.Pred = logits, logits
		for _, m := range [][4]Metric{
			{SparseCategoricalCrossentropy{}, SparseCategoricalCrossentropy{FromLogits: true}, CategoricalCrossentropy{}, CategoricalCrossentropy{FromLogits: true}},
			{LogLoss{}, LogLoss{FromLogits: true}, LogLoss{}, LogLoss{FromLogits: true}},
			{Brier{}, Brier{FromLogits: true}, Brier{}, Brier{FromLogits: true}},
		} {
			want := resultOf(t, m[0], sparse)
			got := []float64{resultOf(t, m[1], sparseLogits), resultOf(t, m[2], hot), resultOf(t, m[3], hotLogits)}
			if diff := cmp.Diff([]float64{want, want, want}, got, nearly); diff != "" {
				t.Fatalf("%s: %s", m[0].Name(), diff)
			}
		}
	})
}

func TestLabelSmoothing(t *testing.T) {
	b := binaryBatch([]float64{1}, []float64{.8}, nil)
	want := -.95*math.Log(.8) - .05*math.Log(.2)
	if diff := cmp.Diff(want, resultOf(t, BinaryCrossentropy{LabelSmoothing: .1}, b), nearly); diff != "" {
		t.Errorf("binary: %s", diff)
	}
	hot := Batch{True: Values{[]float64{0, 1, 0}, []int{1, 3}}, Pred: Values{[]float64{.2, .5, .3}, []int{1, 3}}}
	want = -.1*math.Log(.2) - .8*math.Log(.5) - .1*math.Log(.3)
	if diff := cmp.Diff(want, resultOf(t, CategoricalCrossentropy{LabelSmoothing: .3}, hot), nearly); diff != "" {
		t.Errorf("categorical: %s", diff)
	}
	for _, m := range []Metric{BinaryCrossentropy{LabelSmoothing: 2}, CategoricalCrossentropy{LabelSmoothing: math.NaN()}} {
		if _, err := m.New([]int{3}, []int{3}); err == nil || !strings.Contains(err.Error(), "label smoothing is") {
			t.Errorf("%s: got %v, want an error", m.Name(), err)
		}
	}
}

func TestBrierScoreErrors(t *testing.T) {
	for name, c := range map[string]struct {
		y, p, w []float64
		want    string
	}{
		"above 1":   {[]float64{0, 1}, []float64{.5, 1.5}, nil, "row 1: score is 1.5, want a probability"},
		"below 0":   {[]float64{0}, []float64{-.5}, nil, "row 0: score is -0.5"},
		"no rows":   {nil, nil, nil, "no rows with weight"},
		"no weight": {[]float64{1}, []float64{.5}, []float64{0}, "no rows with weight"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := BrierScore(c.y, c.p, c.w); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
