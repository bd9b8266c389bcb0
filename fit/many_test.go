package fit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/counterweight-go/counterweight/model/regularizer"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// heads is the model of the recorded fit of two outputs.
func heads(t testing.TB, c model.Config) *model.Model {
	t.Helper()
	g := c.Graph()
	h := g.Add(layer.Dense{Units: 4, Activation: layer.Tanh, Name: "h"}, g.Add(layer.Input{Shape: []int{3}, Name: "a"}))
	m, err := g.Model(g.Add(layer.Dense{Units: 1, Name: "o1"}, h), g.Add(layer.Dense{Units: 3, Activation: layer.Softmax, Name: "o2"}, h))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func headsConfig() fit.Config {
	return fit.Config{
		Optimizer: optimizer.SGD{LearningRate: 0.1}, Logger: quiet,
		Losses:                map[string]loss.Loss{"o1": loss.MeanSquaredError{}, "o2": loss.SparseCategoricalCrossentropy{}},
		LossWeights:           map[string]float64{"o1": 0.3, "o2": 1},
		OutputMetrics:         map[string][]metric.Metric{"o1": {metric.MeanAbsoluteError{Label: "mae"}}, "o2": {metric.Accuracy{}}},
		WeightedOutputMetrics: map[string][]metric.Metric{"o2": {metric.Accuracy{}}},
	}
}

// The fit of two outputs is Keras's, after every batch and in every weight, by
// position and by name, from arrays and from a data set.
func TestKerasTraceOfTwoOutputs(t *testing.T) {
	var traces []struct {
		Fit struct {
			Epochs       int
			BatchSize    int             `json:"batch_size"`
			SampleWeight []vectors.Array `json:"sample_weight"`
		}
		X             vectors.Array
		Y             []vectors.Array
		WeightsBefore []struct{ Value vectors.Array } `json:"weights_before"`
		WeightsAfter  []vectors.Array                 `json:"weights_after"`
		History       map[string][]float64
		Batches       [][3]json.RawMessage
	}
	vectors.Read(t, "testdata/fit_many.json", &traces)
	tr := traces[0]
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		for _, way := range []string{"list", "named", "data set"} {
			t.Run(fmt.Sprint(dt, "/", way), func(t *testing.T) {
				m := heads(t, model.Config{DType: dt})
				var values []*tensor.Dense
				for _, w := range tr.WeightsBefore {
					values = append(values, w.Value.Tensor(dt))
				}
				if err := m.SetWeights(values); err != nil {
					t.Fatal(err)
				}
				trainer, err := fit.Compile(m, headsConfig())
				if err != nil {
					t.Fatal(err)
				}
				batch := 0
				o := fit.Options{Epochs: tr.Fit.Epochs, BatchSize: tr.Fit.BatchSize, Shuffle: data.ShuffleOff, Verbose: fit.Silent}
				o.Callbacks = []fit.Callback{&callback.LambdaCallback{OnBatchEnd: func(_ callback.Run, _ int, logs *callback.Logs) error {
					var want map[string]float64
					if err := json.Unmarshal(tr.Batches[batch][2], &want); err != nil {
						return err
					}
					for key, v := range want {
						if got, _ := logs.Get(key); !vectors.Near(got, v) {
							t.Errorf("batch %d: %s is %v, Keras has %v", batch, key, got, v)
						}
					}
					batch++
					return nil
				}}}
				x, y1, y2 := tr.X.Tensor(dt), tr.Y[0].Tensor(dt), tr.Y[1].Tensor(dt)
				w1, w2 := tr.Fit.SampleWeight[0].Tensor(dt), tr.Fit.SampleWeight[1].Tensor(dt)
				d := fit.Many{X: fit.List{x}, Y: fit.List{y1, y2}, SampleWeight: fit.List{w1, w2}}
				var h *fit.History
				switch way {
				case "named":
					d = fit.Many{X: fit.Named{"a": x}, Y: fit.Named{"o2": y2, "o1": y1}, SampleWeight: fit.Named{"o2": w2}}
					h, err = trainer.FitMany(context.Background(), d, o)
				case "list":
					h, err = trainer.FitMany(context.Background(), d, o)
				case "data set":
					var ds *data.Tensors
					if ds, err = data.NewMany(d.X.(fit.List), d.Y.(fit.List), d.SampleWeight.(fit.List)); err == nil {
						h, err = trainer.FitDataset(context.Background(), struct{ data.Dataset }{ds}, o)
					}
				}
				if err != nil {
					t.Fatal(err)
				}
				if batch != len(tr.Batches) || len(h.Values) != len(tr.History) {
					t.Errorf("%d batches and keys %v, Keras had %d and %v", batch, h.Keys(), len(tr.Batches), tr.History)
				}
				for key, want := range tr.History {
					vectors.Equal(t, key, h.Values[key], want)
				}
				for i, w := range m.Weights() {
					vectors.Equal(t, w.Name, vectors.Floats(w.Value), tr.WeightsAfter[i].Data)
				}
			})
		}
	}
}

