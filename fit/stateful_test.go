package fit_test

import (
	"bytes"
	"errors"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// normals returns n normal numbers.
func normals(n int) []float64 {
	rng := rand.New(rand.NewPCG(5, uint64(n)))
	z := make([]float64, n)
	for i := range z {
		z[i] = rng.NormFloat64()
	}
	return z
}

// statefulLayers are the layers of the reference numbers, for sequences of 3
// steps of 2 features.
var statefulLayers = map[string]layer.Layer{
	"SimpleRNN":     layer.SimpleRNN{Units: 2, Stateful: true},
	"LSTM":          layer.LSTM{Units: 2, Stateful: true, ReturnSequences: true},
	"GRU back mask": layer.GRU{Units: 3, Stateful: true, GoBackwards: true},
	"stacked mask": layer.RNN{Stateful: true, ReturnSequences: true, Cell: layer.StackedRNNCells{
		Cells: []layer.Cell{layer.LSTMCell{Units: 2}, layer.GRUCell{Units: 2, ResetBefore: true}},
	}},
	"Bidirectional LSTM mask": layer.Bidirectional{MergeMode: layer.MergeSum, Layer: layer.LSTM{Units: 2, Stateful: true, ReturnSequences: true}},
}

func stateful(t *testing.T, name string, dt tensor.Dtype) *model.Model {
	t.Helper()
	layers := []layer.Layer{layer.Input{Shape: []int{3, 2}, BatchSize: 2}}
	if strings.Contains(name, "mask") {
		layers = append(layers, layer.Masking{})
	}
	l := statefulLayers[name]
	layers = append(layers, l)
	if built, err := layer.Build(l, [][]int{{3, 2}}); err != nil {
		t.Fatal(err)
	} else if len(built.Outs[0]) > 1 {
		layers = append(layers, layer.Flatten{})
	}
	m, err := model.Config{DType: dt}.Sequential(append(layers, layer.Dense{Units: 1})...)
	mustNot(t, err)
	return m
}

func valuesOf(m *model.Model) (all []float64) {
	for _, w := range m.Weights() {
		all = append(all, vectors.Floats(w.Value)...)
	}
	return all
}

func statesOf(m *model.Model) (all []float64) {
	for _, s := range m.States() {
		all = append(all, vectors.Floats(s.Value)...)
	}
	return all
}

// Keras's numbers, where its layers are called batch after batch: predictions
// over the data twice, states, losses of two epochs of SGD, weights after them.
func TestStatefulVectors(t *testing.T) {
	var all []struct {
		Name         string
		X, Y         vectors.Array
		Weights      []vectors.Array
		Predictions  vectors.Array
		States       []vectors.Array
		Losses       []float64
		WeightsAfter []vectors.Array `json:"weights_after"`
		StatesAfter  []vectors.Array `json:"states_after"`
	}
	vectors.Read(t, "testdata/stateful.json", &all)
	flat := func(arrays []vectors.Array) (v []float64) {
		for _, a := range arrays {
			v = append(v, a.Data...)
		}
		return v
	}
	if len(all) != len(statefulLayers) {
		t.Errorf("%d entries, expected %d", len(all), len(statefulLayers))
	}
	for _, v := range all {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			m := stateful(t, v.Name, dt)
			var values []*tensor.Dense
			for _, w := range v.Weights {
				values = append(values, w.Tensor(dt))
			}
			mustNot(t, m.SetWeights(values))
			trainer := compile(t, m, fit.Config{Optimizer: optimizer.SGD{LearningRate: 0.1}, Loss: loss.MeanSquaredError{}})
			x, y := v.X.Tensor(dt), v.Y.Tensor(dt)
			var predictions []float64
			for range 2 {
				p, err := trainer.Predict(ctx, x, fit.PredictOptions{})
				mustNot(t, err)
				predictions = append(predictions, vectors.Floats(p)...)
			}
			vectors.Equal(t, v.Name+": predictions", predictions, v.Predictions.Data)
			vectors.Equal(t, v.Name+": states", statesOf(m), flat(v.States))
			m.ResetStates()
			h, err := trainer.Fit(ctx, x, y, fit.Options{Epochs: 2, Shuffle: data.ShuffleOff, Verbose: fit.Silent})
			mustNot(t, err)
			vectors.Equal(t, v.Name+": losses", h.Values["loss"], v.Losses)
			vectors.Equal(t, v.Name+": weights after", valuesOf(m), flat(v.WeightsAfter))
			vectors.Equal(t, v.Name+": states after", statesOf(m), flat(v.StatesAfter))
		}
	}
}

// Evaluation carries states on as prediction does, and so a model whose states
// were reset gives the same numbers again.
func TestStatefulEvaluation(t *testing.T) {
	m := stateful(t, "LSTM", tensor.Float64)
	trainer := compile(t, m, fit.Config{Loss: loss.MeanSquaredError{}})
	x, y := array([]int{4, 3, 2}, normals(24)...), array([]int{4}, normals(4)...)
	value := func() float64 {
		logs, err := trainer.Evaluate(ctx, x, y, fit.EvaluateOptions{})
		mustNot(t, err)
		v, _ := logs.Get("loss")
		return v
	}
	first := value()
	if again := value(); again == first {
		t.Errorf("loss %v twice, expected states to be carried on", again)
	}
	m.ResetStates()
	if again := value(); again != first {
		t.Errorf("loss %v after a reset, expected %v", again, first)
	}
}

