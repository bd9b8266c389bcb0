package fit

import (
	"context"
	"fmt"

	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// PredictOptions are the arguments of Keras's predict.
type PredictOptions struct {
	BatchSize int // 0 means 32
}

// Predict returns the model's output for every row of x, (n, ...), in the
// model's element type.
func (t *Trainer) Predict(ctx context.Context, x tensor.Tensor, o PredictOptions) (*tensor.Dense, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	xs, err := t.inputs(x)
	if err != nil {
		return nil, err
	}
	ds, err := data.NewTensors(xs, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	all := tensor.New(tensor.Of(t.model.DType()), tensor.WithShape(batchOf(ds.Len(), t.model.OutputShape())...))
	done := 0
	for b, err := range ds.Batches(data.Order{BatchSize: o.BatchSize, Shuffle: data.ShuffleOff}) {
		if err != nil {
			return nil, fmt.Errorf("fit: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("fit: prediction stopped: %w", err)
		}
		p, err := t.plans.get(t, toPredict, b.X.Shape()[0])
		if err != nil {
			return nil, err
		}
		assign(p.x, b.X)
		if err := p.Run(); err != nil {
			return nil, fmt.Errorf("fit: %w", err)
		}
		into, err := data.Rows(all, done, done+p.n)
		if err != nil {
			return nil, fmt.Errorf("fit: %w", err)
		}
		assign(into, p.out)
		done += p.n
	}
	return all, nil
}
