package fit

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"gorgonia.org/tensor"
)

// output is one output of a model, and what is asked of it.
type output struct {
	name    string
	shape   []int     // of one prediction
	loss    loss.Loss // nil for none
	weight  float64   // of the loss in the sum of all
	target  loss.Target
	mode    balance.Mode
	metrics *tracker
	weights []float64 // of the running batch, as given
}

// newOutputs matches losses and metrics with the outputs of a model.
func newOutputs(m *model.Model, c Config) ([]*output, error) {
	names, shapes := m.OutputNames(), m.OutputShapes()
	for _, given := range []struct {
		what string
		keys []string
	}{
		{"Losses", slices.Sorted(maps.Keys(c.Losses))}, {"LossWeights", slices.Sorted(maps.Keys(c.LossWeights))},
		{"OutputMetrics", slices.Sorted(maps.Keys(c.OutputMetrics))},
		{"WeightedOutputMetrics", slices.Sorted(maps.Keys(c.WeightedOutputMetrics))},
	} {
		for _, key := range given.keys {
			if !slices.Contains(names, key) {
				return nil, fmt.Errorf("fit: Config.%s names output %q, expected one of %q", given.what, key, names)
			}
		}
	}
	switch {
	case c.Loss == nil && len(c.Losses) == 0:
		return nil, fmt.Errorf("fit: Config.Loss is nil, expected one of package loss")
	case c.Loss != nil && c.Losses != nil:
		return nil, fmt.Errorf("fit: Config.Loss and Config.Losses are given, expected one of them")
	case len(names) > 1 && len(c.Metrics)+len(c.WeightedMetrics) > 0:
		return nil, fmt.Errorf("fit: a model of %d outputs: expected OutputMetrics and WeightedOutputMetrics in place of Metrics and WeightedMetrics", len(names))
	}
	var all []*output
	for i, name := range names {
		o := &output{name: name, shape: shapes[i], loss: c.Loss, weight: 1, mode: c.SampleWeightMode}
		if c.Loss == nil {
			o.loss = c.Losses[name]
		}
		if w, given := c.LossWeights[name]; given {
			if math.IsNaN(w) || math.IsInf(w, 0) {
				return nil, fmt.Errorf("fit: the weight of the loss of output %q is %v, expected a finite number", name, w)
			}
			if o.loss == nil {
				return nil, fmt.Errorf("fit: output %q has a loss weight and no loss", name)
			}
			o.weight = w
		}
		if err := o.compile(m, c, len(names) > 1); err != nil {
			if len(names) > 1 {
				err = fmt.Errorf("%w (output %q)", err, name)
			}
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

func (o *output) compile(m *model.Model, c Config, several bool) error {
	metrics, weighted := slices.Concat(c.Metrics, c.OutputMetrics[o.name]), slices.Concat(c.WeightedMetrics, c.WeightedOutputMetrics[o.name])
	if o.loss == nil {
		if len(metrics)+len(weighted) > 0 {
			return fmt.Errorf("fit: metrics of an output without a loss: its targets are not known")
		}
		return nil
	}
	var err error
	if o.target, err = o.loss.Targets(o.shape); err != nil {
		return fmt.Errorf("fit: %w", err)
	}
	switch o.mode {
	case balance.Inferred:
	case balance.Temporal:
		if len(o.target.Rows) == 0 {
			return fmt.Errorf("fit: temporal sample weights need a loss of shape (n,T), that of %s on predictions of shape %s is (n)", o.loss.Name(), anyRows(o.shape))
		}
	default:
		return fmt.Errorf("fit: unknown sample weight mode %d, expected balance.Inferred or balance.Temporal", o.mode)
	}
	prefix := ""
	if several {
		prefix = o.name + "_"
	}
	o.metrics, err = newTracker(metrics, weighted, prefix, o.target, o.shape, m.DType())
	return err
}

// shapeOfTargets is the shape of the targets of n samples in a plan.
func (o *output) shapeOfTargets(n int) tensor.Shape {
	if o.target.Form == loss.Indices {
		return tensor.Shape{n * o.perRow()} // one index for each row of the loss
	}
	return batchOf(n, o.target.Shape)
}

// perRow is the number of rows of the loss for each sample.
func (o *output) perRow() int { return tensor.Shape(o.target.Rows).TotalSize() }

// needsWeights reports whether anybody wants to see the weights as given.
func (o *output) needsWeights() bool { return o.metrics.weighted || o.loss.Reduces().NeedsWeights() }
