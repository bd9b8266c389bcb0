package calibrate

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Of scikit-learn 1.9.1, sklearn.calibration._TemperatureScaling, which takes
// the logits of one column z to be -z and z.
func TestTemperatureAgainstSklearn(t *testing.T) {
	binary := make([]float64, len(skScore))
	var three []float64
	for i, s := range skScore {
		binary[i] = math.Log(s) - math.Log1p(-s)
		three = append(three, 0, 3*s, 2*math.Sin(float64(i)))
	}
	classes := []float64{0, 2, 1, 1, 0, 1, 0, 0, 2, 0, 0, 2, 1, 0, 0, 0, 0, 1, 2, 0}
	for name, c := range map[string]struct {
		y, logit, weight []float64
		want             Temperature
		applied          []float64
	}{
		"one column":              {skTrue, binary, nil, Temperature{.41400323027276273, 1}, nil},
		"one column, weighted":    {skTrue, binary, skWeight, Temperature{.38445495467171475, 1}, nil},
		"three classes":           {classes, three, nil, Temperature{8.416001627325343, 3}, []float64{.32934937725098545, .34130124549802915, .32934937725098545, .29632992679561954, .3417429939603793, .36192707924400114}},
		"three classes, weighted": {classes, three, skWeight, Temperature{3.783327192413079, 3}, []float64{.3244094852499964, .3511810295000072, .3244094852499964, .2542279316644301, .3491188347474971, .39665323358807275}},
	} {
		t.Run(name, func(t *testing.T) {
			var got Temperature
			if err := got.Fit(c.y, c.logit, c.weight); err != nil {
				t.Fatal(err)
			}
			loose := cmpopts.EquateApprox(1e-6, 0)
			if diff := cmp.Diff(c.want, got, loose); diff != "" {
				t.Error(diff)
			}
			p := must[[]float64](t)(got.Apply(c.logit))
			if diff := cmp.Diff(c.applied, p[:len(c.applied)], loose, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTemperatureSlopes(t *testing.T) {
	l, err := newSoftmax([]float64{0, 2, 1, 1}, []float64{1, 2, 0, 3, 2, 2, 0, 5, 1, 1, 0, 4}, []float64{1, 2, 1, 1}, 3)
	if err != nil {
		t.Fatal(err)
	}
	checkSlopes(t, []float64{.7}, l.loss, l.gradient, l.hessian)
	second := make([]float64, 1)
	l.gradient(second, []float64{0})
	if !(second[0] < 0) {
		t.Errorf("slope at 0 is %v", second[0])
	}
}

// One column is two columns of which the first is 0.
func TestTemperatureFormsAgree(t *testing.T) {
	y, z := []float64{0, 1, 0, 1, 1}, []float64{-2, 3, 1, -1, 700}
	var two []float64
	for _, v := range z {
		two = append(two, 0, v)
	}
	var a, b Temperature
	p, q := fitted(t, &a, y, z, nil), fitted(t, &b, y, two, nil)
	for i := range p {
		if diff := cmp.Diff([]float64{1 - p[i], p[i]}, q[2*i:2*i+2], near); diff != "" {
			t.Errorf("row %d: %s", i, diff)
		}
	}
}

func TestTemperatureErrors(t *testing.T) {
	fit := func(y, z []float64) error { return new(Temperature).Fit(y, z, nil) }
	apply := func(c Temperature, z ...float64) error {
		_, err := c.Apply(z)
		return err
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no mistakes":    {fit([]float64{0, 1}, []float64{-1, 1}), "fit to rows that hold mistakes"},
		"equal logits":   {fit([]float64{0, 1}, []float64{0, 0}), "fit to rows that hold mistakes"},
		"against":        {fit([]float64{0, 1, 1}, []float64{1, -1, .5}), "no temperature fits"},
		"ragged":         {fit([]float64{0, 1}, []float64{0, 0, 0}), "2 labels against 3 logits"},
		"no logits":      {fit([]float64{0, 1}, nil), "2 labels against 0 logits"},
		"label":          {fit([]float64{0, 3}, []float64{1, 2, 3, 4, 5, 6}), "row 1: label is 3, want a whole number from 0 to 2"},
		"negative label": {fit([]float64{0, -1}, []float64{1, 2, 3, 4, 5, 6}), "row 1: label is -1"},
		"far apart":      {fit([]float64{0, 1}, []float64{1e200, 1e200}), "too far apart"},
		"zero value":     {apply(Temperature{}, 1), "fit it first"},
		"negative":       {apply(Temperature{-1, 1}, 1), "fit it first"},
		"apply ragged":   {apply(Temperature{1, 3}, 1, 2), "2 logits, want rows of 3"},
		"apply NaN":      {apply(Temperature{1, 2}, 1, 2, math.NaN(), 1), "row 1: logit is NaN"},
	} {
		t.Run(name, func(t *testing.T) { wantError(t, c.err, c.want) })
	}
}
