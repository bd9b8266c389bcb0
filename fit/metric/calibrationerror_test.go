package metric

import (
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance/calibrate"
	"pgregory.net/rapid"
)

func TestCalibrationError(t *testing.T) {
	logit := func(p float64) float64 { return math.Log(p / (1 - p)) }
	for name, c := range map[string]struct {
		metric Metric
		batch  Batch
		want   float64
	}{
		"two bins":         {CalibrationError{Bins: 2}, columns(1, []float64{0, 1, 1, 0}, []float64{.2, .4, .9, .7}, nil), .5*.2 + .5*.3},
		"weighted":         {CalibrationError{Bins: 2}, columns(1, []float64{0, 1, 1, 0}, []float64{.2, .4, .9, .7}, []float64{3, 1, 1, 0}), (4*0 + 1*.1) / 5},
		"one bin":          {CalibrationError{Bins: 1}, columns(1, []float64{0, 1}, []float64{.4, .8}, nil), .1},
		"edges":            {CalibrationError{Bins: 2}, columns(1, []float64{0, 1, 1, 1}, []float64{0, .5, .75, 1}, nil), .25/2 + .125/2},
		"logits":           {CalibrationError{Bins: 1, FromLogits: true}, columns(1, []float64{0, 1}, []float64{logit(.4), logit(.8)}, nil), .1},
		"largest of three": {CalibrationError{Bins: 1}, threeClasses(false), math.Abs(.6+.5+.4+.7+.5+.6+.8-5) / 7},
		"softmax": {CalibrationError{Bins: 1, FromLogits: true}, columns(2, []float64{1, 0, 0, 1}, []float64{logit(.7), 0, logit(.6), 0}, nil),
			.65 - .5},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, c.metric, c.batch); !near12(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	refused(t, nil, []int{1}, "-1 bins", CalibrationError{Bins: -1})
	refused(t, []int{2}, []int{3}, "targets of shape", CalibrationError{})
	s, err := CalibrationError{}.New(nil, []int{1})
	if err != nil {
		t.Fatal(err)
	}
	b := binaryBatch([]float64{1}, []float64{1.5}, []float64{1})
	if err := s.Update(&b); err == nil || !strings.Contains(err.Error(), "row 0: prediction is 1.5") {
		t.Errorf("got %v", err)
	}
}

// One column must agree with the table of package calibrate.
func TestCalibrationErrorIsReliabilitys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBatch(t, binary)
		bins := rapid.IntRange(1, 20).Draw(t, "bins")
		table, err := calibrate.Reliability(b.True.Data, b.Pred.Data, b.Weight.Data, bins, calibrate.EqualWidth)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := resultOf(t, CalibrationError{Bins: bins}, b), calibrate.CalibrationError(table); !near12(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// A probability lies in the bin whose edges i/n say so, edges of all n included.
func TestCalibrationBins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "bins")
		s := &calibrationError{bins: make([]calibrationBin, n)}
		p := rapid.OneOf(rapid.Float64Range(0, 1), rapid.Map(rapid.IntRange(0, n), func(i int) float64 { return float64(i) / float64(n) })).Draw(t, "p")
		i := s.bin(p)
		if i > 0 && p <= float64(i)/float64(n) || i < n-1 && p > float64(i+1)/float64(n) {
			t.Fatalf("%v is in bin %d of %d", p, i, n)
		}
	})
}