// two is a model of two inputs and two outputs, one of which may lack a loss.
func two(t testing.TB, dt tensor.Dtype) *model.Model {
	t.Helper()
	g := model.Config{Seed: 2, DType: dt}.Graph()
	left, right := g.Add(layer.Input{Shape: []int{2}, Name: "left"}), g.Add(layer.Input{Shape: []int{3}, Name: "right"})
	sum := g.Add(layer.Add{}, g.Add(layer.Dense{Units: 4, Activation: layer.Tanh}, left), g.Add(layer.Dense{Units: 4}, right))
	yes := g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "yes"}, sum)
	side := g.Add(layer.Dense{Units: 2, Name: "side"}, sum)
	m, err := g.Model(yes, side)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func numbers(dt tensor.Dtype, shape ...int) *tensor.Dense {
	a := vectors.Array{Shape: shape}
	for i := range tensor.Shape(shape).TotalSize() {
		a.Data = append(a.Data, math.Sin(float64(i*i+len(shape)*7)))
	}
	return a.Tensor(dt)
}

// classes are n zeros and ones.
func classes(dt tensor.Dtype, n int) *tensor.Dense {
	a := vectors.Array{Shape: []int{n}}
	for i := range n {
		a.Data = append(a.Data, float64(i%3/2))
	}
	return a.Tensor(dt)
}

// Validation, class weights and sample weights of single outputs do what the
// same weights, given one by one, do.
func TestManyWeights(t *testing.T) {
	const n = 30
	dt := tensor.Float64
	left, right, yes, side := numbers(dt, n, 2), numbers(dt, n, 3), classes(dt, n), numbers(dt, n, 2)
	fitted := func(sample fit.Arrays, o fit.Options) *fit.History {
		t.Helper()
		trainer, err := fit.Compile(two(t, dt), fit.Config{
			Logger: quiet, Losses: map[string]loss.Loss{"yes": loss.BinaryCrossentropy{}, "side": loss.MeanSquaredError{}},
		})
		if err != nil {
			t.Fatal(err)
		}
		o.Epochs, o.BatchSize, o.ValidationSplit, o.Verbose = 2, 7, 0.3, fit.Silent
		h, err := trainer.FitMany(context.Background(), fit.Many{X: fit.List{left, right}, Y: fit.Named{"yes": yes, "side": side}, SampleWeight: sample}, o)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	weights := vectors.Array{Shape: []int{n}}
	for i, y := range yes.Float64s() {
		weights.Data = append(weights.Data, 1+4*y)
		if i >= 21 {
			weights.Data[i] = 1 // class weights do not act on validation
		}
	}
	byClass := fitted(nil, fit.Options{ClassWeights: map[string]balance.ClassWeight{"yes": balance.Map{0: 1, 1: 5}}})
	byRow := fitted(fit.Named{"yes": weights.Tensor(dt)}, fit.Options{})
	if diff := cmp.Diff(byRow.Values, byClass.Values); diff != "" {
		t.Error(diff)
	}
	if want := []string{"loss", "side_loss", "val_loss", "val_side_loss", "val_yes_loss", "yes_loss"}; !cmp.Equal(byRow.Keys(), want) {
		t.Errorf("keys %v, expected %v", byRow.Keys(), want)
	}
	all := fitted(nil, fit.Options{SampleWeight: weights.Tensor(dt)})
	both := fitted(fit.List{weights.Tensor(dt), weights.Tensor(dt)}, fit.Options{})
	if diff := cmp.Diff(both.Values, all.Values); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(both.Values, byRow.Values) {
		t.Error("the weights of one output are those of both")
	}
}

// A loss is the sum of its terms whatever the parts that a batch is cut into,
// in both types; an output without a loss only predicts.
func TestManyEvaluate(t *testing.T) {
	const n = 700
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		m := two(t, dt)
		x := fit.Named{"right": numbers(dt, n, 3), "left": numbers(dt, n, 2)}
		compile := func(c fit.Config) *fit.Trainer {
			t.Helper()
			c.Logger = quiet
			trainer, err := fit.Compile(m, c)
			if err != nil {
				t.Fatal(err)
			}
			return trainer
		}
		yesLoss, sideLoss := loss.BinaryCrossentropy{}, loss.MeanSquaredError{}
		value := func(c fit.Config, y fit.Arrays, key string) float64 {
			t.Helper()
			logs, err := compile(c).EvaluateMany(context.Background(), fit.Many{X: x, Y: y}, fit.EvaluateOptions{BatchSize: n})
			if err != nil {
				t.Fatal(err)
			}
			v, ok := logs.Get(key)
			if !ok {
				t.Errorf("no %s among the logs", key)
			}
			return v
		}
		yes, side := classes(dt, n), numbers(dt, n, 2)
		a := value(fit.Config{Losses: map[string]loss.Loss{"yes": yesLoss}}, fit.Named{"yes": yes}, "loss")
		b := value(fit.Config{Losses: map[string]loss.Loss{"side": sideLoss}}, fit.List{nil, side}, "loss")
		both := fit.Config{Losses: map[string]loss.Loss{"yes": yesLoss, "side": sideLoss}, LossWeights: map[string]float64{"side": 0.5}}
		vectors.Equal(t, "loss", []float64{value(both, fit.List{yes, side}, "loss")}, []float64{a + b/2})
		vectors.Equal(t, "side_loss", []float64{value(both, fit.List{yes, side}, "side_loss")}, []float64{b})

		p, err := compile(both).PredictMany(context.Background(), x, fit.PredictOptions{BatchSize: 100})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]int{{n, 1}, {n, 2}}, [][]int{p[0].Shape(), p[1].Shape()}); diff != "" {
			t.Error(diff)
		}
		squares := 0.
		for i, v := range vectors.Floats(p[1]) {
			squares += math.Pow(v-vectors.Floats(side)[i], 2)
		}
		vectors.Equal(t, "loss of the predictions", []float64{squares / (2 * n)}, []float64{b})
	}
}

