package fit_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// A model without weights to train may be evaluated and used, but not trained.
func TestNothingToTrain(t *testing.T) {
	m := network(t, 3)
	mustNot(t, m.SetTrainable(false))
	trainer := compile(t, m, fit.Config{})
	x, y := table(10, 3)
	_, err := trainer.Evaluate(ctx, x, y, fit.EvaluateOptions{})
	mustNot(t, err)
	_, err = trainer.Predict(ctx, x, fit.PredictOptions{})
	mustNot(t, err)
	const want = "fit: there are no weights to train: the model has none, or all are frozen"
	if _, err := trainer.Fit(ctx, x, y, fit.Options{}); err == nil || err.Error() != want {
		t.Errorf("fit: %v, expected %s", err, want)
	}
	if _, err := trainer.TrainOnBatch(x, y, fit.BatchOptions{}); err == nil || err.Error() != want {
		t.Errorf("train on batch: %v, expected %s", err, want)
	}
}

// A mask that is dropped on the way to who would use it is told of, once.
func TestDroppedMaskNotice(t *testing.T) {
	for _, test := range []struct {
		name   string
		layers []layer.Layer
		want   string // part of the notice; "" for none
	}{
		{"by a convolution before an LSTM", []layer.Layer{layer.Masking{}, layer.Conv1D{Filters: 2, KernelSize: 1}, layer.Dense{Units: 2}, layer.LSTM{Units: 2}}, "layer=conv1d later=lstm"},
		{"by pooling before a loss per timestep", []layer.Layer{layer.Masking{}, layer.MaxPooling1D{PoolSize: 1}}, `layer=max_pooling1d later="the loss of dense"`},
		{"inside a model", []layer.Layer{layer.Masking{}, inner(t), layer.GRU{Units: 2}}, "layer=sequential/zero_padding1d later=gru"},
		{"by flattening", []layer.Layer{layer.Masking{}, layer.Flatten{}}, ""},
		{"by an LSTM's last output", []layer.Layer{layer.Masking{}, layer.LSTM{Units: 2}, layer.RepeatVector{N: 2}, layer.LSTM{Units: 2}}, ""},
		{"never", []layer.Layer{layer.Masking{}, layer.Dense{Units: 2}, layer.LSTM{Units: 2}}, ""},
		{"without a mask", []layer.Layer{layer.Conv1D{Filters: 2, KernelSize: 1}, layer.LSTM{Units: 2}}, ""},
		{"for another one", []layer.Layer{layer.Masking{}, layer.Conv1D{Filters: 2, KernelSize: 1}, layer.Masking{}, layer.LSTM{Units: 2}}, ""},
	} {
		var log bytes.Buffer
		layers := append([]layer.Layer{layer.Input{Shape: []int{3, 2}}}, test.layers...)
		m, err := model.Config{DType: tensor.Float64}.Sequential(append(layers, layer.Dense{Units: 1})...)
		mustNot(t, err)
		compile(t, m, fit.Config{Loss: loss.MeanSquaredError{}, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if n := strings.Count(log.String(), "drops the mask"); n != min(len(test.want), 1) || !strings.Contains(log.String(), test.want) {
			t.Errorf("%s: log %q, expected %q", test.name, log.String(), test.want)
		}
	}
}

func inner(t *testing.T) *model.Model {
	m, err := model.Config{DType: tensor.Float64}.Sequential(layer.Input{Shape: []int{3, 2}}, layer.ZeroPadding1D{})
	mustNot(t, err)
	return m
}
