package loss

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// Compute returns the loss of predictions outside a fit, reduced; a loss with
// reduction None gives the mean over its rows. yTrue and yPred have the same
// float type; yTrue has the shape that Targets asks for, with the batch axis in
// front. weights are aligned with the leading axes of the unreduced loss, one
// for each sample or for each row; nil means ones.
func Compute(l Loss, yTrue, yPred *tensor.Dense, weights []float64) (float64, error) {
	rows, counts, err := perRow(l, yTrue, yPred)
	if err != nil {
		return 0, err
	}
	if len(weights) > 0 && len(rows)%len(weights) != 0 {
		return 0, fmt.Errorf("loss: %s: %d weights for %d rows of the loss, expected one for each sample or row", l.Name(), len(weights), len(rows))
	}
	var sum float64
	for i, v := range rows {
		if len(weights) > 0 {
			v *= weights[i/(len(rows)/len(weights))]
		}
		sum += v
	}
	return Quotient(sum, l.Reduces().Denominator(len(rows), weights, counts)), nil
}

// PerRow returns the loss of each row, neither weighted nor reduced.
func PerRow(l Loss, yTrue, yPred *tensor.Dense) ([]float64, error) {
	rows, _, err := perRow(l, yTrue, yPred)
	return rows, err
}

// perRow returns the losses of the rows and which rows count, nil for all.
func perRow(l Loss, yTrue, yPred *tensor.Dense) (out []float64, counts []bool, err error) {
	if yTrue == nil || yPred == nil || yPred.Dims() == 0 {
		return nil, nil, fmt.Errorf("loss: %s: expected targets and predictions with a batch axis", l.Name())
	}
	n := yPred.Shape()[0]
	target, err := l.Targets(yPred.Shape()[1:])
	if err != nil {
		return nil, nil, err
	}
	if want := append(tensor.Shape{n}, target.Shape...); yTrue.Dtype() != yPred.Dtype() || !slices.Equal([]int(yTrue.Shape()), []int(want)) {
		return nil, nil, fmt.Errorf("loss: %s: targets are %v of shape %v, expected %v of shape %v", l.Name(), yTrue.Dtype(), yTrue.Shape(), yPred.Dtype(), want)
	}
	rows := n * tensor.Shape(target.Rows).TotalSize()
	var t *Term
	var inputs [3]*engine.Tensor
	plan, err := engine.Build(yPred.Dtype(), false, &op.State{}, func(g *engine.Graph) (*engine.Tensor, []*engine.Tensor, error) {
		shapes := [3]tensor.Shape{yPred.Shape(), yTrue.Shape(), {rows}}
		if target.Form == Indices {
			shapes[1] = tensor.Shape{rows}
		}
		for i, name := range []string{"predictions", "targets", "weights"} {
			var err error
			if inputs[i], err = g.Input(name, shapes[i]); err != nil {
				return nil, nil, err
			}
		}
		t, err = l.Term(g, inputs[0], inputs[1], inputs[2])
		if err != nil {
			return nil, nil, err
		}
		return t.Sum, inputs[:], nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("loss: %w", err)
	}
	for i, from := range []*tensor.Dense{yPred, yTrue} {
		to := plan.Dense(inputs[i])
		if from.Dtype() == tensor.Float32 {
			copy(to.Float32s(), from.Float32s())
		} else {
			copy(to.Float64s(), from.Float64s())
		}
	}
	if err := plan.Run(); err != nil {
		return nil, nil, fmt.Errorf("loss: %w", err)
	}
	out = make([]float64, rows)
	for i := range out {
		if t.Rows.Dtype() == tensor.Float32 {
			out[i] = float64(t.Rows.Float32s()[i])
		} else {
			out[i] = t.Rows.Float64s()[i]
		}
	}
	return out, t.Counts, nil
}
