package fit_test

import (
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"gorgonia.org/tensor"
)

// The tests of this file meet the edges of Keras's tests of data adapters and of
// epoch_iterator_test.py. There is no y beside a data set here, nor one that is
// no array; TestStreamErrors has sample weights beside it.

// cutUp gives rows in batches of the given sizes, whatever is asked of it, for
// some passes and then nothing more.
type cutUp struct {
	x, y   *tensor.Dense
	sizes  []int
	passes *int
}

func (cutUp) Len() int { return -1 }
func (c cutUp) Batches(data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		if *c.passes--; *c.passes < 0 {
			return
		}
		at := 0
		for _, n := range c.sizes {
			x, err := data.Rows(c.x, at, at+n)
			var y *tensor.Dense
			if err == nil && c.y != nil {
				y, err = data.Rows(c.y, at, at+n)
			}
			if !yield(data.Batch{X: x, Y: y}, err) {
				return
			}
			at += n
		}
	}
}

// Rows come in Keras's batches, 16, 16 and 2 of 34: in order, permuted within
// each, or permuted altogether, from either type of numbers.
func TestArrayAdapterBasicFlow(t *testing.T) {
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64, tensor.Int32} {
		x := tensor.New(tensor.Of(dt), tensor.WithShape(34, 1))
		inOrder := make([]float64, 34)
		for i := range 34 {
			inOrder[i] = float64(i)
			switch dt {
			case tensor.Float32:
				x.Float32s()[i] = float32(i)
			case tensor.Float64:
				x.Float64s()[i] = float64(i)
			default:
				x.Int32s()[i] = int32(i)
			}
		}
		for _, shuffle := range []data.Shuffle{data.ShuffleOff, data.ShuffleBatches, data.ShuffleRows} {
			var seen []float64
			var epochs []int
			losses := 0.
			// The model passes x on, so the loss is 0 where each row has its own
			// target.
			_, err := compile(t, sum(t, 1, 1), squares()).Fit(ctx, x, x, fit.Options{
				BatchSize: 16, Shuffle: shuffle, Verbose: fit.Silent,
				Callbacks: []fit.Callback{count(&epochs), callback.LambdaCallback{OnBatchEnd: func(_ callback.Run, _ int, l *callback.Logs) error {
					losses, _ = l.Get("loss")
					return nil
				}}},
			})
			mustNot(t, err)
			if !slices.Equal(epochs, []int{3}) || losses != 0 {
				t.Errorf("%v, shuffle %d: batches %v, loss %v: a row has another row's target", dt, shuffle, epochs, losses)
			}
			d, err := data.AsType(x, tensor.Float64)
			mustNot(t, err)
			batch := 0
			for b, err := range tensors(t, d, d, nil).Batches(data.Order{BatchSize: 16, Shuffle: shuffle, Seed: 1}) {
				mustNot(t, err)
				v := slices.Clone(b.X.Float64s())
				if !slices.Equal(v, b.Y.Float64s()) || len(v) != []int{16, 16, 2}[batch] {
					t.Errorf("shuffle %d, batch %d: x %v, y %v", shuffle, batch, v, b.Y)
				}
				if shuffle == data.ShuffleBatches && !slices.Equal(slices.Sorted(slices.Values(v)), inOrder[16*batch:16*batch+len(v)]) {
					t.Errorf("batch %d has rows %v of other batches", batch, v)
				}
				seen = append(seen, v...)
				batch++
			}
			if moved := !slices.Equal(seen, inOrder); moved != (shuffle != data.ShuffleOff) || !slices.Equal(slices.Sorted(slices.Values(seen)), inOrder) {
				t.Errorf("shuffle %d: rows %v", shuffle, seen)
			}
		}
	}
}

