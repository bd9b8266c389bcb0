package op

import (
	"math/rand/v2"
	"testing"

	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func columnsLoss[F kernel.Pointwise](f F) RowLoss {
	k := kernel.Columns[float32, F]{N: 4, F: f}
	return RowLoss{k, kernel.Columns[float64, F](k)}
}

func binaryLoss[F kernel.BinaryForm](k kernel.Binary[float32, F]) RowLoss {
	k.N, k.Bound = 4, kernel.Epsilon
	return RowLoss{k, kernel.Binary[float64, F](k)}
}

func classLoss[F kernel.ClassForm](k kernel.Classes[float32, F]) RowLoss {
	k.N = 4
	return RowLoss{k, kernel.Classes[float64, F](k)}
}

// What predictions and targets of a loss are.
const (
	anyNumbers = iota
	shares     // between 0 and 1
	positive
	classNumbers
	oneHotRows
	twoLabels // 1 or 2
)

// lossNetworks are the weighted losses, each with its gradient by the
// predictions.
func lossNetworks() []network {
	softmax := kernel.SoftmaxCE[float32]{N: 4}
	smooth, sparse := softmax, softmax
	smooth.Smoothing, sparse.Sparse = .3, true
	sigmoid := kernel.SigmoidCE[float32]{N: 4, Smoothing: .1}
	overlap := kernel.Overlap[float32]{N: 4, FalsePos: .3, FalseNeg: .7, Floor: 1e-7, Power: 1}
	power := overlap
	power.Power = .75
	whole, over := overlap, overlap
	whole.N, over.N = 24, 6
	cost := kernel.ClassCost[float32]{N: 4, Of: [][]float64{{0, 1, 2, 3}, {5, 0, 1, 2}, {1, 1, 0, 9}, {.5, -1, 2, 0}}}
	sparseCost, logitCost := cost, cost
	sparseCost.Sparse, logitCost.Logits = true, true
	circle := kernel.Circle[float32]{N: 4, Gamma: 3, Margin: .4, Others: true, Counts: make([]bool, 6)}
	ctc := kernel.NewCTC[float32](4, 4, 2)
	focal := kernel.BinaryFocal{Gamma: 2}
	alpha := []float64{.1, .2, .3, .4}

	all := tensor.Shape{2, 3, 4}
	rows := tensor.Shape{6}
	var byColumn, byMiddle []int // places of the elements of all, with the last axis outside, or the middle one inside
	for c := range 4 {
		for r := range 6 {
			byColumn = append(byColumn, r*4+c)
		}
	}
	for b := range 2 {
		for c := range 4 {
			for m := range 3 {
				byMiddle = append(byMiddle, b*12+m*4+c)
			}
		}
	}
	three := kernel.SoftmaxCE[float32]{N: 3, Sparse: true}

	var out []network
	for _, l := range []struct {
		name         string
		kernel       RowLoss
		pred, target int
		c            LossConfig
	}{
		{name: "squared error", kernel: RowLoss{kernel.SquaredError[float32]{N: 4}, kernel.SquaredError[float64]{N: 4}}},
		{name: "absolute error", kernel: columnsLoss(kernel.AbsoluteError{})},
		{name: "percentage error", kernel: columnsLoss(kernel.PercentageError{}), target: positive},
		{name: "logarithmic error", kernel: columnsLoss(kernel.LogarithmicError{}), pred: positive, target: positive},
		{name: "huber", kernel: columnsLoss(kernel.Huber{Delta: 1.5})},
		{name: "log cosh", kernel: columnsLoss(kernel.LogCosh{})},
		{name: "hinge", kernel: columnsLoss(kernel.Hinge{}), target: oneHotRows},
		{name: "squared hinge", kernel: columnsLoss(kernel.Hinge{Squared: true}), target: oneHotRows},
		{name: "poisson", kernel: columnsLoss(kernel.Poisson{}), pred: positive, target: positive},
		{name: "divergence", kernel: columnsLoss(kernel.Divergence{}), pred: shares, target: shares},
		{name: "cosine", kernel: RowLoss{kernel.Cosine[float32]{N: 4}, kernel.Cosine[float64]{N: 4}}},
		{name: "categorical hinge", kernel: RowLoss{kernel.CategoricalHinge[float32]{N: 4}, kernel.CategoricalHinge[float64]{N: 4}}, target: oneHotRows},

		{name: "binary", kernel: RowLoss{kernel.BinaryCE[float32](sigmoid), kernel.BinaryCE[float64](sigmoid)}, pred: shares, target: shares},
		{name: "sigmoid", kernel: RowLoss{kernel.SigmoidCE[float32]{N: 4}, kernel.SigmoidCE[float64]{N: 4}}, target: shares},
		{name: "sigmoid smoothed", kernel: RowLoss{sigmoid, kernel.SigmoidCE[float64](sigmoid)}, target: shares},
		{name: "categorical", kernel: RowLoss{kernel.CategoricalCE[float32](smooth), kernel.CategoricalCE[float64](smooth)}, pred: shares, target: shares},
		{name: "sparse", kernel: RowLoss{kernel.CategoricalCE[float32](sparse), kernel.CategoricalCE[float64](sparse)}, pred: shares, target: classNumbers},
		{name: "softmax", kernel: RowLoss{softmax, kernel.SoftmaxCE[float64](softmax)}, target: shares},
		{name: "softmax smoothed", kernel: RowLoss{smooth, kernel.SoftmaxCE[float64](smooth)}, target: shares},
		{name: "sparse softmax", kernel: RowLoss{sparse, kernel.SoftmaxCE[float64](sparse)}, target: classNumbers},

		{name: "positive weights", kernel: binaryLoss(kernel.Binary[float32, kernel.PositiveWeight]{F: kernel.PositiveWeight{Pos: alpha}}), pred: shares, target: shares},
		{name: "positive weight on logits", kernel: binaryLoss(kernel.Binary[float32, kernel.PositiveWeight]{Logits: true, Scale: 1, F: kernel.PositiveWeight{Pos: []float64{7}}}), target: shares},
		{name: "binary focal", kernel: binaryLoss(kernel.Binary[float32, kernel.BinaryFocal]{F: focal}), pred: shares, target: oneHotRows},
		{name: "binary focal on logits", kernel: binaryLoss(kernel.Binary[float32, kernel.BinaryFocal]{Logits: true, Scale: 1, Smoothing: .1, F: kernel.BinaryFocal{Gamma: .7, Balanced: true, Alpha: .25}}), target: oneHotRows},
		{name: "binary poly", kernel: binaryLoss(kernel.Binary[float32, kernel.BinaryFocal]{Logits: true, Scale: 1, F: kernel.BinaryFocal{Gamma: 1.5, Poly: 2}}), target: shares},
		{name: "binary margin", kernel: binaryLoss(kernel.Binary[float32, kernel.BinaryFocal]{Logits: true, Scale: 1.7, Shift: -.3, Margin: [2]float64{.5, .2}}), target: oneHotRows},
		{name: "asymmetric", kernel: binaryLoss(kernel.Binary[float32, kernel.Asymmetric]{Sum: true, F: kernel.Asymmetric{Pos: 1, Neg: 4, Clip: .05}}), pred: shares, target: oneHotRows},
		{name: "asymmetric on logits", kernel: binaryLoss(kernel.Binary[float32, kernel.Asymmetric]{Logits: true, Scale: 1, F: kernel.Asymmetric{Pos: .5, Neg: 2.5}}), target: shares},
		{name: "binary cost", kernel: columnsLoss(kernel.BinaryCost{Of: [2][2]float64{{0, 1}, {9, .5}}}), target: shares},
		{name: "binary cost on logits", kernel: binaryLoss(kernel.Binary[float32, kernel.BinaryCost]{Logits: true, Scale: 1, F: kernel.BinaryCost{Of: [2][2]float64{{0, 1}, {9, .5}}}}), target: oneHotRows},

		{name: "categorical focal", kernel: classLoss(kernel.Classes[float32, kernel.ClassFocal]{From: kernel.Shares, F: kernel.ClassFocal{Gamma: 2, Alpha: alpha}}), pred: shares, target: oneHotRows},
		{name: "categorical focal on logits", kernel: classLoss(kernel.Classes[float32, kernel.ClassFocal]{Scale: 1, Smoothing: .1, F: kernel.ClassFocal{Gamma: 2, Alpha: []float64{.25}}}), target: shares},
		{name: "sparse focal", kernel: classLoss(kernel.Classes[float32, kernel.ClassFocal]{Sparse: true, Scale: 1, F: kernel.ClassFocal{Gamma: .5, Alpha: alpha}}), target: classNumbers},
		{name: "poly", kernel: classLoss(kernel.Classes[float32, kernel.ClassFocal]{From: kernel.Shares, Sparse: true, F: kernel.ClassFocal{Poly: -.7}}), pred: shares, target: classNumbers},
		{name: "scaled logits", kernel: classLoss(kernel.Classes[float32, kernel.ClassFocal]{Scale: 2, Slope: []float64{.5, 1, .7, .2}, Margin: []float64{.1, .2, 0, .3}, Shift: []float64{-1, 0, .5, -.2}}), target: shares},
		{name: "poly focal on logits", kernel: classLoss(kernel.Classes[float32, kernel.ClassFocal]{Scale: 1, F: kernel.ClassFocal{Gamma: 2, Poly: 2}}), target: shares},
		{name: "margins and shifts", kernel: classLoss(kernel.Classes[float32, kernel.ClassFocal]{Sparse: true, Scale: 1.5, Margin: alpha, Shift: []float64{0, -1, .5, -2}}), target: classNumbers},
		{name: "margins of shares", kernel: classLoss(kernel.Classes[float32, kernel.ClassFocal]{Scale: 1.5, Margin: alpha}), target: shares},
		{name: "generalized", kernel: classLoss(kernel.Classes[float32, kernel.GeneralizedCE]{From: kernel.Probabilities, Sparse: true, F: kernel.GeneralizedCE{Q: .7}}), pred: shares, target: classNumbers},
		{name: "generalized on logits", kernel: classLoss(kernel.Classes[float32, kernel.GeneralizedCE]{Sparse: true, Scale: 1, F: kernel.GeneralizedCE{Q: .5}}), target: classNumbers},
		{name: "cost", kernel: RowLoss{cost, kernel.ClassCost[float64](cost)}, pred: shares, target: shares},
		{name: "sparse cost", kernel: RowLoss{sparseCost, kernel.ClassCost[float64](sparseCost)}, pred: shares, target: classNumbers},
		{name: "cost on logits", kernel: RowLoss{logitCost, kernel.ClassCost[float64](logitCost)}, target: shares},

		{name: "overlap", kernel: RowLoss{overlap, kernel.Overlap[float64](overlap)}, pred: shares, target: shares},
		{name: "focal overlap", kernel: RowLoss{power, kernel.Overlap[float64](power)}, pred: shares, target: shares},
		{
			name: "overlap of a batch", kernel: RowLoss{whole, kernel.Overlap[float64](whole)}, pred: shares, target: shares,
			c: LossConfig{Values: 1, Share: .5},
		},
		{
			name: "overlap of a batch by column", kernel: RowLoss{over, kernel.Overlap[float64](over)}, pred: shares, target: shares,
			c: LossConfig{Values: 4, Share: 1, Order: byColumn, Rows: 8},
		},
		{
			name: "rows along the middle axis", kernel: RowLoss{three, kernel.SoftmaxCE[float64](three)}, target: classNumbers,
			c: LossConfig{Order: byMiddle, Rows: 8, Target: tensor.Shape{2, 4}, Ignored: []int{2}, Counts: make([]bool, 8)},
		},
		{
			name: "circle", kernel: RowLoss{circle, kernel.Circle[float64](circle)}, pred: shares, target: twoLabels,
			c: LossConfig{Pred: tensor.Shape{6, 4}, Target: rows, Together: true},
		},
		{
			name: "ctc", kernel: RowLoss{ctc, kernel.CTC[float64](ctc)}, target: twoLabels,
			c: LossConfig{Pred: tensor.Shape{3, 4, 4}, Target: tensor.Shape{3, 2}, Rows: 3},
		},
	} {
		c := l.c
		c.Kernel = l.kernel
		if c.Pred == nil {
			c.Pred = all
		}
		if c.Target == nil {
			c.Target = c.Pred
			if l.target == classNumbers {
				c.Target = rows
			}
		}
		if c.Rows == 0 {
			c.Rows = 6
		}
		out = append(out, network{
			name: "loss/" + l.name, inputs: []tensor.Shape{c.Pred, c.Target, {c.Rows}}, fixed: 2,
			values: func(i, j int, rng *rand.Rand) float64 {
				kind := shares // weights
				if i < 2 {
					kind = []int{l.pred, l.target}[i]
				}
				switch kind {
				case shares:
					return 0.1 + 0.8*rng.Float64()
				case positive:
					return 0.2 + 3*rng.Float64()
				case classNumbers:
					return float64(j % 3)
				case oneHotRows:
					return float64([]int{1, 0, 0, 0, 0, 0, 1, 0}[j%8])
				case twoLabels:
					return float64(1 + j/2%2)
				}
				return 2 * rng.NormFloat64()
			},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				o, _, err := Loss(dt, c)
				return apply(o, err)(in)
			},
		})
	}
	return append(out, network{
		name: "weighted sum", inputs: []tensor.Shape{{2, 3}, {6}}, fixed: 1,
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			o, _, err := WeightedSum(dt, tensor.Shape{2, 3})
			return apply(o, err)(in)
		},
	})
}

// A loss without a kernel for a type is an error, not a panic.
func TestLossWithoutKernel(t *testing.T) {
	c := LossConfig{Pred: tensor.Shape{2, 3}, Kernel: RowLoss{Float64: kernel.SquaredError[float64]{N: 3}}}
	if _, _, err := Loss(tensor.Float32, c); err == nil {
		t.Error("no error for float32")
	}
	if _, _, err := Loss(tensor.Int, c); err == nil {
		t.Error("no error for int")
	}
	if _, _, err := Loss(tensor.Float64, c); err != nil {
		t.Error(err)
	}
}

// A loss that looks at the whole batch says so, so that nobody cuts it.
func TestLossTogether(t *testing.T) {
	k := RowLoss{Float64: kernel.SquaredError[float64]{N: 3}}
	for name, c := range map[string]LossConfig{
		"rows": {Kernel: k}, "whole": {Kernel: k, Values: 2, Share: 1}, "pairs": {Kernel: k, Together: true},
	} {
		c.Pred = tensor.Shape{2, 3}
		o, _, err := Loss(tensor.Float64, c)
		if err != nil {
			t.Fatal(err)
		}
		if o.Together() != (name != "rows") {
			t.Errorf("%s: together is %v", name, o.Together())
		}
	}
}
