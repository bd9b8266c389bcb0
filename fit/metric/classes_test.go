package metric

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The numbers of scikit-learn 1.9.1, and of imbalanced-learn 0.14.2 for the
// geometric mean. The latter loses weights on the way, so there the rows were
// repeated instead.
func TestClassesAgainstSklearn(t *testing.T) {
	type row struct{ Balanced, Adjusted, Matthews, Kappa, Linear, Quadratic, Geometric float64 }
	for name, c := range map[string]struct {
		batch Batch
		want  row
	}{
		"binary":          {binaryBatch(skTrue, skScore, nil), row{.7976190476190477, .5952380952380953, .629940788348712, .625, .625, .625, .7867957924694431}},
		"binary weighted": {binaryBatch(skTrue, skScore, skWeight), row{.7917833800186742, .5835667600373484, .6286145534400931, .6169792694965449, .6169792694965449, .6169792694965449, .7784444255197557}},
		"three classes":   {threeClasses(false), row{.7222222222222222, .5833333333333334, .5625, .5625, .6818181818181818, .7941176470588235, .6933612743506347}},
		"three weighted":  {threeClasses(true), row{.5703703703703704, .3555555555555556, .4741191269047464, .4642857142857143, .6404109589041096, .7830578512396694, .4054801330382266}},
	} {
		t.Run(name, func(t *testing.T) {
			of := func(m Metric) float64 { return resultOf(t, m, c.batch) }
			got := row{of(BalancedAccuracy{}), of(BalancedAccuracy{Adjusted: true}), of(MatthewsCorrelation{}),
				of(CohenKappa{}), of(CohenKappa{Disagreement: Linear}), of(CohenKappa{Disagreement: Quadratic}), of(GeometricMean{})}
			if diff := cmp.Diff(c.want, got, twelve); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestClassesOptions(t *testing.T) {
	b := columns(1, []float64{1, 0, 1, 0}, []float64{.2, .1, .9, .3}, nil)
	for name, c := range map[string]struct {
		metric Metric
		want   float64
	}{
		"default threshold": {BalancedAccuracy{}, .75},
		"lower threshold":   {BalancedAccuracy{Threshold: .15}, .75},
		"zero threshold":    {BalancedAccuracy{Threshold: Zero}, .5},
		"logits":            {MatthewsCorrelation{FromLogits: true, Threshold: .54}, 1 / math.Sqrt(3)},
		"missed class":      {GeometricMean{Threshold: .95, Correction: .04}, .2},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, c.metric, b); !near12(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	refused(t, nil, []int{1}, "threshold is 2", BalancedAccuracy{Threshold: 2})
	refused(t, nil, []int{3}, "they are for one column", MatthewsCorrelation{Threshold: .4})
	refused(t, nil, []int{3}, "they are for one column", BalancedAccuracy{FromLogits: true})
	refused(t, nil, []int{1}, "unknown disagreement 3", CohenKappa{Disagreement: 3})
	refused(t, nil, []int{1}, "correction is NaN", GeometricMean{Correction: math.NaN()})
	refused(t, []int{2}, []int{3}, "targets of shape", GeometricMean{})
}

func TestClassesRejectRows(t *testing.T) {
	for name, c := range map[string]struct {
		batch Batch
		want  string
	}{
		"two labels":      {columns(2, []float64{1, 0, 1, 1}, make([]float64, 4), nil), "row 1: target [1 1], want one 1 and zeros"},
		"no label":        {columns(2, []float64{0, 0}, make([]float64, 2), nil), "row 0: target [0 0]"},
		"soft label":      {columns(2, []float64{.5, .5}, make([]float64, 2), nil), "row 0: target [0.5 0.5]"},
		"cancelling":      {columns(3, []float64{1, 1, -1}, make([]float64, 3), nil), "row 0: target [1 1 -1]"},
		"negative weight": {columns(2, []float64{1, 0}, make([]float64, 2), []float64{-1}), "row 0: weight is -1"},
		"NaN weight":      {columns(1, []float64{1}, []float64{1}, []float64{math.NaN()}), "row 0: weight is NaN"},
		"label 2":         {columns(1, []float64{2}, []float64{1}, nil), "row 0: label is 2"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, m := range []Metric{BalancedAccuracy{}, RecallScore{}, CalibrationError{}} {
				s, err := m.New(c.batch.True.Shape[1:], c.batch.Pred.Shape[1:])
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Update(&c.batch); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%s: got %v, want an error with %q", m.Name(), err, c.want)
				}
			}
		})
	}
}
