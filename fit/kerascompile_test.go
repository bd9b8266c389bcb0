package fit_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// pass is a model that passes its inputs on, one of each width, so that x are
// the predictions.
func pass(t testing.TB, widths ...int) *model.Model {
	t.Helper()
	g := model.Config{DType: tensor.Float64}.Graph()
	var outputs []model.Node
	for i, width := range widths {
		x := g.Add(layer.Input{Shape: []int{width}, Name: fmt.Sprint("input_", i+1)})
		outputs = append(outputs, g.Add(layer.Activation{Name: fmt.Sprint("output_", i+1)}, x))
	}
	m, err := g.Model(outputs...)
	mustNot(t, err)
	return m
}

// Keys and values of metrics with and without weights, over two batches, as
// compile_utils_test.py; names that occur twice; a state that begins anew.
func TestCompileMetrics(t *testing.T) {
	var want struct {
		True, Pred []vectors.Array
		Weights    vectors.Array
		Single     map[string]float64 `json:"single_output_case"`
		Names      map[string]float64 `json:"name_conversions"`
		Dict       map[string]float64 `json:"dict_output_case"`
	}
	kerasTest(t, "compile_metrics", &want)
	y := fit.List{want.True[0].Tensor(tensor.Float64), want.True[1].Tensor(tensor.Float64)}
	p := fit.List{want.Pred[0].Tensor(tensor.Float64), want.Pred[1].Tensor(tensor.Float64)}
	o := fit.EvaluateOptions{SampleWeight: want.Weights.Tensor(tensor.Float64), BatchSize: 3}

	mse, named := metric.MeanSquaredError{}, metric.MeanSquaredError{Label: "mse"}
	twice := []metric.Metric{mse, mse}
	trainer := compile(t, pass(t, 2), fit.Config{Loss: loss.MeanSquaredError{}, Metrics: twice, WeightedMetrics: twice})
	for range 2 {
		logs, err := trainer.Evaluate(ctx, p[0], y[0], o)
		mustNot(t, err)
		sameLogs(t, logs, want.Single)
	}

	c, err := fit.Names{Loss: "mse", Metrics: []string{"acc", "accuracy", "mse"}}.Config(pass(t, 2), nil)
	mustNot(t, err)
	trainer = compile(t, pass(t, 2), c)
	logs, err := trainer.Evaluate(ctx, array([]int{3, 2}, want.Pred[0].Data[:6]...), array([]int{3, 2}, want.True[0].Data[:6]...), fit.EvaluateOptions{})
	mustNot(t, err)
	sameLogs(t, logs, want.Names)

	each := map[string][]metric.Metric{"output_1": {mse, named}, "output_2": {mse, named}}
	trainer = compile(t, pass(t, 2, 3), fit.Config{Loss: loss.MeanSquaredError{}, OutputMetrics: each, WeightedOutputMetrics: each})
	logs, err = trainer.EvaluateMany(ctx, fit.Many{X: p, Y: y}, o)
	mustNot(t, err)
	sameLogs(t, logs, want.Dict)
}

// One loss for all outputs and one for each, by name and with the weights of
// rows, with the numbers of compile_utils_test.py.
func TestCompileLoss(t *testing.T) {
	y := fit.Named{"output_1": array([]int{3, 2}, .1, .2, .3, .4, .5, .6), "output_2": array([]int{3, 2}, .7, .8, .9, 1, 1.1, 1.2)}
	p := fit.List{array([]int{3, 2}, 1.2, 1.1, 1, .9, .8, .7), array([]int{3, 2}, .6, .5, .4, .3, .2, .1)}
	w := fit.Named{"output_1": array([]int{3}, 1, 2, 3), "output_2": array([]int{3}, 3, 2, 1)}
	mse := loss.MeanSquaredError{}
	each := map[string]loss.Loss{"output_1": mse, "output_2": mse}
	for _, c := range []struct {
		name   string
		config fit.Config
		w      fit.Arrays
		want   float64
	}{
		{"list_output_case, broadcast", fit.Config{Loss: mse}, nil, .953333},
		{"list_output_case", fit.Config{Losses: each}, nil, .953333},
		{"dict_output_case, broadcast", fit.Config{Loss: mse}, w, 1.266666},
		{"dict_output_case", fit.Config{Losses: each}, w, 1.266666},
		{"list_loss_dict_data", fit.Config{Losses: map[string]loss.Loss{"output_1": loss.MeanAbsoluteError{}, "output_2": mse}}, nil, 1.07666},
	} {
		c.config.Logger = quiet
		trainer, err := fit.Compile(pass(t, 2, 2), c.config)
		mustNot(t, err)
		logs, err := trainer.EvaluateMany(ctx, fit.Many{X: p, Y: y, SampleWeight: c.w}, fit.EvaluateOptions{})
		mustNot(t, err)
		if got, _ := logs.Get("loss"); math.Abs(got-c.want) > 1e-5 {
			t.Errorf("%s: loss %v, Keras has %v", c.name, got, c.want)
		}
	}
}
