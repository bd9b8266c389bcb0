package loss_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// kerasArgs are the arguments of Keras's losses.
type kerasArgs struct {
	Delta, Gamma, Margin, Beta, Q float64
	FromLogits                    bool          `json:"from_logits"`
	LabelSmoothing                float64       `json:"label_smoothing"`
	ApplyClassBalancing           bool          `json:"apply_class_balancing"`
	IgnoreClass                   *int          `json:"ignore_class"`
	Alpha                         vectors.Array // a number or a list
	Axis                          []int
}

func (a kerasArgs) alpha() float64 {
	if len(a.Alpha.Data) == 0 {
		return 0
	}
	return a.Alpha.Data[0]
}

func (a kerasArgs) ignore() []int {
	if a.IgnoreClass == nil {
		return nil
	}
	return []int{*a.IgnoreClass}
}

// kerasLoss returns a loss of Keras's name and arguments.
func kerasLoss(name string, a kerasArgs, r loss.Reduction) loss.Loss {
	switch name {
	case "MeanSquaredError":
		return loss.MeanSquaredError{Reduction: r}
	case "MeanAbsoluteError":
		return loss.MeanAbsoluteError{Reduction: r}
	case "MeanAbsolutePercentageError":
		return loss.MeanAbsolutePercentageError{Reduction: r}
	case "MeanSquaredLogarithmicError":
		return loss.MeanSquaredLogarithmicError{Reduction: r}
	case "CosineSimilarity":
		return loss.CosineSimilarity{Reduction: r}
	case "Huber":
		return loss.Huber{Delta: a.Delta, Reduction: r}
	case "LogCosh":
		return loss.LogCosh{Reduction: r}
	case "Hinge":
		return loss.Hinge{Reduction: r}
	case "SquaredHinge":
		return loss.SquaredHinge{Reduction: r}
	case "CategoricalHinge":
		return loss.CategoricalHinge{Reduction: r}
	case "KLDivergence":
		return loss.KLDivergence{Reduction: r}
	case "Poisson":
		return loss.Poisson{Reduction: r}
	case "BinaryCrossentropy":
		return loss.BinaryCrossentropy{FromLogits: a.FromLogits, LabelSmoothing: a.LabelSmoothing, Reduction: r}
	case "BinaryFocalCrossentropy":
		return loss.BinaryFocalCrossentropy{
			ApplyClassBalancing: a.ApplyClassBalancing, Alpha: a.alpha(), Gamma: a.Gamma,
			FromLogits: a.FromLogits, LabelSmoothing: a.LabelSmoothing, Reduction: r,
		}
	case "CategoricalCrossentropy":
		return loss.CategoricalCrossentropy{FromLogits: a.FromLogits, LabelSmoothing: a.LabelSmoothing, Reduction: r}
	case "CategoricalFocalCrossentropy":
		return loss.CategoricalFocalCrossentropy{
			Alpha: a.Alpha.Data, Gamma: a.Gamma, FromLogits: a.FromLogits, LabelSmoothing: a.LabelSmoothing, Reduction: r,
		}
	case "SparseCategoricalCrossentropy":
		return loss.SparseCategoricalCrossentropy{FromLogits: a.FromLogits, IgnoreClass: a.ignore(), Reduction: r}
	case "CategoricalGeneralizedCrossEntropy":
		return loss.CategoricalGeneralizedCrossEntropy{Q: a.Q, Reduction: r}
	case "Dice":
		return loss.Dice{Axis: a.Axis, Reduction: r}
	case "Tversky":
		return loss.Tversky{Alpha: a.alpha(), Beta: a.Beta, Axis: a.Axis, Reduction: r}
	case "Circle":
		return loss.Circle{Gamma: a.Gamma, Margin: a.Margin, Reduction: r}
	}
	return nil
}

