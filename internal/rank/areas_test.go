package rank

import (
	"math"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func areasOf[F number](t interface{ Fatal(...any) }, labels, scores, weights []F) Areas {
	a, err := Measure(labels, scores, weights)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func singles(x []float64) []float32 {
	if x == nil {
		return nil
	}
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}

// The areas are those of the curve, whether float32 holds the numbers or not.
func TestMeasureIsTheCurves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels, scores, weights := drawRows(t)
		if rapid.Bool().Draw(t, "unweighted") {
			weights = nil
		}
		wide := make([]float64, len(scores))
		for i, s := range scores {
			wide[i] = s/3 + 1e-300 // no float32
		}
		for name, c := range map[string]struct {
			scores []float64
			got    Areas
		}{
			"float32":            {scores, areasOf(t, singles(labels), singles(scores), singles(weights))},
			"float64 as float32": {scores, areasOf(t, labels, scores, weights)},
			"float64":            {wide, areasOf(t, labels, wide, weights)},
		} {
			curve := curveOf(t, labels, c.scores, weights)
			pos, neg := curve.Totals()
			want := Areas{curve.ROCAUC(), curve.AveragePrecision(), pos, neg}
			if diff := cmp.Diff(want, c.got, near, cmpopts.EquateNaNs()); diff != "" {
				t.Fatalf("%s: %s", name, diff)
			}
		}
	})
}

// Blocks must neither cut a tie nor depend on the number of processors.
func TestMeasureManyRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	const n = 4*fewRows + 4321
	labels, weights := make([]float32, n), make([]float32, n)
	for i := range labels {
		labels[i], weights[i] = float32(rng.IntN(20)/19), rng.Float32()
	}
	for name, distinct := range map[string]int{"one score": 1, "few scores": 5, "ties": 3000, "hardly a tie": 1 << 24} {
		t.Run(name, func(t *testing.T) {
			scores := make([]float32, n)
			for i := range scores {
				scores[i] = float32(rng.IntN(distinct))
			}
			for _, w := range [][]float32{nil, weights} {
				b := Buffer{}
				for i, s := range scores {
					weight := 1.0
					if w != nil {
						weight = float64(w[i])
					}
					b.Add(float64(labels[i]), float64(s), weight)
				}
				c := b.Curve()
				pos, neg := c.Totals()
				got := areasOf(t, labels, scores, w)
				if diff := cmp.Diff(Areas{c.ROCAUC(), c.AveragePrecision(), pos, neg}, got, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
					t.Errorf("curve against areas: %s", diff)
				}
				for _, procs := range []int{1, 3, 16} {
					before := runtime.GOMAXPROCS(procs)
					again := areasOf(t, labels, scores, w)
					runtime.GOMAXPROCS(before)
					if again != got {
						t.Errorf("%d processors: %v, want %v", procs, again, got)
					}
				}
			}
		})
	}
}

func TestMeasureErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		labels, scores, weights []float64
		want                    string
	}{
		"labels":          {[]float64{1}, []float64{1, 2}, nil, "1 labels against 2 scores"},
		"weights":         {[]float64{1}, []float64{1}, []float64{}, "0 weights against 1 scores"},
		"score":           {[]float64{1, 0, 0}, []float64{1, nan, nan}, nil, "row 1: score is NaN"},
		"label":           {[]float64{1, .5}, []float64{1, 1}, nil, "row 1: label is 0.5"},
		"weight":          {[]float64{1, 0}, []float64{1, 1}, []float64{-1, 1}, "row 0: weight is -1"},
		"infinite weight": {[]float64{1, 0}, []float64{1, 1}, []float64{1, inf}, "row 1: weight is +Inf"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Measure(c.labels, c.scores, c.weights); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
			if _, err := Measure(singles(c.labels), singles(c.scores), singles(c.weights)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("float32: got %v, want an error with %q", err, c.want)
			}
		})
	}
	many := make([]float32, 3*fewRows)
	many[2*fewRows], many[3*fewRows-1] = 2, 3
	if _, err := Measure(many, make([]float32, len(many)), nil); err == nil || !strings.Contains(err.Error(), "row "+strconv.Itoa(2*fewRows)+": label is 2") {
		t.Errorf("of two bad rows the first is wanted: %v", err)
	}
	extremes := areasOf(t, []float64{1, 0, 1, 0}, []float64{inf, -inf, math.MaxFloat64, 5e-324}, []float64{1e300, 1, 1, 1e-300})
	if extremes.ROCAUC != 1 || extremes.AveragePrecision != 1 {
		t.Errorf("extreme numbers: %+v, want a perfect ranking", extremes)
	}
}

func BenchmarkMeasure(b *testing.B) {
	for _, n := range []int{1e5, 1e7} {
		rng := rand.New(rand.NewPCG(1, 2))
		labels, scores, weights, rough := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
		for i := range scores {
			labels[i], scores[i], weights[i] = float32(rng.IntN(50)/49), rng.Float32(), rng.Float32()
			rough[i] = float32(rng.IntN(1000)) / 1000
		}
		for _, c := range []struct {
			name            string
			scores, weights []float32
		}{{"plain", scores, nil}, {"weighted", scores, weights}, {"ties", rough, nil}, {"tiesweighted", rough, weights}} {
			b.Run(c.name+"/"+strconv.Itoa(n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := Measure(labels, c.scores, c.weights); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
