package balance

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var approx = cmpopts.EquateApprox(1e-14, 0)

// tallied counts labels of any sign.
func tallied(labels ...int) Counts {
	v := make([]float64, len(labels))
	for i, c := range labels {
		v[i] = float64(c)
	}
	c, err := Count(f64(shape{len(v)}, v...), Labels)
	if err != nil {
		panic(err)
	}
	return c
}

func TestPolicies(t *testing.T) {
	rare := Counts{{0, 9900}, {1, 100}}
	three := Counts{{0, 1}, {1, 4}, {5, 95}}
	// By hand for {990, 10} and beta 0.9: 0.1/(1-0.9^990) and 0.1/(1-0.9^10).
	e0, e1 := 0.1, 0.1/(1-math.Pow(0.9, 10))
	for _, c := range []struct {
		name   string
		policy ClassWeight
		counts Counts
		want   map[int]float64
	}{
		{"map", Map{1: 50}, rare, map[int]float64{1: 50}},
		{"empty map", Map(nil), rare, map[int]float64{}},
		{"list", List{1, 50}, rare, map[int]float64{0: 1, 1: 50}},
		{"auto", Auto{}, rare, map[int]float64{0: 10000. / 19800, 1: 50}},
		{"auto, gap", Auto{}, three, map[int]float64{0: 100. / 3, 1: 100. / 12, 5: 100. / 285}},
		{"auto, one class", Auto{}, Counts{{3, 7}}, map[int]float64{3: 1}},
		// scikit-learn, compute_class_weight and compute_sample_weight
		{"scikit-learn negative", Auto{}, tallied(-1, 0, 0, -2, -2, -2), map[int]float64{-2: 2. / 3, -1: 2, 0: 1}},
		{"scikit-learn unsorted", Auto{}, tallied(1, 0, 0, 3, 3, 3), map[int]float64{1: 2, 0: 1, 3: 2. / 3}},
		{"scikit-learn binary", Auto{}, tallied(1, 1, 1, 1, 0, 0), map[int]float64{0: 1.5, 1: .75}},
		{"scikit-learn three", Auto{}, tallied(1, 1, 1, 2, 2, 2, 3), map[int]float64{1: 7. / 9, 2: 7. / 9, 3: 7. / 3}},
		{"log default", LogDamped{}, rare, map[int]float64{0: 1, 1: math.Log(15)}},
		{"log 1", LogDamped{Mu: 1}, three, map[int]float64{0: math.Log(100), 1: math.Log(25), 5: 1}},
		{"effective", EffectiveNumber{Beta: 0.9}, Counts{{0, 990}, {1, 10}}, map[int]float64{0: 2 * e0 / (e0 + e1), 1: 2 * e1 / (e0 + e1)}},
		{"effective of nearly 0", EffectiveNumber{Beta: 1e-300}, rare, map[int]float64{0: 1, 1: 1}},
		{"inverse sqrt", InverseSqrt{}, Counts{{0, 900}, {1, 100}}, map[int]float64{0: 1000. / 30 / 40, 1: 1000. / 10 / 40}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.policy.Weights(c.counts)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got, approx); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEffectiveNumberDefault(t *testing.T) {
	counts := Counts{{0, 9900}, {1, 100}}
	a, _ := EffectiveNumber{}.Weights(counts)
	b, _ := EffectiveNumber{Beta: 0.999}.Weights(counts)
	if !cmp.Equal(a, b) {
		t.Errorf("got %v, want %v", a, b)
	}
}

// Against 300-bit arithmetic, where 1 - beta^n in float64 would keep no digit.
func TestEffectiveNumberKeepsDigits(t *testing.T) {
	for _, beta := range []float64{0.5, 0.999, 1 - 1e-9, 1 - 0x1p-53} {
		counts := Counts{{0, 1}, {1, 2}, {2, 1000}, {3, 1000000}}
		got, err := EffectiveNumber{Beta: beta}.Weights(counts)
		if err != nil {
			t.Fatal(err)
		}
		raw, sum := make([]*big.Float, len(counts)), float(0)
		for i, c := range counts {
			power, square := float(1), float(beta)
			for n := c.N; n > 0; n >>= 1 {
				if n&1 == 1 {
					power.Mul(power, square)
				}
				square.Mul(square, square)
			}
			raw[i] = float(1)
			raw[i].Quo(float(0).Sub(float(1), float(beta)), float(0).Sub(float(1), power))
			sum.Add(sum, raw[i])
		}
		for i, c := range counts {
			want, _ := raw[i].Mul(raw[i], float(4)).Quo(raw[i], sum).Float64()
			if math.Abs(got[c.Class]/want-1) > 1e-15*4 {
				t.Errorf("beta %v, count %d: %v, want %v", beta, c.N, got[c.Class], want)
			}
		}
	}
}

func float(x float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(x) }

func TestPolicyErrors(t *testing.T) {
	two := Counts{{0, 3}, {1, 2}}
	for _, c := range []struct {
		name   string
		policy ClassWeight
		counts Counts
		want   string
	}{
		{"negative", Map{0: 1, 1: -2}, two, "balance: weight -2 of class 1"},
		{"NaN", Map{4: math.NaN()}, two, "balance: weight NaN of class 4"},
		{"infinite", List{1, math.Inf(1)}, two, "balance: weight +Inf of class 1"},
		{"nothing", Auto{}, nil, "balance: no classes to weigh"},
		{"no rows of a class", InverseSqrt{}, Counts{{0, 1}, {2, 0}}, "balance: class 2 has a count of 0"},
		{"mu", LogDamped{Mu: -1}, two, "balance: log-damped mu is -1"},
		{"mu NaN", LogDamped{Mu: math.NaN()}, two, "mu is NaN"},
		{"mu infinite", LogDamped{Mu: math.Inf(1)}, two, "mu is +Inf"},
		{"beta 1", EffectiveNumber{Beta: 1}, two, "balance: effective number's beta is 1"},
		{"beta below 0", EffectiveNumber{Beta: -.1}, two, "beta is -0.1"},
		{"beta NaN", EffectiveNumber{Beta: math.NaN()}, two, "beta is NaN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := c.policy.Weights(c.counts); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestMapWeightsIsACopy(t *testing.T) {
	m := Map{0: 1}
	got, _ := m.Weights(nil)
	got[0] = 7
	if m[0] != 1 {
		t.Error("the result is the map itself")
	}
}

func drawCounts(t *rapid.T) Counts {
	var c Counts
	for i := range rapid.IntRange(1, 8).Draw(t, "classes") {
		c = append(c, ClassCount{Class: 2 * i, N: rapid.IntRange(1, 1000000).Draw(t, "n")})
	}
	return c
}

// What each policy promises about the sum of its weights, and that rarer classes
// never weigh less.
func TestPolicyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCounts(t)
		n, k := float64(c.Total()), float64(len(c))
		for _, p := range []struct {
			policy         ClassWeight
			samples, class float64 // sum over samples, over classes; 0 for no promise
		}{
			{Auto{}, n, 0},
			{InverseSqrt{}, n, 0},
			{EffectiveNumber{Beta: rapid.Float64Range(0, 0.9999999).Draw(t, "beta")}, 0, k},
			{LogDamped{Mu: rapid.Float64Range(0, 10).Draw(t, "mu")}, 0, 0},
		} {
			w, err := p.policy.Weights(c)
			if err != nil {
				t.Fatal(err)
			}
			var samples, class float64
			for _, a := range c {
				samples += float64(a.N) * w[a.Class]
				class += w[a.Class]
				for _, b := range c {
					if a.N < b.N && w[a.Class] < w[b.Class] {
						t.Fatalf("%v: %d rows weigh %v, %d rows %v", p.policy, a.N, w[a.Class], b.N, w[b.Class])
					}
				}
			}
			if p.samples > 0 && math.Abs(samples/p.samples-1) > 1e-12 {
				t.Fatalf("%v: weights of samples sum to %v, want %v", p.policy, samples, p.samples)
			}
			if p.class > 0 && math.Abs(class/p.class-1) > 1e-12 {
				t.Fatalf("%v: weights of classes sum to %v, want %v", p.policy, class, p.class)
			}
		}
	})
}
