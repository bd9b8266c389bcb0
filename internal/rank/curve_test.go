package rank

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var near = cmpopts.EquateApprox(1e-12, 1e-12)

// drawRows draws rows with many ties and some weights of 0. The weights are
// multiples of 1/8, so that sums are exact in any order.
func drawRows(t *rapid.T) (labels, scores, weights []float64) {
	for range rapid.IntRange(0, 40).Draw(t, "rows") {
		labels = append(labels, float64(rapid.IntRange(0, 1).Draw(t, "label")))
		scores = append(scores, float64(rapid.IntRange(-5, 5).Draw(t, "score"))/4)
		weights = append(weights, float64(rapid.IntRange(0, 16).Draw(t, "weight"))/8)
	}
	return labels, scores, weights
}

func curveOf(t interface{ Fatal(...any) }, labels, scores, weights []float64) *Curve {
	c, err := New(labels, scores, weights)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Values of scikit-learn 1.2.1.
func TestReferenceValues(t *testing.T) {
	y := []float64{0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0}
	s := []float64{.1, .4, .35, .8, .2, .9, .5, .05, .55, .5, .3, .15, .5, .05, .6, .25, .1, .7, .45, .35}
	w := []float64{1, 2, 1, 3, 1, .5, 2, 1, 1, 1, .5, 1, 2, 1, 1, 2, 1, 1, 1, .25}
	for name, c := range map[string]struct {
		weights []float64
		auc, ap float64
	}{
		"unweighted": {nil, .898809523810, .820833333333},
		"weighted":   {w, .901960784314, .845904024932},
	} {
		t.Run(name, func(t *testing.T) {
			curve := curveOf(t, y, s, c.weights)
			got := []float64{curve.ROCAUC(), curve.AveragePrecision()}
			if diff := cmp.Diff([]float64{c.auc, c.ap}, got, near); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOneClass(t *testing.T) {
	for name, c := range map[string]struct {
		labels []float64
		ap     float64
	}{
		"no rows":          {nil, 0},
		"one positive row": {[]float64{1}, 1},
		"one negative row": {[]float64{0}, 0},
		"only positive":    {[]float64{1, 1, 1}, 1},
		"only negative":    {[]float64{0, 0, 0}, 0},
		"positive weigh 0": {[]float64{0, 0, 0, 1}, 0},
		"negative weigh 0": {[]float64{1, 1, 1, 0}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			scores, weights := []float64{.1, .2, .2, .9}[:len(c.labels)], []float64{1, 1, 2, 0}[:len(c.labels)]
			curve := curveOf(t, c.labels, scores, weights)
			if auc := curve.ROCAUC(); !math.IsNaN(auc) {
				t.Errorf("ROC AUC is %v, want NaN", auc)
			}
			if ap := curve.AveragePrecision(); ap != c.ap {
				t.Errorf("average precision is %v, want %v", ap, c.ap)
			}
		})
	}
}

func TestConstantScore(t *testing.T) {
	curve := curveOf(t, []float64{1, 0, 0, 0}, []float64{.3, .3, .3, .3}, nil)
	got := []float64{curve.ROCAUC(), curve.AveragePrecision()}
	if diff := cmp.Diff([]float64{.5, .25}, got, near); diff != "" {
		t.Error(diff)
	}
}

// The example of scikit-learn's documentation, which has no ties.
func TestCurvePoints(t *testing.T) {
	curve := curveOf(t, []float64{0, 0, 1, 1}, []float64{.1, .4, .35, .8}, nil)
	fpr, tpr, at := curve.ROC()
	if diff := cmp.Diff([][]float64{{0, 0, .5, .5, 1}, {0, .5, .5, 1, 1}, {math.Inf(1), .8, .4, .35, .1}}, [][]float64{fpr, tpr, at}, near); diff != "" {
		t.Errorf("ROC: %s", diff)
	}
	p, r, at := curve.PrecisionRecall()
	if diff := cmp.Diff([][]float64{{.5, 2. / 3, .5, 1, 1}, {1, 1, .5, .5, 0}, {.1, .35, .4, .8}}, [][]float64{p, r, at}, near); diff != "" {
		t.Errorf("precision and recall: %s", diff)
	}
}

func TestCurvesOfOneClass(t *testing.T) {
	curve := curveOf(t, []float64{0, 0}, []float64{.1, .4}, nil)
	fpr, tpr, _ := curve.ROC()
	nan := math.NaN()
	if diff := cmp.Diff([][]float64{{0, .5, 1}, {nan, nan, nan}}, [][]float64{fpr, tpr}, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("ROC: %s", diff)
	}
	p, r, _ := curve.PrecisionRecall()
	if diff := cmp.Diff([][]float64{{0, 0, 1}, {1, 1, 0}}, [][]float64{p, r}); diff != "" {
		t.Errorf("precision and recall: %s", diff)
	}
	p, r, at := curveOf(t, nil, nil, nil).PrecisionRecall()
	if diff := cmp.Diff([][]float64{{1}, {0}, nil}, [][]float64{p, r, at}); diff != "" {
		t.Errorf("no rows: %s", diff)
	}
}

// The definition, pair by pair.
func TestROCAUCCountsPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels, scores, weights := drawRows(t)
		var won, all float64
		for i := range labels {
			for j := range labels {
				if labels[i] == 1 && labels[j] == 0 {
					pair := weights[i] * weights[j]
					all += pair
					if scores[i] > scores[j] {
						won += pair
					} else if scores[i] == scores[j] {
						won += pair / 2
					}
				}
			}
		}
		want := won / all
		got := curveOf(t, labels, scores, weights).ROCAUC()
		if diff := cmp.Diff(want, got, near, cmpopts.EquateNaNs()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The definition, threshold by threshold over the rows.
func TestAveragePrecisionSumsSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels, scores, weights := drawRows(t)
		curve := curveOf(t, labels, scores, weights)
		pos, _ := curve.Totals()
		var want, before float64
		for _, at := range curve.Score {
			var tp, fp float64
			for i, s := range scores {
				if s >= at {
					tp += weights[i] * labels[i]
					fp += weights[i] * (1 - labels[i])
				}
			}
			if pos > 0 {
				want += (tp - before) / pos * tp / (tp + fp)
			}
			before = tp
		}
		if diff := cmp.Diff(want, curve.AveragePrecision(), near); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A row of weight k counts as k rows, one of weight 0 as none, and neither the
// order of the rows nor an increasing map of the scores matters.
func TestInvariances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels, scores, weights := drawRows(t)
		want := curveOf(t, labels, scores, weights)
		var l, s []float64
		for i := range scores {
			for range int(8 * weights[i]) {
				l, s = append(l, labels[i]), append(s, math.Exp(scores[i]))
			}
		}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		rng.Shuffle(len(l), func(i, j int) {
			l[i], l[j] = l[j], l[i]
			s[i], s[j] = s[j], s[i]
		})
		got := curveOf(t, l, s, nil)
		if diff := cmp.Diff(
			[]float64{want.ROCAUC(), want.AveragePrecision(), float64(len(want.Score))},
			[]float64{got.ROCAUC(), got.AveragePrecision(), float64(len(got.Score))},
			near, cmpopts.EquateNaNs()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	for _, n := range []int{1e3, 1e5, 1e6} {
		rng := rand.New(rand.NewPCG(1, 2))
		labels, scores := make([]float64, n), make([]float64, n)
		for i := range scores {
			labels[i] = float64(rng.IntN(50) / 49)
			scores[i] = rng.Float64()
		}
		b.Run("float64/"+strconv.Itoa(n), func(b *testing.B) { benchmarkNew(b, labels, scores) })
		for i, s := range scores {
			scores[i] = float64(float32(s))
		}
		b.Run("float32/"+strconv.Itoa(n), func(b *testing.B) { benchmarkNew(b, labels, scores) })
	}
}

func benchmarkNew(b *testing.B, labels, scores []float64) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(labels, scores, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// One more batch of 256 on top of what is sorted already: what a progress bar
// that shows running values pays.
func BenchmarkOneMoreBatch(b *testing.B) {
	for _, n := range []int{1e4, 1e5} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 2))
			var buf Buffer
			fill := func(rows int) {
				for range rows {
					buf.Add(float64(rng.IntN(50)/49), rng.Float64(), 1)
				}
			}
			fill(n)
			buf.Curve()
			b.ReportAllocs()
			for b.Loop() {
				fill(256)
				buf.Curve().ROCAUC()
				if len(buf.entries) > 2*n {
					buf.Reset()
					fill(n)
					buf.Curve()
				}
			}
		})
	}
}

// Values of scikit-learn 1.9.1, roc_auc_score with max_fpr.
func TestPartialROCAUC(t *testing.T) {
	y := []float64{0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0}
	s := []float64{.1, .4, .35, .8, .2, .9, .5, .05, .55, .5, .3, .15, .5, .05, .6, .25, .1, .7, .45, .35}
	w := []float64{1, 2, 1, 3, 1, .5, 2, 1, 1, 1, .5, 1, 2, 1, 1, 2, 1, 1, 1, .25}
	plain, weighted := curveOf(t, y, s, nil), curveOf(t, y, s, w)
	for most, want := range map[float64][2]float64{
		.1: {.7644110275689222, .7792602421085393},
		.2: {.808531746031746, .8151433412871322},
		.3: {.8319327731092437, .8429175591805349},
		.5: {.8650793650793651, .869281045751634},
		1:  {.8988095238095238, .9019607843137255},
	} {
		got := [2]float64{plain.PartialROCAUC(most), weighted.PartialROCAUC(most)}
		if diff := cmp.Diff(want, got, near); diff != "" {
			t.Errorf("up to %v: %s", most, diff)
		}
	}
	for _, labels := range [][]float64{nil, {0, 0}, {1, 1}} {
		if got := curveOf(t, labels, []float64{.1, .2}[:len(labels)], nil).PartialROCAUC(.5); !math.IsNaN(got) {
			t.Errorf("labels %v: got %v, want NaN", labels, got)
		}
	}
}

func TestPartialROCAUCExtremes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels, scores, weights := drawRows(t)
		most := rapid.Float64Range(.01, 1).Draw(t, "most")
		curve := curveOf(t, labels, scores, weights)
		if diff := cmp.Diff(curve.ROCAUC(), curve.PartialROCAUC(1), near, cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("the whole area: %s", diff)
		}
		pos, neg := curve.Totals()
		if pos == 0 || neg == 0 {
			return
		}
		constant := make([]float64, len(labels))
		got := []float64{curveOf(t, labels, constant, weights).PartialROCAUC(most), curveOf(t, labels, labels, weights).PartialROCAUC(most)}
		if diff := cmp.Diff([]float64{.5, 1}, got, near); diff != "" {
			t.Fatalf("guessing and knowing: %s", diff)
		}
	})
}

// The definition, group by group: equal scores share what is left for them.
func TestTop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels, scores, _ := drawRows(t)
		k := rapid.IntRange(1, 45).Draw(t, "k")
		left, limit, found := float64(k), math.Inf(1), 0.0
		for left > 0 {
			best, group, positive := math.Inf(-1), 0.0, 0.0
			for _, s := range scores {
				if s < limit {
					best = max(best, s)
				}
			}
			for i, s := range scores {
				if s == best {
					group++
					positive += labels[i]
				}
			}
			if group == 0 {
				break
			}
			found += positive * min(group, left) / group
			left, limit = max(left-group, 0), best
		}
		pos, all := curveOf(t, labels, scores, nil).Top(float64(k))
		if diff := cmp.Diff([]float64{found, float64(k) - left}, []float64{pos, all}, near); diff != "" {
			t.Fatal(diff)
		}
	})
}