// The layers below an output without a loss alone are not trained.
func TestManyUntrained(t *testing.T) {
	m := two(t, tensor.Float32)
	trainer, err := fit.Compile(m, fit.Config{Logger: quiet, Losses: map[string]loss.Loss{"yes": loss.BinaryCrossentropy{}}})
	if err != nil {
		t.Fatal(err)
	}
	before := m.Weights()
	dt := tensor.Float32
	d := fit.Many{X: fit.List{numbers(dt, 9, 2), numbers(dt, 9, 3)}, Y: fit.Named{"yes": classes(dt, 9)}}
	if _, err := trainer.TrainOnBatchMany(d, fit.BatchOptions{}); err != nil {
		t.Fatal(err)
	}
	for i, w := range m.Weights() {
		moved := !cmp.Equal(vectors.Floats(w.Value), vectors.Floats(before[i].Value))
		if want := w.Name != "side/kernel" && w.Name != "side/bias"; moved != want {
			t.Errorf("%s: moved is %v, expected %v", w.Name, moved, want)
		}
	}
	if _, err := trainer.TestOnBatchMany(d, fit.BatchOptions{}); err != nil {
		t.Error(err)
	}
}

// One output with a loss weight is the loss times the weight, and regularizers
// and constraints act.
func TestPenaltiesAndConstraints(t *testing.T) {
	const n = 40
	dt := tensor.Float64
	dense := layer.Dense{
		Units: 3, KernelRegularizer: regularizer.L2{L2: 0.1}, BiasRegularizer: regularizer.L1{L1: 0.2},
		ActivityRegularizer: regularizer.L1L2{L1: 0.3, L2: 0.4}, KernelConstraint: constraint.UnitNorm{},
	}
	build := func() *model.Model {
		m, err := model.Config{DType: dt, Seed: 1}.Sequential(layer.Input{Shape: []int{2}}, dense)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := build()
	trainer, err := fit.Compile(m, fit.Config{Logger: quiet, Loss: loss.MeanSquaredError{}, Optimizer: optimizer.SGD{LearningRate: 0.1}})
	if err != nil {
		t.Fatal(err)
	}
	x, y := numbers(dt, n, 2), numbers(dt, n, 3)
	// The loss as a function of the weights, from the formulas.
	total := func(w []*tensor.Dense) float64 {
		k, b := w[0].Float64s(), w[1].Float64s()
		var squares, penalty float64
		for i := range n {
			for j := range 3 {
				p := x.Float64s()[2*i]*k[j] + x.Float64s()[2*i+1]*k[3+j] + b[j]
				squares += math.Pow(p-y.Float64s()[3*i+j], 2)
				penalty += 0.3*math.Abs(p) + 0.4*p*p
			}
		}
		sum := squares/(3*n) + penalty/n
		for _, v := range k {
			sum += 0.1 * v * v
		}
		for _, v := range b {
			sum += 0.2 * math.Abs(v)
		}
		return sum
	}
	values := func() (all []*tensor.Dense) {
		for _, w := range m.Weights() {
			all = append(all, w.Value)
		}
		return all
	}
	start := values()
	copy(start[1].Float64s(), []float64{0.3, -0.2, 0.1})
	if err := m.SetWeights(start); err != nil {
		t.Fatal(err)
	}
	logs, err := trainer.TestOnBatch(x, y, fit.BatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := logs.Get("loss"); math.Abs(got-total(start)) > 1e-12 {
		t.Errorf("loss %v, expected %v", got, total(start))
	}
	want := [][]float64{append([]float64{}, start[0].Float64s()...), append([]float64{}, start[1].Float64s()...)}
	const h = 1e-6
	for i := range start {
		for j := range want[i] {
			w := start[i].Float64s()
			v := w[j]
			w[j] = v + h
			up := total(start)
			w[j] = v - h
			want[i][j] = v - 0.1*(up-total(start))/(2*h)
			w[j] = v
		}
	}
	kernel := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking(want[0]))
	constraint.UnitNorm{}.Constrain(kernel)
	if _, err := trainer.TrainOnBatch(x, y, fit.BatchOptions{}); err != nil {
		t.Fatal(err)
	}
	for i, w := range values() {
		for j, got := range w.Float64s() {
			if math.Abs(got-want[i][j]) > 1e-8 {
				t.Errorf("weight %d, element %d is %v, expected %v", i, j, got, want[i][j])
			}
		}
	}
}

func TestManyErrors(t *testing.T) {
	dt := tensor.Float32
	bce, mse := loss.BinaryCrossentropy{}, loss.MeanSquaredError{}
	both := map[string]loss.Loss{"yes": bce, "side": mse}
	configs := []struct {
		name   string
		config fit.Config
		want   string
	}{
		{"no loss", fit.Config{}, "fit: Config.Loss is nil, expected one of package loss"},
		{"two kinds of losses", fit.Config{Loss: mse, Losses: both}, "fit: Config.Loss and Config.Losses are given, expected one of them"},
		{"loss of no output", fit.Config{Losses: map[string]loss.Loss{"no": bce}}, `fit: Config.Losses names output "no", expected one of ["yes" "side"]`},
		{"weight of no output", fit.Config{Loss: mse, LossWeights: map[string]float64{"no": 1}}, `fit: Config.LossWeights names output "no", expected one of ["yes" "side"]`},
		{"weight without a loss", fit.Config{Losses: map[string]loss.Loss{"yes": bce}, LossWeights: map[string]float64{"side": 1}}, `fit: output "side" has a loss weight and no loss`},
		{"infinite weight", fit.Config{Loss: mse, LossWeights: map[string]float64{"side": math.Inf(1)}}, `fit: the weight of the loss of output "side" is +Inf, expected a finite number`},
		{"metrics for all", fit.Config{Loss: mse, Metrics: []metric.Metric{metric.Accuracy{}}}, "fit: a model of 2 outputs: expected OutputMetrics and WeightedOutputMetrics in place of Metrics and WeightedMetrics"},
		{"metrics of no output", fit.Config{Loss: mse, OutputMetrics: map[string][]metric.Metric{"no": nil}}, `fit: Config.OutputMetrics names output "no", expected one of ["yes" "side"]`},
		{"metrics without a loss", fit.Config{Losses: map[string]loss.Loss{"yes": bce}, OutputMetrics: map[string][]metric.Metric{"side": {metric.MeanSquaredError{}}}}, `fit: metrics of an output without a loss: its targets are not known (output "side")`},
	}
	for _, test := range configs {
		t.Run(test.name, func(t *testing.T) {
			if _, err := fit.Compile(two(t, dt), test.config); fmt.Sprint(err) != test.want {
				t.Errorf("got %v, expected %s", err, test.want)
			}
		})
	}
	left, right, yes, side := numbers(dt, 6, 2), numbers(dt, 6, 3), classes(dt, 6), numbers(dt, 6, 2)
	x, y := fit.List{left, right}, fit.List{yes, side}
	calls := []struct {
		name string
		d    fit.Many
		o    fit.Options
		want string
	}{
		{"no x", fit.Many{Y: y}, fit.Options{}, `fit: x of "left": data: tensor is nil`},
		{"one y", fit.Many{X: x, Y: fit.Named{"yes": yes}}, fit.Options{}, `fit: y of "side": expected targets, as the output has a loss, got none`},
		{"one x", fit.Many{X: fit.List{left}, Y: y}, fit.Options{}, `fit: x: 1 arrays, expected one for each of ["left" "right"]`},
		{"unknown x", fit.Many{X: fit.Named{"up": left}, Y: y}, fit.Options{}, `fit: x: an array for "up", expected names among ["left" "right"]`},
		{"other rows", fit.Many{X: fit.List{left, numbers(dt, 5, 3)}, Y: y}, fit.Options{}, `fit: x of "left" has 6 rows, x of "right" has shape (5, 3): expected as many rows`},
		{"other columns", fit.Many{X: fit.List{right, right}, Y: y}, fit.Options{}, `fit: x of "left" has shape (6, 3), expected (n, 2)`},
		{"rows of y", fit.Many{X: x, Y: fit.List{yes, numbers(dt, 5, 2)}}, fit.Options{}, `fit: x has 6 rows, y of "side" has shape (5, 2): expected as many rows`},
		{"class that cannot be", fit.Many{X: x, Y: fit.List{numbers(dt, 6), side}}, fit.Options{}, `fit: y is -0.9999902 in row 2, expected 0 to 1 (output "yes")`},
		{"class weights for all", fit.Many{X: x, Y: y}, fit.Options{ClassWeight: balance.Auto{}}, `fit: class weights of a model of 2 outputs: expected ClassWeights, by name among ["yes" "side"]`},
		{"class weights of nothing", fit.Many{X: x, Y: y}, fit.Options{ClassWeights: map[string]balance.ClassWeight{"no": balance.Auto{}}}, `fit: class weights of "no", expected the name of an output with a loss, among ["yes" "side"]`},
		{"sample weights twice", fit.Many{X: x, Y: y, SampleWeight: fit.List{yes, nil}}, fit.Options{SampleWeight: yes}, `fit: sample weights of output "yes" and of all outputs are given, expected one of them`},
		{"validation in two ways", fit.Many{X: x, Y: y}, fit.Options{ValidationData: &fit.Validation{X: left, Many: &fit.Many{X: x, Y: y}}}, "fit: arrays of one input and of many are given, expected either (validation data)"},
	}
	trainer, err := fit.Compile(two(t, dt), fit.Config{Losses: both, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range calls {
		t.Run(test.name, func(t *testing.T) {
			test.o.Verbose = fit.Silent
			if _, err := trainer.FitMany(context.Background(), test.d, test.o); fmt.Sprint(err) != test.want {
				t.Errorf("got %v, expected %s", err, test.want)
			}
		})
	}
	want := `fit: the model has inputs ["left" "right"] and outputs ["yes" "side"]: expected FitMany, or another method of that ending`
	if _, err := trainer.Fit(context.Background(), left, yes, fit.Options{}); fmt.Sprint(err) != want {
		t.Errorf("got %v, expected %s", err, want)
	}
	if _, err := trainer.Predict(context.Background(), left, fit.PredictOptions{}); fmt.Sprint(err) != want {
		t.Errorf("got %v, expected %s", err, want)
	}
}

// What is trained is settled by Compile.
func TestFreezingAfterCompile(t *testing.T) {
	m := heads(t, model.Config{})
	trainer, err := fit.Compile(m, headsConfig())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.SetTrainable(false, "h"); err != nil {
		t.Fatal(err)
	}
	dt := tensor.Float32
	d := fit.Many{X: fit.List{numbers(dt, 4, 3)}, Y: fit.List{numbers(dt, 4, 1), classes(dt, 4)}}
	want := `fit: weight "h/kernel": whether it is trained has changed since Compile: compile the model again`
	if _, err := trainer.TrainOnBatchMany(d, fit.BatchOptions{}); fmt.Sprint(err) != want {
		t.Errorf("got %v, expected %s", err, want)
	}
	if trainer, err = fit.Compile(m, headsConfig()); err != nil {
		t.Fatal(err)
	}
	before := m.Weights()
	if _, err := trainer.TrainOnBatchMany(d, fit.BatchOptions{}); err != nil {
		t.Fatal(err)
	}
	for i, w := range m.Weights() {
		moved := !cmp.Equal(vectors.Floats(w.Value), vectors.Floats(before[i].Value))
		if moved != w.Trainable {
			t.Errorf("%s: moved is %v, trainable %v", w.Name, moved, w.Trainable)
		}
	}
}