func TestArrayAdapterErrors(t *testing.T) {
	x, y := all(1, 34, 4), all(1, 34, 3)
	none := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(0, 4))
	trainer, err := fit.Compile(sums(t), sumsConfig())
	mustNot(t, err)
	many := func(x, y, w fit.Arrays, o fit.Options) error {
		o.Verbose = fit.Silent
		_, err := trainer.FitMany(ctx, fit.Many{X: x, Y: y, SampleWeight: w}, o)
		return err
	}
	xs, ys := fit.List{x}, fit.List{y, y}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"x is no numbers":         {many(fit.List{tensor.New(tensor.WithBacking([]string{"Invalid"}))}, ys, nil, fit.Options{}), "cannot convert string"},
		"y is no numbers":         {many(xs, fit.List{y, tensor.New(tensor.WithBacking([]string{"Invalid"}))}, nil, fit.Options{}), `y of "y_two": data: cannot convert string`},
		"one y of two":            {many(xs, fit.List{y}, nil, fit.Options{}), "y: 1 arrays, expected one for each"},
		"a y is missing":          {many(xs, fit.List{y, nil}, nil, fit.Options{}), `y of "y_two"`},
		"y of another length":     {many(xs, fit.List{y, all(1, 33, 3)}, nil, fit.Options{}), "x has 34 rows"},
		"no weights in a list":    {many(xs, ys, fit.List{}, fit.Options{}), "sample weights: 0 arrays, expected one for each"},
		"weights of two columns":  {many(xs, ys, nil, fit.Options{SampleWeight: all(1, 34, 2)}), "sample weights have shape (34, 2)"},
		"class weights of two":    {many(xs, ys, nil, fit.Options{ClassWeight: balance.Map{0: 1}}), "class weights of a model of 2 outputs"},
		"class weights of one":    {many(xs, ys, nil, fit.Options{ClassWeights: map[string]balance.ClassWeight{"y_one": balance.Map{0: 1}}}), "is not one-hot"},
		"no rows":                 {many(fit.List{none}, ys, nil, fit.Options{}), "expected at least one row"},
		"no rows to predict":      {second(trainer.PredictMany(ctx, fit.List{none}, fit.PredictOptions{})), "expected at least one row"},
		"no rows to evaluate":     {second(trainer.EvaluateMany(ctx, fit.Many{X: fit.List{none}, Y: ys}, fit.EvaluateOptions{})), "expected at least one row"},
		"no rows in a batch":      {second(trainer.TrainOnBatchMany(fit.Many{X: fit.List{none}, Y: ys}, fit.BatchOptions{})), "expected at least one row"},
		"no rows to validate on":  {many(xs, ys, nil, fit.Options{ValidationData: &fit.Validation{Many: &fit.Many{X: fit.List{none}, Y: ys}}}), "expected at least one row"},
		"one row cannot be split": {many(fit.List{all(1, 1, 4)}, fit.List{all(1, 1, 3), all(1, 1, 3)}, nil, fit.Options{ValidationSplit: .5}), "validation split"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: error %v, expected one with %q", name, c.err, c.want)
		}
	}
}

// A finite source gives every epoch all of its batches; Keras goes on with the
// first two alone. One that is dry after a pass is an error there, not an epoch
// of nothing.
func TestFiniteGenerator(t *testing.T) {
	x, y := all(1, 34, 4), all(0, 34, 3)
	passes := 3
	var epochs []int
	o := fit.Options{Epochs: 3, Verbose: fit.Silent, Callbacks: []fit.Callback{count(&epochs)}}
	_, err := compile(t, sum(t, 4, 3), squares()).FitDataset(ctx, cutUp{x, y, []int{16, 16, 2}, &passes}, o)
	if err != nil || !slices.Equal(epochs, []int{3, 3, 3}) {
		t.Errorf("batches %v, %v", epochs, err)
	}
	passes, epochs = 1, nil
	h, err := compile(t, sum(t, 4, 3), squares()).FitDataset(ctx, cutUp{x, y, []int{16, 16, 2}, &passes}, o)
	if err == nil || !strings.Contains(err.Error(), "gave no batch") || h == nil || len(h.Epoch) != 1 {
		t.Errorf("history %v, error %v, expected one epoch and that there was no further batch", h, err)
	}
}

