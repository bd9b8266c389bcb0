package kernel

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// lossOf returns the loss of one row and its gradient with g = 1.
func lossOf[T Float](k RowLoss[T], pred, target []T) (loss T, grad []T) {
	l, grad := []T{0}, make([]T, len(pred))
	k.Loss(l, pred, target)
	k.Grad(grad, pred, target, []T{1})
	return l[0], grad
}

func TestRowLossValues(t *testing.T) {
	both(t, testRowLossValues[float32], testRowLossValues[float64])
}

func testRowLossValues[T Float](t *testing.T) {
	type row = []float64
	ln2 := math.Ln2
	low, right, wrong := -math.Log(Epsilon), -math.Log(1-Epsilon), -math.Log1p(-(1 - Epsilon)) // at a bound
	nan := math.NaN()
	for _, c := range []struct {
		name         string
		k            RowLoss[T]
		pred, target row
		loss         float64
		grad         row
	}{
		{"sigmoid: even", SigmoidCE[T]{N: 1}, row{0}, row{1}, ln2, row{-.5}},
		{"sigmoid: right", SigmoidCE[T]{N: 1}, row{1000}, row{1}, 0, row{0}},
		{"sigmoid: wrong", SigmoidCE[T]{N: 1}, row{1000}, row{0}, 1000, row{1}},
		{"sigmoid: right below", SigmoidCE[T]{N: 1}, row{-1000}, row{0}, 0, row{0}},
		{"sigmoid: wrong below", SigmoidCE[T]{N: 1}, row{-1000}, row{1}, 1000, row{-1}},
		{"sigmoid: nearly sure", SigmoidCE[T]{N: 1}, row{30}, row{1}, math.Log1p(math.Exp(-30)), row{-math.Exp(-30)}},
		{"sigmoid: mean of a row", SigmoidCE[T]{N: 2}, row{0, 1000}, row{1, 0}, (ln2 + 1000) / 2, row{-.25, .5}},
		{"sigmoid: smoothed", SigmoidCE[T]{N: 1, Smoothing: .5}, row{0}, row{1}, ln2, row{-.25}},
		{"sigmoid: smoothed and sure", SigmoidCE[T]{N: 1, Smoothing: .5}, row{1000}, row{1}, 250, row{.25}},
		{"sigmoid: soft target", SigmoidCE[T]{N: 1}, row{1000}, row{.25}, 750, row{.75}},
		{"sigmoid: NaN", SigmoidCE[T]{N: 1}, row{nan}, row{1}, nan, row{nan}},

		{"binary: even", BinaryCE[T]{N: 1}, row{.5}, row{1}, ln2, row{-2}},
		{"binary: quarter", BinaryCE[T]{N: 1}, row{.25}, row{0}, math.Log(4. / 3), row{4. / 3}},
		{"binary: right at 1", BinaryCE[T]{N: 1}, row{1}, row{1}, right, row{0}},
		{"binary: wrong at 1", BinaryCE[T]{N: 1}, row{1}, row{0}, wrong, row{0}},
		{"binary: right at 0", BinaryCE[T]{N: 1}, row{0}, row{0}, -math.Log1p(-Epsilon), row{0}},
		{"binary: wrong at 0", BinaryCE[T]{N: 1}, row{0}, row{1}, low, row{0}},
		{"binary: mean of a row", BinaryCE[T]{N: 2}, row{.5, 0}, row{0, 1}, (ln2 + low) / 2, row{1, 0}},
		{"binary: smoothed", BinaryCE[T]{N: 1, Smoothing: .5}, row{.5}, row{1}, ln2, row{-1}},
		{"binary: NaN", BinaryCE[T]{N: 1}, row{nan}, row{1}, nan, row{nan}},

		{"softmax: even", SoftmaxCE[T]{N: 2}, row{3, 3}, row{0, 1}, ln2, row{.5, -.5}},
		{"softmax: right", SoftmaxCE[T]{N: 2}, row{1000, -1000}, row{1, 0}, 0, row{0, 0}},
		{"softmax: wrong", SoftmaxCE[T]{N: 2}, row{1000, -1000}, row{0, 1}, 2000, row{1, -1}},
		{"softmax: nearly sure", SoftmaxCE[T]{N: 2, Sparse: true}, row{1000, 970}, row{0}, math.Log1p(math.Exp(-30)), row{-math.Exp(-30), math.Exp(-30)}},
		{"softmax: sparse wrong", SoftmaxCE[T]{N: 2, Sparse: true}, row{1000, -1000}, row{1}, 2000, row{1, -1}},
		{"softmax: one column", SoftmaxCE[T]{N: 1, Sparse: true}, row{5}, row{0}, 0, row{0}},
		{"softmax: smoothed", SoftmaxCE[T]{N: 2, Smoothing: .5}, row{1000, -1000}, row{1, 0}, 500, row{.25, -.25}},
		{"softmax: shares of 2 in all", SoftmaxCE[T]{N: 2}, row{0, 0}, row{2, 0}, 2 * ln2, row{-1, 1}},
		{"softmax: no shares", SoftmaxCE[T]{N: 2}, row{1, 2}, row{0, 0}, 0, row{0, 0}},
		{"softmax: NaN", SoftmaxCE[T]{N: 2, Sparse: true}, row{nan, 0}, row{1}, nan, row{nan, nan}},

		{"categorical: even", CategoricalCE[T]{N: 2}, row{.5, .5}, row{0, 1}, ln2, row{1, -1}},
		{"categorical: scaled", CategoricalCE[T]{N: 2}, row{1, 3}, row{1, 0}, math.Log(4), row{-.75, .25}},
		{"categorical: sparse", CategoricalCE[T]{N: 2, Sparse: true}, row{1, 3}, row{0}, math.Log(4), row{-.75, .25}},
		{"categorical: right at 1", CategoricalCE[T]{N: 2, Sparse: true}, row{1, 0}, row{0}, right, row{0, 0}},
		{"categorical: wrong at 0", CategoricalCE[T]{N: 2, Sparse: true}, row{1, 0}, row{1}, low, row{0, 0}},
		{"categorical: one column", CategoricalCE[T]{N: 1}, row{.3}, row{1}, right, row{0}},
		{"categorical: smoothed", CategoricalCE[T]{N: 2, Smoothing: 1}, row{.5, .5}, row{1, 0}, ln2, row{0, 0}},
		{"categorical: NaN", CategoricalCE[T]{N: 2, Sparse: true}, row{nan, .5}, row{1}, nan, row{nan, nan}},

		{"squared", SquaredError[T]{N: 2}, row{3, -1}, row{1, 0}, 2.5, row{2, -1}},
		{"squared: NaN", SquaredError[T]{N: 1}, row{nan}, row{1}, nan, row{nan}},
	} {
		t.Run(c.name, func(t *testing.T) {
			loss, grad := lossOf(c.k, convert[T](c.pred), convert[T](c.target))
			near(t, "loss", []T{loss}, row{c.loss}, 4*epsilon[T](), 0)
			// Gradients are differences of numbers of the order of 1.
			near(t, "gradient", grad, c.grad, 4*epsilon[T](), epsilon[T]())
		})
	}
}