// A batch that is cut into parts carries on the states of each row.
func TestStatefulParts(t *testing.T) {
	const n = 320
	build := func(batch int) *model.Model {
		m, err := model.Config{Seed: 4, DType: tensor.Float64}.Sequential(
			layer.Input{Shape: []int{20, 2}, BatchSize: batch}, layer.LSTM{Units: 16, Stateful: true}, layer.Dense{Units: 1})
		mustNot(t, err)
		return m
	}
	x := array([]int{n, 20, 2}, normals(n*40)...)
	whole := compile(t, build(n), fit.Config{Loss: loss.MeanSquaredError{}})
	var first, second []float64
	for _, to := range []*[]float64{&first, &second} {
		p, err := whole.Predict(ctx, x, fit.PredictOptions{})
		mustNot(t, err)
		*to = vectors.Floats(p)
	}
	for _, at := range []int{0, 17, n - 1} {
		row, err := data.Rows(x, at, at+1)
		mustNot(t, err)
		alone := compile(t, build(1), fit.Config{Loss: loss.MeanSquaredError{}})
		for i, want := range [][]float64{first, second} {
			p, err := alone.Predict(ctx, row, fit.PredictOptions{})
			mustNot(t, err)
			if got := vectors.Floats(p)[0]; !vectors.Near(got, want[at]) {
				t.Errorf("row %d, prediction %d: %v alone, %v in the batch", at, i, got, want[at])
			}
		}
	}
}

func TestStatefulErrors(t *testing.T) {
	m := stateful(t, "LSTM", tensor.Float64)
	var log bytes.Buffer
	trainer := compile(t, m, fit.Config{Loss: loss.MeanSquaredError{}, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	x, y := array([]int{5, 3, 2}, normals(30)...), array([]int{5}, normals(5)...)
	four, err := data.Rows(x, 0, 4)
	mustNot(t, err)
	some, err := data.Rows(y, 0, 4)
	mustNot(t, err)
	one := func(_ any, err error) error { return err }
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"rows that fill no batch":    {one(trainer.Fit(ctx, x, y, fit.Options{})), "fit: 5 rows, expected full batches of 2: layers keep states between batches"},
		"evaluation of them":         {one(trainer.Evaluate(ctx, x, y, fit.EvaluateOptions{})), "fit: 5 rows, expected full batches of 2: layers keep states between batches"},
		"validation on them":         {one(trainer.Fit(ctx, four, some, fit.Options{ValidationSplit: 0.25})), "fit: 3 rows, expected full batches of 2: layers keep states between batches"},
		"predictions for them":       {one(trainer.Predict(ctx, x, fit.PredictOptions{})), "fit: a batch of 1 rows, expected 2: layers keep states between batches"},
		"another batch size":         {one(trainer.Fit(ctx, four, some, fit.Options{BatchSize: 4})), "fit: a batch size of 4, expected 2 as of the layer.Input: layers keep states between batches"},
		"another validation size":    {one(trainer.Fit(ctx, four, some, fit.Options{ValidationBatchSize: 1})), "fit: a batch size of 1, expected 2 as of the layer.Input: layers keep states between batches"},
		"another size of prediction": {one(trainer.Predict(ctx, four, fit.PredictOptions{BatchSize: 4})), "fit: a batch size of 4, expected 2 as of the layer.Input: layers keep states between batches"},
		"one batch of all":           {one(trainer.TrainOnBatch(four, some, fit.BatchOptions{})), "fit: a batch of 4 rows, expected 2: layers keep states between batches"},
		"single rows":                {one(trainer.Predictor()), "fit: a predictor of single rows takes no model whose layers keep states between batches"},
	} {
		if test.err == nil || test.err.Error() != test.want {
			t.Errorf("%s: got %v, expected %s", name, test.err, test.want)
		}
	}
	_, err = trainer.Fit(ctx, four, some, fit.Options{Verbose: fit.Silent})
	mustNot(t, err)
	if !strings.Contains(log.String(), "rows are shuffled") {
		t.Errorf("shuffled rows: log %q, expected a notice", log.String())
	}
}

// A fit that goes on from a backup has the states that it stopped with.
func TestStatefulResume(t *testing.T) {
	x, y := array([]int{8, 3, 2}, normals(48)...), array([]int{8}, normals(8)...)
	errInterrupted := errors.New("interrupted")
	run := func(stopAt int, dir string) ([]float64, []float64) {
		m := stateful(t, "GRU back mask", tensor.Float64)
		trainer := compile(t, m, fit.Config{Loss: loss.MeanSquaredError{}})
		calls := []fit.Callback{&callback.BackupAndRestore{Dir: dir, SaveFreq: 1}}
		if stopAt > 0 {
			calls = append(calls, callback.LambdaCallback{OnBatchEnd: func(r callback.Run, batch int, _ *fit.Logs) error {
				if batch == stopAt {
					return errInterrupted
				}
				return nil
			}})
		}
		_, err := trainer.Fit(ctx, x, y, fit.Options{Epochs: 3, Shuffle: data.ShuffleOff, Verbose: fit.Silent, Callbacks: calls})
		if stopAt == 0 {
			mustNot(t, err)
		}
		return valuesOf(m), statesOf(m)
	}
	weights, states := run(0, filepath.Join(t.TempDir(), "whole"))
	dir := filepath.Join(t.TempDir(), "cut")
	run(2, dir)
	again, statesAgain := run(0, dir)
	if !slices.Equal(weights, again) || !slices.Equal(states, statesAgain) {
		t.Error("a fit that was interrupted ended with other weights or states")
	}
}
