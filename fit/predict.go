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
	n := xs.Shape()[0]
	size, err := data.Order{BatchSize: o.BatchSize}.Size()
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	all := tensor.New(tensor.Of(t.model.DType()), tensor.WithShape(batchOf(n, t.model.OutputShape())...))
	for at := 0; at < n; at += size {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("fit: prediction stopped: %w", err)
		}
		p, err := t.plans.get(t, toPredict, min(size, n-at))
		if err != nil {
			return nil, err
		}
		if err := p.run(feed{x: xs, at: at, n: p.n}); err != nil {
			return nil, err
		}
		assign(rowsOf(all, n, at, at+p.n), p.out)
	}
	return all, nil
}