func TestKerasLosses(t *testing.T) {
	var cases []struct {
		Loss   string
		Args   json.RawMessage
		YTrue  vectors.Array `json:"y_true"`
		YPred  vectors.Array `json:"y_pred"`
		Rows   vectors.Array `json:"none"`
		Sum    float64
		Mean   float64        `json:"sum_over_batch_size"`
		Weight *vectors.Array `json:"sample_weight"`
		WRows  vectors.Array  `json:"weighted_none"`
		WSum   float64        `json:"weighted_sum"`
		WMean  float64        `json:"weighted_sum_over_batch_size"`
		WWMean float64        `json:"weighted_mean_with_sample_weight"`
	}
	vectors.Read(t, "testdata/losses.json", &cases)
	replayed := 0
	for _, c := range cases {
		var args kerasArgs
		decoder := json.NewDecoder(bytes.NewReader(c.Args))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&args); err != nil {
			t.Fatalf("%s%s: %v", c.Loss, c.Args, err)
		}
		with := func(r loss.Reduction) loss.Loss { return kerasLoss(c.Loss, args, r) }
		if with(loss.None) == nil {
			t.Errorf("unknown loss %q", c.Loss)
			continue
		}
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(fmt.Sprintf("%s%s/%v", c.Loss, c.Args, dt), func(t *testing.T) {
				y, p := c.YTrue.Tensor(dt), c.YPred.Tensor(dt)
				rows, err := loss.PerRow(with(loss.None), y, p)
				if err != nil {
					t.Fatal(err)
				}
				want := c.Rows.Data
				if len(c.Rows.Shape) == 0 { // one loss for the batch, which each sample gets
					want = slices.Repeat(want, len(rows))
				}
				vectors.Equal(t, "rows", rows, want)
				check := func(r loss.Reduction, weights []float64, value float64) {
					t.Helper()
					if got, err := loss.Compute(with(r), y, p, weights); err != nil || !vectors.Near(got, value) {
						t.Errorf("%v with weights %v: got %v, %v; Keras gives %v", r, weights, got, err, value)
					}
				}
				check(loss.Sum, nil, c.Sum)
				check(loss.SumOverBatchSize, nil, c.Mean)
				check(loss.MeanWithSampleWeight, nil, c.Mean)
				if c.Weight == nil {
					return
				}
				weights := c.Weight.Data
				check(loss.Sum, weights, c.WSum)
				check(loss.SumOverBatchSize, weights, c.WMean)
				check(loss.None, weights, c.WMean)
				check(loss.MeanWithSampleWeight, weights, c.WWMean)
				for i := range rows {
					rows[i] *= weights[i]
				}
				vectors.Equal(t, "weighted rows", rows, c.WRows.Data)
			})
		}
		replayed++
	}
	t.Logf("replayed %d of %d losses", replayed, len(cases))
}

// Reductions of given values, with weights of every shape and masks.
func TestKerasReductions(t *testing.T) {
	var cases []struct {
		Reduction   string
		Values      vectors.Array
		WeightShape string `json:"weight_shape"`
		Weights     *vectors.Array
		Mask        [][]int
		Result      json.RawMessage
	}
	vectors.Read(t, "testdata/reduction.json", &cases)
	for _, c := range cases {
		t.Run(fmt.Sprintf("%s/%s/mask %v", c.Reduction, c.WeightShape, c.Mask), func(t *testing.T) {
			r, err := loss.ParseReduction(c.Reduction)
			if err != nil {
				t.Fatal(err)
			}
			var weights []float64
			if c.Weights != nil {
				weights = c.Weights.Data
			}
			var mask []bool
			for _, row := range c.Mask {
				for _, m := range row {
					mask = append(mask, m != 0)
				}
			}
			var sum float64
			unreduced := make([]float64, len(c.Values.Data))
			for i, v := range c.Values.Data {
				if weights != nil {
					v *= weights[i/(len(unreduced)/len(weights))]
				}
				if mask != nil && !mask[i] {
					v = 0
				}
				unreduced[i] = v
				sum += v
			}
			if r == loss.None {
				var want vectors.Array
				if err := json.Unmarshal(c.Result, &want); err != nil {
					t.Fatal(err)
				}
				vectors.Equal(t, "unreduced", unreduced, want.Data)
				return
			}
			var want float64
			if err := json.Unmarshal(c.Result, &want); err != nil {
				t.Fatal(err)
			}
			if got := loss.Quotient(sum, r.Denominator(len(unreduced), weights, mask)); !vectors.Near(got, want) {
				t.Errorf("got %v, Keras gives %v", got, want)
			}
		})
	}
	t.Logf("replayed %d reductions", len(cases))
}

