package kernel

import (
	"fmt"
	"math"
	"testing"
)

// rowLosses are the kernels beside cross-entropies, over rows of 3; sparse ones
// have one class for each row.
func rowLosses[T Float]() map[string]RowLoss[T] {
	costs := [][]float64{{0, 1, 2}, {3, 0, 1}, {9, 4, 0}}
	return map[string]RowLoss[T]{
		"absolute":          Columns[T, AbsoluteError]{N: 3},
		"percentage":        Columns[T, PercentageError]{N: 3},
		"logarithmic":       Columns[T, LogarithmicError]{N: 3},
		"huber":             Columns[T, Huber]{N: 3, F: Huber{Delta: .5}},
		"log cosh":          Columns[T, LogCosh]{N: 3},
		"hinge":             Columns[T, Hinge]{N: 3},
		"squared hinge":     Columns[T, Hinge]{N: 3, F: Hinge{Squared: true}},
		"poisson":           Columns[T, Poisson]{N: 3},
		"divergence":        Columns[T, Divergence]{N: 3, Sum: true},
		"cosine":            Cosine[T]{N: 3},
		"categorical hinge": CategoricalHinge[T]{N: 3},
		"positive weight":   Binary[T, PositiveWeight]{N: 3, Bound: Epsilon, F: PositiveWeight{Pos: []float64{1, 5, 9}}},
		"binary focal":      Binary[T, BinaryFocal]{N: 3, Logits: true, Scale: 1, F: BinaryFocal{Gamma: 2}},
		"asymmetric":        Binary[T, Asymmetric]{N: 3, Sum: true, Bound: 1e-8, F: Asymmetric{Pos: 1, Neg: 4, Clip: .05}},
		"binary cost":       Binary[T, BinaryCost]{N: 3, Logits: true, Scale: 1, F: BinaryCost{Of: [2][2]float64{{0, 1}, {9, 0}}}},
		"focal":             Classes[T, ClassFocal]{N: 3, From: Shares, F: ClassFocal{Gamma: 2, Alpha: []float64{.25}}},
		"margins":           Classes[T, ClassFocal]{N: 3, Scale: 2, Margin: []float64{.1, .2, .5}},
		"generalized":       Classes[T, GeneralizedCE]{N: 3, From: Probabilities, F: GeneralizedCE{Q: .5}},
		"cost":              ClassCost[T]{N: 3, Of: costs},
		"overlap":           Overlap[T]{N: 3, FalsePos: .3, FalseNeg: .7, Floor: Epsilon, Power: .75},
		"sparse focal":      Classes[T, ClassFocal]{N: 3, Sparse: true, Scale: 1, F: ClassFocal{Gamma: 2}},
		"sparse cost":       ClassCost[T]{N: 3, Sparse: true, Logits: true, Of: costs},
	}
}

func sparseKernel(name string) bool { return name == "sparse focal" || name == "sparse cost" }

// Rows stand alone, no rows are no work, and NaN is not lost.
func TestLossesOfABatch(t *testing.T) {
	both(t, testLossesOfABatch[float32], testLossesOfABatch[float64])
}

func testLossesOfABatch[T Float](t *testing.T) {
	pred := convert[T]([]float64{.2, .7, .1, .5, .3, .2, .1, .1, .8, .9, .4, .6})
	shares := convert[T]([]float64{0, 1, 0, 1, 0, 0, .2, .3, .5, 1, 1, 0})
	labels := convert[T]([]float64{0, 2, 1, 1})
	g := convert[T]([]float64{1, 0, -2, .5})
	for name, k := range rowLosses[T]() {
		target, width := shares, 3
		if sparseKernel(name) {
			target, width = labels, 1
		}
		loss, grad := make([]T, 4), make([]T, 12)
		k.Loss(loss, pred, target)
		k.Grad(grad, pred, target, g)
		for r := range 4 {
			one, slope := lossOf(k, pred[3*r:][:3], target[width*r:][:width])
			near(t, fmt.Sprint(name, " loss ", r), loss[r:][:1], []float64{float64(one)}, 0, 0)
			want := make([]float64, 3)
			for j := range want {
				want[j] = float64(slope[j] * g[r])
			}
			near(t, fmt.Sprint(name, " gradient ", r), grad[3*r:][:3], want, 4*epsilon[T](), epsilon[T]())
		}
		k.Loss(nil, nil, nil)
		k.Grad(nil, nil, nil, nil)
		lost, _ := lossOf(k, convert[T]([]float64{math.NaN(), math.NaN(), math.NaN()}), target[:width])
		if lost == lost {
			t.Errorf("%s: NaN predictions have the loss %v", name, lost)
		}
	}
}

