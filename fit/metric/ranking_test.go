package metric

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// binaryBatch wraps columns as targets (n) against predictions (n, 1).
func binaryBatch(y, p, w []float64) Batch {
	return Batch{
		True:   Values{y, []int{len(y)}},
		Pred:   Values{p, []int{len(p), 1}},
		Weight: Values{w, []int{len(w)}},
	}
}

// Three classes whose metrics scikit-learn 1.9.1 computed.
func threeClasses(weighted bool) Batch {
	b := Batch{
		True: Values{[]float64{0, 2, 1, 2, 0, 1, 2}, []int{7}},
		Pred: Values{[]float64{
			.6, .3, .1, .2, .3, .5, .3, .3, .4, .1, .7, .2, .5, .25, .25, .2, .6, .2, .05, .15, .8}, []int{7, 3}},
	}
	if weighted {
		b.Weight = Values{[]float64{1, .5, 2, 1, 3, .25, 1}, []int{7}}
	}
	return b
}

func TestProbabilityMetricsAgainstSklearn(t *testing.T) {
	type row struct{ AUC, AP, Brier, LogLoss float64 }
	of := func(b Batch) row {
		return row{resultOf(t, ROCAUC{}, b), resultOf(t, AveragePrecision{}, b), resultOf(t, Brier{}, b), resultOf(t, LogLoss{}, b)}
	}
	for name, c := range map[string]struct {
		batch Batch
		want  row
	}{
		"binary":          {binaryBatch(skTrue, skScore, nil), row{.898809523810, .820833333333, .13, .410567153381}},
		"binary weighted": {binaryBatch(skTrue, skScore, skWeight), row{.901960784314, .845904024932, .134458762887, .424260920030}},
		"three classes":   {threeClasses(false), row{.8305555555555556, .7611111111111111, .4571428571428572, .7777856966751597}},
		"three weighted":  {threeClasses(true), row{.8051965811965812, .7241023706218952, .49371428571428577, .8348656267505691}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, of(c.batch), cmpopts.EquateApprox(0, 1e-11)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Values of scikit-learn 1.9.1, on one-hot labels.
func TestRankingAverages(t *testing.T) {
	for name, c := range map[string]struct {
		average  Average
		weighted bool
		want     [2]float64
	}{
		"macro":                {Macro, false, [2]float64{.8305555555555556, .7611111111111111}},
		"by support":           {Weighted, false, [2]float64{.8250000000000001, .7714285714285715}},
		"micro":                {Micro, false, [2]float64{.8367346938775511, .7319837025719378}},
		"weights, macro":       {Macro, true, [2]float64{.8051965811965812, .7241023706218952}},
		"weights, by support":  {Weighted, true, [2]float64{.8403516483516483, .7794227504244482}},
		"weights, all columns": {Micro, true, [2]float64{.8220408163265306, .723182151094629}},
	} {
		t.Run(name, func(t *testing.T) {
			b := threeClasses(c.weighted)
			got := [2]float64{resultOf(t, ROCAUC{Average: c.average}, b), resultOf(t, AveragePrecision{Average: c.average}, b)}
			if diff := cmp.Diff(c.want, got, twelve); diff != "" {
				t.Error(diff)
			}
		})
	}
	refused(t, nil, []int{1}, "unknown average -1", ROCAUC{Average: -1})
}

func TestPartialROCAUC(t *testing.T) {
	for name, c := range map[string]struct {
		weight []float64
		most   float64
		want   float64
	}{
		"up to .1": {nil, .1, .7644110275689222},
		"up to .2": {nil, .2, .808531746031746},
		"weighted": {skWeight, .2, .8151433412871322},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := PartialROCAUCScore(skTrue, skScore, c.weight, c.most)
			if err != nil {
				t.Fatal(err)
			}
			streamed := resultOf(t, PartialROCAUC{MaxFPR: c.most}, binaryBatch(skTrue, skScore, c.weight))
			if !near12(got, c.want) || !near12(streamed, c.want) {
				t.Errorf("got %v and %v, want %v", got, streamed, c.want)
			}
		})
	}
	if got := resultOf(t, PartialROCAUC{}, binaryBatch(skTrue, skScore, nil)); !near12(got, .7644110275689222) {
		t.Errorf("by default %v, want that up to .1", got)
	}
	refused(t, nil, []int{1}, "MaxFPR is 1.5", PartialROCAUC{MaxFPR: 1.5})
	for name, c := range map[string]struct {
		y    []float64
		most float64
		want string
	}{
		"rate":      {skTrue, 0, "maximal false positive rate is 0"},
		"lengths":   {skTrue[:3], .1, "3 labels against 20 scores"},
		"one class": {make([]float64, 20), .1, "no positive rows"},
	} {
		if _, err := PartialROCAUCScore(c.y, skScore, nil, c.most); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}

func TestScoresOverSlices(t *testing.T) {
	for name, c := range map[string]struct {
		score func(y, s, w []float64) (float64, error)
		want  [2]float64
	}{
		"ROC AUC":           {ROCAUCScore[float64], [2]float64{.898809523810, .901960784314}},
		"average precision": {AveragePrecisionScore[float64], [2]float64{.820833333333, .845904024932}},
		"Brier score":       {BrierScore, [2]float64{.13, .134458762887}},
	} {
		t.Run(name, func(t *testing.T) {
			var got [2]float64
			for i, w := range [][]float64{nil, skWeight} {
				var err error
				if got[i], err = c.score(skTrue, skScore, w); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(c.want, got, twelve); diff != "" {
				t.Error(diff)
			}
			if _, err := c.score([]float64{0, 1, 1}, []float64{.5, math.NaN(), .5}, nil); err == nil || err.Error() != "metric: "+name+": row 1: score is NaN" {
				t.Errorf("NaN score: got %v", err)
			}
		})
	}
}

// float32 slices give what the same numbers give in float64.
func TestScoresOfFloat32(t *testing.T) {
	var y, p, w []float32
	for i := range skTrue {
		y, p, w = append(y, float32(skTrue[i])), append(p, float32(skScore[i])), append(w, float32(skWeight[i]))
	}
	auc, err := ROCAUCScore(y, p, w)
	if err != nil {
		t.Fatal(err)
	}
	ap, err := AveragePrecisionScore(y, p, w)
	if err != nil {
		t.Fatal(err)
	}
	if !near12(auc, 0.9019607843137255) || !near12(ap, 0.8459040249321579) {
		t.Errorf("ROC AUC %v and average precision %v, want .90196 and .84590", auc, ap)
	}
	if _, err := AveragePrecisionScore(y, p[:3], nil); err == nil || err.Error() != "metric: average precision: 20 labels against 3 scores" {
		t.Errorf("got %v", err)
	}
}

func TestRankingOfOneClass(t *testing.T) {
	for name, c := range map[string]struct {
		y, w []float64
		want string
		ap   float64
	}{
		"no rows":             {nil, nil, "no rows", 0},
		"no positive":         {[]float64{0, 0}, nil, "no positive rows", 0},
		"no negative":         {[]float64{1, 1}, nil, "no negative rows", 1},
		"positive weighs 0":   {[]float64{0, 1}, []float64{1, 0}, "no positive rows", 0},
		"everything weighs 0": {[]float64{0, 1}, []float64{0, 0}, "no rows", 0},
	} {
		t.Run(name, func(t *testing.T) {
			scores := []float64{.1, .2}[:len(c.y)]
			auc, err := ROCAUCScore(c.y, scores, c.w)
			if err == nil || !strings.Contains(err.Error(), c.want) || !math.IsNaN(auc) {
				t.Errorf("ROC AUC is %v, %v, want NaN and an error with %q", auc, err, c.want)
			}
			if _, _, _, err := ROCCurve(c.y, scores, c.w); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("ROC curve: got %v, want an error with %q", err, c.want)
			}
			ap, err := AveragePrecisionScore(c.y, scores, c.w)
			if err != nil || ap != c.ap {
				t.Errorf("average precision is %v, %v, want %v", ap, err, c.ap)
			}
		})
	}
}

func TestCurvesAgainstSklearn(t *testing.T) {
	fpr, tpr, at, err := ROCCurve(skTrue, skScore, skWeight)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float64{
		{0, 0, 0, 0, .06349206349206349, .06349206349206349, .25396825396825395, .31746031746031744, .4444444444444444, .4603174603174603, .49206349206349204, .6190476190476191, .6825396825396826, .746031746031746, .873015873015873, 1},
		{0, .058823529411764705, .4117647058823529, .5294117647058824, .5294117647058824, .6470588235294118, .8823529411764706, .8823529411764706, .8823529411764706, 1, 1, 1, 1, 1, 1, 1},
		{math.Inf(1), .9, .8, .7, .6, .55, .5, .45, .4, .35, .3, .25, .2, .15, .1, .05},
	}
	if diff := cmp.Diff(want, [][]float64{fpr, tpr, at}, twelve); diff != "" {
		t.Errorf("ROC: %s", diff)
	}
	p, r, at, err := PrecisionRecallCurve(skTrue, skScore, skWeight)
	if err != nil {
		t.Fatal(err)
	}
	want = [][]float64{
		{.35051546391752575, .38202247191011235, .41975308641975306, .44155844155844154, .4657534246575342, .5230769230769231, .5396825396825397, .5172413793103449, .6, .6521739130434783, .8461538461538461, .8181818181818182, 1, 1, 1, 1},
		{1, 1, 1, 1, 1, 1, 1, .8823529411764706, .8823529411764706, .8823529411764706, .6470588235294118, .5294117647058824, .5294117647058824, .4117647058823529, .058823529411764705, 0},
		{.05, .1, .15, .2, .25, .3, .35, .4, .45, .5, .55, .6, .7, .8, .9},
	}
	if diff := cmp.Diff(want, [][]float64{p, r, at}, twelve); diff != "" {
		t.Errorf("precision and recall: %s", diff)
	}
	if _, _, _, err := PrecisionRecallCurve([]float64{1}, nil, nil); err == nil {
		t.Error("no error for 1 label against 0 scores")
	}
}

// Asking for running values in between must not change the end.
func TestRankingRunningResult(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	s, err := AveragePrecision{}.New(nil, []int{1})
	if err != nil {
		t.Fatal(err)
	}
	var y, p []float64
	for range 20 {
		for range 50 {
			y, p = append(y, float64(rng.IntN(10)/9)), append(p, float64(rng.IntN(100))/100)
		}
		b := binaryBatch(y[len(y)-50:], p[len(p)-50:], nil)
		if err := s.Update(&b); err != nil {
			t.Fatal(err)
		}
		want, err := AveragePrecisionScore(y, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got := s.Result(); got != want {
				t.Fatalf("%d rows: got %v, want %v", len(y), got, want)
			}
		}
	}
}

func BenchmarkRunningAveragePrecision(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 4))
	batch := binaryBatch(make([]float64, 256), make([]float64, 256), nil)
	s, err := AveragePrecision{}.New(nil, []int{1})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		s.Reset()
		for range 263 { // one epoch of 67,240 rows
			for i := range batch.Pred.Data {
				batch.True.Data[i], batch.Pred.Data[i] = float64(rng.IntN(100)/99), rng.Float64()
			}
			if err := s.Update(&batch); err != nil {
				b.Fatal(err)
			}
			s.Result()
		}
	}
}