func TestDenominators(t *testing.T) {
	for _, c := range []struct {
		name    string
		r       loss.Reduction
		rows    int
		weights []float64
		mask    []bool
		want    float64
	}{
		{"count nonzero, no weights", loss.CountNonzero, 4, nil, nil, 4},
		{"count nonzero, samples of two steps", loss.CountNonzero, 4, []float64{0, 3}, nil, 2},
		{"count nonzero, steps", loss.CountNonzero, 4, []float64{0, 3, 0.1, 0}, nil, 2},
		{"count nonzero, masked", loss.CountNonzero, 4, []float64{1, 3, 0.1, 0}, []bool{true, false, true, true}, 2},
		{"all weights zero", loss.MeanWithSampleWeight, 2, []float64{0, 0}, nil, 0},
		{"everything masked", loss.SumOverBatchSize, 2, nil, []bool{false, false}, 0},
		{"weights do not count", loss.SumOverBatchSize, 3, []float64{0, 5, 7}, nil, 3},
	} {
		if got := c.r.Denominator(c.rows, c.weights, c.mask); got != c.want {
			t.Errorf("%s: got %v, expected %v", c.name, got, c.want)
		}
	}
	if got := loss.Quotient(0, 0); got != 0 {
		t.Errorf("Quotient(0, 0) = %v, expected 0 as in Keras", got)
	}
	if _, err := loss.ParseReduction("average"); err == nil || !strings.Contains(err.Error(), "sum_over_batch_size") {
		t.Errorf("unknown reduction: error %v, expected one that lists the names", err)
	}
	for r := loss.SumOverBatchSize; r <= loss.CountNonzero; r++ {
		if got, err := loss.ParseReduction(r.String()); err != nil || got != r {
			t.Errorf("ParseReduction(%q) = %v, %v", r.String(), got, err)
		}
	}
}

// With the sum, weight k is the same as repeating a row k times, and weight 0
// the same as leaving it out; with the mean of weights as well.
func TestWeightIsRepetition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "n")
		var y, p, ry, rp, weights []float64
		for range n {
			label := float64(rapid.IntRange(0, 1).Draw(t, "label"))
			z := rapid.Float64Range(-5, 5).Draw(t, "logit")
			k := rapid.IntRange(0, 3).Draw(t, "weight")
			y, p, weights = append(y, label), append(p, z), append(weights, float64(k))
			for range k {
				ry, rp = append(ry, label), append(rp, z)
			}
		}
		if len(ry) == 0 {
			return
		}
		for _, r := range []loss.Reduction{loss.Sum, loss.MeanWithSampleWeight} {
			l := loss.BinaryCrossentropy{FromLogits: true, Reduction: r}
			weighted, err := loss.Compute(l, column(y), column(p), weights)
			if err != nil {
				t.Fatal(err)
			}
			repeated, err := loss.Compute(l, column(ry), column(rp), nil)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(weighted-repeated) > 1e-9*(1+repeated) {
				t.Fatalf("%v: weighted %v, repeated %v", r, weighted, repeated)
			}
		}
	})
}

