package fit

import (
	"context"
	"fmt"

	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// PredictOptions are the arguments of Keras's predict.
type PredictOptions struct {
	BatchSize int // 0 means 32, or what the model asks for
}

// Predict returns the model's output for every row of x, (n, ...), in the
// model's element type. Predictions may be asked for by several goroutines at
// once, as long as the model is not being trained; they take turns, those of a
// [Predictor] do not.
func (t *Trainer) Predict(ctx context.Context, x tensor.Tensor, o PredictOptions) (*tensor.Dense, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	if len(t.model.InputNames()) > 1 || len(t.outputs) > 1 {
		return nil, t.errMany()
	}
	xs, err := t.inputs([]tensor.Tensor{x})
	if err != nil {
		return nil, err
	}
	outs, err := t.predict(ctx, xs, o)
	if err != nil {
		return nil, err
	}
	return outs[0], nil
}

// predict returns all outputs for checked inputs.
func (t *Trainer) predict(ctx context.Context, xs []*tensor.Dense, o PredictOptions) ([]*tensor.Dense, error) {
	n := xs[0].Shape()[0]
	asked, err := t.batchSize(o.BatchSize)
	if err != nil {
		return nil, err
	}
	size, err := data.Order{BatchSize: asked}.Size()
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	var all []*tensor.Dense
	for _, out := range t.outputs {
		all = append(all, tensor.New(tensor.Of(t.model.DType()), tensor.WithShape(batchOf(n, out.shape)...)))
	}
	t.predicting.Lock()
	defer t.predicting.Unlock()
	for at := 0; at < n; at += size {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("fit: prediction stopped: %w", err)
		}
		p, err := t.planOf(toPredict, min(size, n-at))
		if err != nil {
			return nil, err
		}
		if err := p.run(feed{x: xs[0], more: data.More{MoreX: xs[1:]}, at: at, n: p.n}); err != nil {
			return nil, err
		}
		for i, h := range p.heads {
			assign(rowsOf(all[i], n, at, at+p.n), h.out)
		}
	}
	return all, nil
}