// Rows stand alone: a batch gives what its rows give, times g.
func TestRowLossOfABatch(t *testing.T) {
	const rows, n = 5, 3
	pred := random[float64](1, rows*n)
	for i := range pred {
		pred[i] = (pred[i] + 1.1) / 2.2
	}
	dense := random[float64](2, rows*n)
	classes := []float64{0, 2, 1, 1, 2}
	g := []float64{1, 0, -2, .5, 3}
	for name, c := range map[string]struct {
		k      RowLoss[float64]
		target []float64
	}{
		"sigmoid":            {SigmoidCE[float64]{n, .1}, dense},
		"binary":             {BinaryCE[float64]{n, .1}, dense},
		"softmax":            {SoftmaxCE[float64]{n, false, .1}, dense},
		"sparse softmax":     {SoftmaxCE[float64]{n, true, 0}, classes},
		"categorical":        {CategoricalCE[float64]{n, false, .1}, dense},
		"sparse categorical": {CategoricalCE[float64]{n, true, 0}, classes},
		"squared":            {SquaredError[float64]{n}, dense},
	} {
		loss, grad := make([]float64, rows), make([]float64, rows*n)
		c.k.Loss(loss, pred, c.target)
		c.k.Grad(grad, pred, c.target, g)
		w := len(c.target) / rows
		for r := range rows {
			one, slope := lossOf(c.k, pred[r*n:][:n], c.target[r*w:][:w])
			near(t, fmt.Sprint(name, " loss ", r), loss[r:][:1], []float64{one}, 0, 0)
			for j := range slope {
				slope[j] *= g[r]
			}
			near(t, fmt.Sprint(name, " gradient ", r), grad[r*n:][:n], slope, 1e-14, 1e-15)
		}
		c.k.Loss(nil, nil, nil)
		c.k.Grad(nil, nil, nil, nil)
	}
}