func TestErrors(t *testing.T) {
	p := vectors.Array{Shape: []int{2, 1}, Data: []float64{.1, .2}}.Tensor(tensor.Float64)
	flat := vectors.Array{Shape: []int{2}, Data: []float64{0, 1}}.Tensor(tensor.Float64)
	y := vectors.Array{Shape: []int{2, 1}, Data: []float64{0, 1}}.Tensor(tensor.Float64)
	y3 := vectors.Array{Shape: []int{2, 3}, Data: []float64{.2, .3, .5, 1, 0, 0}}.Tensor(tensor.Float64)
	deep := vectors.Array{Shape: []int{2, 2, 3}, Data: make([]float64, 12)}.Tensor(tensor.Float64)
	for _, c := range []struct {
		name    string
		l       loss.Loss
		y, p    *tensor.Dense
		weights []float64
		want    string
	}{
		{"no targets", loss.MeanSquaredError{}, nil, p, nil, "expected targets"},
		{"targets of another shape", loss.MeanSquaredError{}, flat, p, nil, "expected float64 of shape (2, 1)"},
		{"one column of classes", loss.CategoricalCrossentropy{}, y, p, nil, "use BinaryCrossentropy"},
		{"one column of sparse classes", loss.SparseCategoricalCrossentropy{}, flat, p, nil, "use BinaryCrossentropy"},
		{"predictions without columns", loss.BinaryCrossentropy{}, flat, flat, nil, "at least one axis"},
		{"smoothing above 1", loss.BinaryCrossentropy{LabelSmoothing: 1.5}, y, p, nil, "label smoothing 1.5"},
		{"smoothing NaN", loss.BinaryCrossentropy{LabelSmoothing: math.NaN()}, y, p, nil, "label smoothing NaN"},
		{"axis beyond", loss.BinaryCrossentropy{Axis: 2}, y, p, nil, "axis 2 of predictions with 2 axes, expected 1 to 1"},
		{"batch axis", loss.CosineSimilarity{Axis: -2}, y, p, nil, "axis -2 of predictions with 2 axes"},
		{"negative weight of positives", loss.BinaryCrossentropy{PosWeight: []float64{-1}}, y, p, nil, "weight of positives -1"},
		{"weights of other labels", loss.BinaryCrossentropy{PosWeight: []float64{1, 2}}, y, p, nil, "2 numbers for the weight of positives, expected 1"},
		{"gamma", loss.BinaryFocalCrossentropy{Gamma: -1}, y, p, nil, "gamma -1"},
		{"alpha", loss.BinaryFocalCrossentropy{Alpha: 1.5}, y, p, nil, "alpha 1.5, expected 0 to 1"},
		{"alpha of two classes", loss.CategoricalFocalCrossentropy{Alpha: []float64{1, 2}}, y3, y3, nil, "2 numbers for alpha, expected 3"},
		{"alpha NaN", loss.SparseCategoricalFocalCrossentropy{Alpha: []float64{math.NaN()}}, flat, y3, nil, "alpha NaN"},
		{"delta", loss.Huber{Delta: -1}, y, p, nil, "delta -1"},
		{"q", loss.CategoricalGeneralizedCrossEntropy{Q: 1}, flat, y3, nil, "q 1, expected a number above 0 and below 1"},
		{"q 0", loss.CategoricalGeneralizedCrossEntropy{Q: loss.Zero}, flat, y3, nil, "q 0"},
		{"no axes", loss.Dice{Axis: []int{}}, y, p, nil, "no axis to sum over"},
		{"axis twice", loss.Dice{Axis: []int{1, -1}}, y, p, nil, "axis -1 is given twice"},
		{"axis 3", loss.Tversky{Axis: []int{3}}, y, p, nil, "axis 3 of predictions with 2 axes, expected 0 to 1"},
		{"tversky gamma 0", loss.Tversky{Gamma: loss.Zero}, y, p, nil, "gamma 0"},
		{"tversky beta", loss.Tversky{Beta: math.Inf(1)}, y, p, nil, "beta +Inf"},
		{"circle of sequences", loss.Circle{}, y, deep, nil, "expected embeddings (n, d)"},
		{"circle gamma", loss.Circle{Gamma: -3}, flat, p, nil, "gamma -3"},
		{"ctc of rows", loss.CTC{MaxLabels: 1}, y, p, nil, "expected (timesteps, classes)"},
		{"ctc without a length", loss.CTC{}, y, deep, nil, "MaxLabels is 0"},
		{"asymmetric clip", loss.Asymmetric{Clip: 2}, y, p, nil, "clip 2"},
		{"ldam without counts", loss.LDAM{FromLogits: true}, flat, y3, nil, "0 numbers for the counts of classes, expected 3"},
		{"a class that never occurs", loss.LogitAdjusted{Counts: []float64{1, 0, 2}, FromLogits: true}, flat, y3, nil, "class 1 has a count of 0"},
		{"adjusted probabilities", loss.BalancedSoftmax{Counts: []float64{1, 2, 3}}, flat, y3, nil, "needs logits"},
		{"poly epsilon", loss.Poly1{Epsilon: -1.5}, flat, y3, nil, "epsilon -1.5"},
		{"cost rows", loss.ExpectedCost{Cost: [][]float64{{0, 1}}}, y, p, nil, "1 rows, expected one for each of 2 classes"},
		{"cost columns", loss.ExpectedCost{Cost: [][]float64{{0, 1}, {1}}}, y, p, nil, "row 1 of the cost matrix has 1 numbers, expected 2"},
		{"cost NaN", loss.ExpectedCost{Cost: [][]float64{{0, math.NaN()}, {1, 0}}}, y, p, nil, "the cost of deciding 1 for 0 is NaN"},
		{"three weights for two rows", loss.MeanSquaredError{}, y, p, []float64{1, 2, 3}, "3 weights for 2 rows"},
	} {
		if _, err := loss.Compute(c.l, c.y, c.p, c.weights); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, expected one with %q", c.name, err, c.want)
		}
	}
}

func column(v []float64) *tensor.Dense {
	return vectors.Array{Shape: []int{len(v), 1}, Data: v}.Tensor(tensor.Float64)
}
