package loss_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// swapped exchanges the last two axes of an array of shape (n,a,b).
func swapped(v []float64, n, a, b int) []float64 {
	out := make([]float64, len(v))
	for i := range n {
		for j := range a {
			for k := range b {
				out[(i*b+k)*a+j] = v[(i*a+j)*b+k]
			}
		}
	}
	return out
}

// A loss along the middle axis is the loss along the last one of the
// transposed arrays.
func TestAxis(t *testing.T) {
	const n, steps, cols = suiteRows, suiteSteps, 4
	shares := subject{cols: cols, pred: shares, target: loss.OneHot, soft: true}
	numbers := subject{cols: cols}
	classes := subject{cols: cols, pred: anyShare, target: loss.Indices}
	for _, c := range []struct {
		name string
		s    subject
		with func(axis int) loss.Loss
	}{
		{"binary", shares, func(a int) loss.Loss { return loss.BinaryCrossentropy{Axis: a, LabelSmoothing: .1} }},
		{"positive weights", shares, func(a int) loss.Loss { return loss.BinaryCrossentropy{Axis: a, PosWeight: []float64{1, 2, 3, 4}} }},
		{"binary focal", shares, func(a int) loss.Loss { return loss.BinaryFocalCrossentropy{Axis: a} }},
		{"categorical", shares, func(a int) loss.Loss { return loss.CategoricalCrossentropy{Axis: a} }},
		{"categorical logits", numbers, func(a int) loss.Loss { return loss.CategoricalCrossentropy{Axis: a, FromLogits: true} }},
		{"categorical focal", shares, func(a int) loss.Loss { return loss.CategoricalFocalCrossentropy{Axis: a, Alpha: []float64{1, 2, 3, 4}} }},
		{"sparse", classes, func(a int) loss.Loss { return loss.SparseCategoricalCrossentropy{Axis: a} }},
		{"sparse, ignoring", classes, func(a int) loss.Loss { return loss.SparseCategoricalCrossentropy{Axis: a, IgnoreClass: []int{1}} }},
		{"sparse focal", classes, func(a int) loss.Loss { return loss.SparseCategoricalFocalCrossentropy{Axis: a} }},
		{"cosine", numbers, func(a int) loss.Loss { return loss.CosineSimilarity{Axis: a} }},
		{"dice", shares, func(a int) loss.Loss { return loss.Dice{Axis: []int{a}} }},
		{"tversky", shares, func(a int) loss.Loss { return loss.Tversky{Axis: []int{a}, Alpha: .2} }},
	} {
		pred, y := c.s.draw(false, 7)
		last, middle := tensor.Shape{n, steps, cols}, tensor.Shape{n, cols, steps}
		yLast, yMiddle, ySwapped := last, middle, y
		if c.s.target == loss.Indices {
			yLast, yMiddle = tensor.Shape{n, steps}, tensor.Shape{n, steps}
		} else {
			ySwapped = swapped(y, n, steps, cols)
		}
		want, err := loss.PerRow(c.with(-1), dense(tensor.Float64, yLast, y), dense(tensor.Float64, last, pred))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		mean, _ := loss.Compute(c.with(-1), dense(tensor.Float64, yLast, y), dense(tensor.Float64, last, pred), suiteWeights)
		for _, axis := range []int{1, -2} {
			yt, pt := dense(tensor.Float64, yMiddle, ySwapped), dense(tensor.Float64, middle, swapped(pred, n, steps, cols))
			got, err := loss.PerRow(c.with(axis), yt, pt)
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: along axis %d: %v, %v, expected %v", c.name, axis, got, err, want)
			}
			if v, err := loss.Compute(c.with(axis), yt, pt, suiteWeights); err != nil || math.Abs(v-mean) > 1e-12 {
				t.Errorf("%s: along axis %d: weighted mean %v, %v, expected %v", c.name, axis, v, err, mean)
			}
		}
	}
}

// Sums over the batch axis give a value for the batch, which every sample gets:
// weights multiply it by their mean, and a sum is the value itself.
func TestOverlapOfABatch(t *testing.T) {
	const n, steps, cols = suiteRows, suiteSteps, 4
	s := subject{cols: cols, pred: anyShare, target: loss.OneHot, soft: true}
	pred, y := s.draw(false, 8)
	var byColumn [cols]float64 // Tversky with α 0.3, β 0.7 of each column
	all := [3]float64{}
	price := func(v [3]float64) float64 { return 1 - v[0]/(v[0]+.3*v[1]+.7*v[2]+1e-7) }
	for c := range cols {
		var part [3]float64
		for r := range n * steps {
			p, q := pred[r*cols+c], y[r*cols+c]
			part[0], part[1], part[2] = part[0]+p*q, part[1]+p*(1-q), part[2]+(1-p)*q
		}
		byColumn[c] = price(part)
		for i := range all {
			all[i] += part[i]
		}
	}
	shape := tensor.Shape{n, steps, cols}
	yt, pt := dense(tensor.Float64, shape, y), dense(tensor.Float64, shape, pred)
	columns := (byColumn[0] + byColumn[1] + byColumn[2] + byColumn[3]) / cols
	weights := []float64{1, 0, 3.5} // their mean is 1.5
	for _, c := range []struct {
		name    string
		axis    []int
		r       loss.Reduction
		weights []float64
		want    float64
	}{
		{"mean of all", nil, loss.SumOverBatchSize, nil, price(all)},
		{"sum of all", nil, loss.Sum, nil, price(all)},
		{"none of all", nil, loss.None, nil, price(all)},
		{"mean of all, weighted", nil, loss.SumOverBatchSize, weights, 1.5 * price(all)},
		{"sum of all, weighted", nil, loss.Sum, weights, 1.5 * price(all)},
		{"over weights of all", nil, loss.MeanWithSampleWeight, weights, price(all)},
		{"all axes by name", []int{2, 0, 1}, loss.SumOverBatchSize, nil, price(all)},
		{"mean of columns", []int{0, 1}, loss.SumOverBatchSize, nil, columns},
		{"sum of columns", []int{0, -2}, loss.Sum, nil, cols * columns},
		{"mean of columns, weighted", []int{0, 1}, loss.SumOverBatchSize, weights, 1.5 * columns},
	} {
		l := loss.Tversky{Alpha: .3, Beta: .7, Axis: c.axis, Reduction: c.r}
		if got, err := loss.Compute(l, yt, pt, c.weights); err != nil || math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: got %v, %v, expected %v", c.name, got, err, c.want)
		}
	}
	target, err := loss.Dice{Axis: []int{0, 1}}.Targets([]int{steps, cols})
	if err != nil || !target.Together || fmt.Sprint(target.Rows) != "[4]" {
		t.Errorf("targets %+v, %v", target, err)
	}
	if target, err = (loss.Dice{Axis: []int{1, 2}}).Targets([]int{steps, cols}); err != nil || target.Together || len(target.Rows) != 0 {
		t.Errorf("targets %+v, %v", target, err)
	}
}