func TestRowLossGradientIsTheSlope(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(rt, "n")
		smoothing := rapid.Float64Range(0, 1).Draw(rt, "smoothing")
		probability := rapid.SliceOfN(rapid.Float64Range(.05, .95), n, n)
		p, y := probability.Draw(rt, "p"), probability.Draw(rt, "y")
		z := rapid.SliceOfN(rapid.Float64Range(-10, 10), n, n).Draw(rt, "z")
		class := []float64{float64(rapid.IntRange(0, n-1).Draw(rt, "class"))}
		cases := []struct {
			name         string
			k            RowLoss[float64]
			pred, target []float64
		}{
			{"sigmoid", SigmoidCE[float64]{n, smoothing}, z, y},
			{"binary", BinaryCE[float64]{n, smoothing}, p, y},
			{"softmax", SoftmaxCE[float64]{n, false, smoothing}, z, y},
			{"sparse softmax", SoftmaxCE[float64]{n, true, 0}, z, class},
			{"squared", SquaredError[float64]{n}, z, y},
		}
		if n > 1 { // one probability divided by its sum is 1, and clipped
			cases = append(cases, cases[1], cases[1])
			cases[5].name, cases[5].k = "categorical", CategoricalCE[float64]{n, false, smoothing}
			cases[6].name, cases[6].k, cases[6].target = "sparse categorical", CategoricalCE[float64]{n, true, 0}, class
		}
		for _, c := range cases {
			_, grad := lossOf(c.k, c.pred, c.target)
			for j, x := range c.pred {
				slope := derivative(func(v float64) float64 {
					c.pred[j] = v
					loss, _ := lossOf(c.k, c.pred, c.target)
					return loss
				}, x)
				c.pred[j] = x
				if !isNear(grad[j], slope, 1e-6, 1e-7) {
					rt.Fatalf("%s at %v, %v: gradient %d is %v, but the slope is %v", c.name, c.pred, c.target, j, grad[j], slope)
				}
			}
		}
	})
}

// Cross-entropy on logits is cross-entropy on their probabilities.
func TestLogitsAgreeWithProbabilities(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(rt, "n")
		z := rapid.SliceOfN(rapid.Float64Range(-7, 7), n, n).Draw(rt, "z")
		y := of(Softmax, random[float64](3, n)...)
		p := make([]float64, n)
		Activate(Sigmoid, p, z)
		logits, _ := lossOf(SigmoidCE[float64]{n, .1}, z, y)
		probabilities, _ := lossOf(BinaryCE[float64]{n, .1}, p, y)
		if !isNear(logits, probabilities, 1e-11, 1e-12) {
			rt.Fatalf("binary: %v on logits, %v on probabilities", logits, probabilities)
		}
		if n == 1 {
			return
		}
		logits, _ = lossOf(SoftmaxCE[float64]{n, false, .1}, z, y)
		probabilities, _ = lossOf(CategoricalCE[float64]{n, false, .1}, of(Softmax, z...), y)
		if !isNear(logits, probabilities, 1e-11, 1e-12) {
			rt.Fatalf("categorical: %v on logits, %v on probabilities", logits, probabilities)
		}
	})
}

// Every length of a row, in vectors and a rest, under every set against float64;
// a row is the same bits alone as among others, and nothing is written behind
// the last.
func TestRowLossOfAnyLength(t *testing.T) {
	lengths := []int{63, 64, 65, 127, 1000}
	for n := 1; n <= 50; n++ {
		lengths = append(lengths, n)
	}
	forEachSet(t, func(t *testing.T) {
		for _, n := range lengths {
			testRowLossOfLength(t, n)
		}
	})
}