// Values and slopes where a loss bends or saturates.
func TestLossesAtTheirEdges(t *testing.T) {
	type row = []float64
	high, low := 1-Epsilon, Epsilon
	for _, c := range []struct {
		name         string
		k            RowLoss[float64]
		pred, target row
		loss         float64
		grad         row
	}{
		{"absolute: equal", Columns[float64, AbsoluteError]{N: 1}, row{2}, row{2}, 0, row{0}},
		{"percentage: target 0", Columns[float64, PercentageError]{N: 1}, row{1e-7}, row{0}, 100, row{1e9}},
		{"logarithmic: below 0", Columns[float64, LogarithmicError]{N: 1}, row{-5}, row{math.E - 1}, math.Pow(1-math.Log1p(low), 2), row{0}},
		{"huber: at delta", Columns[float64, Huber]{N: 1, F: Huber{1}}, row{1}, row{0}, .5, row{1}},
		{"huber: beyond", Columns[float64, Huber]{N: 1, F: Huber{1}}, row{-3}, row{0}, 2.5, row{-1}},
		{"log cosh: far", Columns[float64, LogCosh]{N: 1}, row{-1000}, row{0}, 1000 - math.Ln2, row{-1}},
		{"hinge: at the margin", Columns[float64, Hinge]{N: 1}, row{1}, row{1}, 0, row{0}},
		{"hinge: 0 is -1", Columns[float64, Hinge]{N: 2}, row{.5, .5}, row{0, -1}, 1.5, row{.5, .5}},
		{"divergence: clipped", Columns[float64, Divergence]{N: 1}, row{0}, row{1}, -math.Log(low), row{0}},
		{"cosine: nothing", Cosine[float64]{N: 2}, row{0, 0}, row{1, 0}, 0, row{-1 / low, 0}},
		{"cosine: no target", Cosine[float64]{N: 2}, row{3, 4}, row{0, 0}, 0, row{0, 0}},
		{"categorical hinge: safe", CategoricalHinge[float64]{N: 2}, row{3, 1}, row{1, 0}, 0, row{0, 0}},
		{"categorical hinge: wrong", CategoricalHinge[float64]{N: 2}, row{0, 1}, row{1, 0}, 2, row{-1, 1}},
		{"focal: certain and wrong", Binary[float64, BinaryFocal]{N: 1, Bound: Epsilon, F: BinaryFocal{Gamma: 2}}, row{0}, row{1}, -high * high * math.Log(low), row{0}},
		{"focal: hopeless logit", Binary[float64, BinaryFocal]{N: 1, Logits: true, Scale: 1, F: BinaryFocal{Gamma: 2}}, row{-1000}, row{1}, 1000, row{-1}},
		{"focal: safe logit", Binary[float64, BinaryFocal]{N: 1, Logits: true, Scale: 1, F: BinaryFocal{Gamma: .5}}, row{1000}, row{1}, 0, row{0}},
		{"asymmetric: within the clip", Binary[float64, Asymmetric]{N: 1, Bound: 1e-8, F: Asymmetric{1, 4, .05}}, row{.05}, row{0}, 0, row{0}},
		{"asymmetric: safe logit", Binary[float64, Asymmetric]{N: 1, Logits: true, Scale: 1, F: Asymmetric{0, 2, 0}}, row{-1000}, row{0}, 0, row{0}},
		{"asymmetric: hopeless logit", Binary[float64, Asymmetric]{N: 1, Logits: true, Scale: 1, F: Asymmetric{0, 2, 0}}, row{1000}, row{0}, 1000, row{1}},
		{"class focal: hopeless", Classes[float64, ClassFocal]{N: 2, Scale: 1, F: ClassFocal{Gamma: 2}}, row{-500, 500}, row{1, 0}, 1000, row{-1, 1}},
		{"class focal: safe", Classes[float64, ClassFocal]{N: 2, Scale: 1, F: ClassFocal{Gamma: .5}}, row{500, -500}, row{1, 0}, 0, row{0, 0}},
		{"generalized: no chance", Classes[float64, GeneralizedCE]{N: 2, From: Probabilities, Sparse: true, F: GeneralizedCE{.5}}, row{0, 1}, row{0}, 2, row{0, 0}},
		{"overlap: nothing there", Overlap[float64]{N: 2, FalsePos: .5, FalseNeg: .5, Floor: low, Power: 1}, row{0, 0}, row{0, 0}, 1, row{0, 0}},
	} {
		loss, grad := lossOf(c.k, c.pred, c.target)
		near(t, c.name+": loss", []float64{loss}, row{c.loss}, 1e-12, 1e-12)
		near(t, c.name+": gradient", grad, c.grad, 1e-12, 1e-12)
	}
}

func BenchmarkRowLosses(b *testing.B) {
	const rows = 2048
	pred, target, labels, g := make([]float32, 3*rows), make([]float32, 3*rows), make([]float32, rows), make([]float32, rows)
	for i := range pred {
		pred[i] = .1 + .8*float32(i%7)/7
		target[i] = float32(i % 2)
		labels[i/3], g[i/3] = float32(i/3%3), 1
	}
	loss, grad := make([]float32, rows), make([]float32, 3*rows)
	for name, k := range rowLosses[float32]() {
		b.Run(name, func(b *testing.B) {
			y := target
			if sparseKernel(name) {
				y = labels
			}
			b.ReportAllocs()
			for b.Loop() {
				k.Loss(loss, pred, y)
				k.Grad(grad, pred, y, g)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
		})
	}
}