// Batches of any sizes train as they come, weigh by their rows in the loss of
// the epoch, and leave predictions in order.
func TestUnevenBatches(t *testing.T) {
	const n = 27
	x, y := all(0, n, 1), all(0, n, 1)
	squared := 0.
	for i := range n {
		x.Float64s()[i] = float64(i)
		squared += float64(i * i)
	}
	sizes := []int{2, 3, 4, 2, 3, 4, 2, 3, 4}
	passes := 2
	trainer := compile(t, sum(t, 1, 1), squares())
	p, err := trainer.PredictDataset(ctx, cutUp{x, nil, sizes, &passes}, fit.PredictOptions{})
	mustNot(t, err)
	vectors.Equal(t, "predictions", vectors.Floats(p), x.Float64s())
	logs, err := trainer.EvaluateDataset(ctx, cutUp{x, y, sizes, &passes}, fit.EvaluateOptions{})
	mustNot(t, err)
	sameLogs(t, logs, map[string]float64{"loss": squared / n, "mean_squared_error": squared / n})
}

// Batches whose samples have other shapes than the model's are errors that name
// the batch; Keras takes what its first two batches do not rule out.
func TestBatchesOfDifferentShapes(t *testing.T) {
	wide := func(i int, b *data.Batch) error {
		if i == 1 {
			b.X = all(1, b.X.Shape()[0], 5)
		}
		return nil
	}
	ds := streamed{Dataset: tensors(t, all(1, 34, 4), all(0, 34, 3), nil), length: 34, edit: wide}
	_, err := compile(t, sum(t, 4, 3), squares()).FitDataset(ctx, ds, fit.Options{BatchSize: 16, Verbose: fit.Silent})
	if err == nil || !strings.Contains(err.Error(), "x has shape (16, 5), expected (n, 4) (reading batch 1)") {
		t.Errorf("error %v", err)
	}
}

// Class weights act on the batches of a stream as PyDataset's test_class_weight
// has them; beside weights in the batches the conflict rule holds, where Keras
// refuses (test_class_weight_and_sample_weight_together).
func TestStreamClassWeights(t *testing.T) {
	x, y := all(1, 4, 5), array([]int{4}, 0, 1, 1, 1)
	value := func(w tensor.Tensor, o fit.Options) float64 {
		m := network(t, 5)
		o.BatchSize, o.Verbose = 2, fit.Silent
		return last(t, mustFit(t)(compile(t, m, fit.Config{Optimizer: squares().Optimizer}).FitDataset(ctx, streamed{Dataset: tensors(t, x, y, w), length: -1}, o)), "loss")
	}
	class := fit.Options{ClassWeight: balance.Map{0: 2, 1: 3}, Shuffle: data.ShuffleOff}
	plain := fit.Options{Shuffle: data.ShuffleOff}
	if got, want := value(nil, class), value(array([]int{4}, 2, 3, 3, 3), plain); got != want {
		t.Errorf("loss %v, with the weights row by row %v", got, want)
	}
	w := array([]int{4}, 1, 0, 5, 2)
	if got, want := value(w, class), value(w, plain); got != want {
		t.Errorf("loss %v with class weights beside sample weights, %v without", got, want)
	}
	class.Conflict = balance.Reject
	_, err := compile(t, network(t, 5), fit.Config{}).FitDataset(ctx, streamed{Dataset: tensors(t, x, y, w), length: -1}, class)
	if err == nil || !strings.Contains(err.Error(), "both class weights and sample weights") {
		t.Errorf("Reject: %v", err)
	}
}

func mustFit(t *testing.T) func(*fit.History, error) *fit.History {
	return func(h *fit.History, err error) *fit.History {
		t.Helper()
		mustNot(t, err)
		return h
	}
}