func testRowLossOfLength(t *testing.T, n int) {
	const rows = 19
	z, p, label := random[float32](1, rows*n), random[float32](2, rows*n), random[float32](3, rows*n)
	classes, g := make([]float32, rows), random[float32](4, rows)
	for i := range z {
		z[i] *= 15
		p[i] = max(p[i]*p[i]-0.01, 0) // some are clipped
		label[i] = max(label[i], 0)
	}
	for r := range classes {
		classes[r] = float32(7 * r % n)
		p[r*n+n/2] += 0.1 // no sum of 0
	}
	for _, c := range []struct {
		name         string
		single       RowLoss[float32]
		double       RowLoss[float64]
		pred, target []float32
	}{
		{"sigmoid", SigmoidCE[float32]{n, 0}, SigmoidCE[float64]{n, 0}, z, label},
		{"smoothed sigmoid", SigmoidCE[float32]{n, 0.1}, SigmoidCE[float64]{n, 0.1}, z, label},
		{"binary", BinaryCE[float32]{n, 0}, BinaryCE[float64]{n, 0}, p, label},
		{"smoothed binary", BinaryCE[float32]{n, 0.1}, BinaryCE[float64]{n, 0.1}, p, label},
		{"categorical", CategoricalCE[float32]{n, false, 0}, CategoricalCE[float64]{n, false, 0}, p, label},
		{"smoothed categorical", CategoricalCE[float32]{n, false, 0.1}, CategoricalCE[float64]{n, false, 0.1}, p, label},
		{"sparse categorical", CategoricalCE[float32]{n, true, 0}, CategoricalCE[float64]{n, true, 0}, p, classes},
		{"squared", SquaredError[float32]{n}, SquaredError[float64]{n}, z, label},
	} {
		what := fmt.Sprintf("%s of %d columns", c.name, n)
		loss, grad := make([]float32, rows+1), make([]float32, rows*n+1)
		c.single.Loss(loss[:rows], c.pred, c.target)
		c.single.Grad(grad[:rows*n], c.pred, c.target, g)
		if loss[rows] != 0 || grad[rows*n] != 0 {
			t.Fatalf("%s: something was written behind the last row", what)
		}
		want, slope := make([]float64, rows), make([]float64, rows*n)
		c.double.Loss(want, convert[float64](c.pred), convert[float64](c.target))
		c.double.Grad(slope, convert[float64](c.pred), convert[float64](c.target), convert[float64](g))
		near(t, what+": loss", loss[:rows], want, 2e-6, 2e-7)
		near(t, what+": gradient", grad[:rows*n], slope, 3e-6, 3e-7*float64(max(n, 100))/100)
		width := len(c.target) / rows
		for r := range rows {
			one, d := []float32{0}, make([]float32, n)
			c.single.Loss(one, c.pred[r*n:][:n], c.target[r*width:][:width])
			c.single.Grad(d, c.pred[r*n:][:n], c.target[r*width:][:width], g[r:][:1])
			sameBits(t, what+": loss of a row", one, loss[r:][:1])
			sameBits(t, what+": gradient of a row", d, grad[r*n:][:n])
		}
		if allocs := testing.AllocsPerRun(3, func() { c.single.Loss(loss[:rows], c.pred, c.target) }); allocs != 0 {
			t.Errorf("%s: %v allocations", what, allocs)
		}
	}
}

// The loss on probabilities is known to the last places wherever p lies, at 0
// and 1 and beyond too.
func TestBinaryCEAccuracy(t *testing.T) {
	p := []float32{-1, 0, 1e-8, 1e-7, 1.0000001e-7, 0.5, 1 - 0x1p-24, 1 - 0x1p-23, 1, 1.5}
	for x := float32(1e-9); x < 1; x *= 1.003 {
		p = append(p, x, 1-x)
	}
	n := len(p)
	loss, dp, y, g := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	want, slope := make([]float64, n), make([]float64, n)
	for _, target := range []float32{0, 0.25, 1} {
		for i := range y {
			y[i], g[i] = target, 1
		}
		BinaryCE[float64]{N: 1}.Loss(want, convert[float64](p), convert[float64](y))
		BinaryCE[float64]{N: 1}.Grad(slope, convert[float64](p), convert[float64](y), convert[float64](g))
		forEachSet(t, func(t *testing.T) {
			BinaryCE[float32]{N: 1}.Loss(loss, p, y)
			BinaryCE[float32]{N: 1}.Grad(dp, p, y, g)
			for i := range p {
				if u := (function{}).distance32(loss[i], want[i]); u > 4 {
					t.Errorf("target %v: loss of %v is %v, expected %v: %.2f ulp", target, p[i], loss[i], want[i], u)
				}
				if !isNear(float64(dp[i]), slope[i], 3e-7, 1e-7) {
					t.Errorf("target %v: gradient at %v is %v, expected %v", target, p[i], dp[i], slope[i])
				}
			}
		})
	}
}

// Every set on the same rows, in one run.
func BenchmarkRowLoss(b *testing.B) {
	was := active
	defer func() { active = was }()
	for _, n := range []int{1, 10, 100} {
		rows := 4096 / n
		p, y, g := random[float32](1, rows*n), random[float32](2, rows*n), random[float32](3, rows)
		loss, dp := make([]float32, rows), make([]float32, rows*n)
		for i, v := range p {
			p[i] = v*v/2 + 0.1
		}
		for name, k := range map[string]RowLoss[float32]{
			"sigmoid": SigmoidCE[float32]{N: n}, "binary": BinaryCE[float32]{N: n},
			"categorical": CategoricalCE[float32]{N: n}, "squared": SquaredError[float32]{N: n},
		} {
			for _, active = range available() {
				for what, f := range map[string]func(){"loss": func() { k.Loss(loss, p, y) }, "grad": func() { k.Grad(dp, p, y, g) }} {
					b.Run(fmt.Sprintf("%s/%d/%s/%v", name, n, what, active), func(b *testing.B) {
						b.ReportAllocs()
						for b.Loop() {
							f()
						}
						b.ReportMetric(float64(rows*n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "elements/ns")
					})
				}
			}
		}
	}
}
