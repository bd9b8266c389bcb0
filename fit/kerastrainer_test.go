package fit_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
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
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// The tests of this file bear the names of Keras's trainer_test.py and meet its
// edges with its inputs; testdata/keras_tests.py has run them in Keras. What
// they try elsewhere: constraints in TestPenaltiesAndConstraints, predictions in
// inference mode in TestEvaluateAndPredict, models that are frozen, which Keras
// trains in vain, in TestNothingToTrain.

// kerasTest reads what Keras gave in one of the tests.
func kerasTest(t *testing.T, name string, to any) {
	t.Helper()
	var all map[string]json.RawMessage
	vectors.Read(t, "testdata/keras_tests.json", &all)
	mustNot(t, json.Unmarshal(all[name], to))
}

// sum is Keras's ExampleModel: a dense layer without a bias, of ones.
func sum(t testing.TB, columns, units int) *model.Model {
	t.Helper()
	m, err := model.Config{}.Sequential(layer.Input{Shape: []int{columns}}, summing(units, "y"))
	mustNot(t, err)
	return m
}

func summing(units int, name string) layer.Dense {
	return layer.Dense{Units: units, NoBias: true, KernelInitializer: initializer.Constant{Value: 1}, Name: name}
}

// squares is how Keras's tests compile.
func squares() fit.Config {
	return fit.Config{Loss: loss.MeanSquaredError{}, Optimizer: optimizer.SGD{}, Metrics: []metric.Metric{metric.MeanSquaredError{}}}
}

// all is an array full of one number.
func all(v float64, shape ...int) *tensor.Dense {
	return array(shape, slices.Repeat([]float64{v}, tensor.Shape(shape).TotalSize())...)
}

// count counts the batches of each epoch.
func count(epochs *[]int) fit.Callback {
	return callback.LambdaCallback{
		OnEpochBegin: func(callback.Run, int) error { *epochs = append(*epochs, 0); return nil },
		OnBatchEnd:   func(callback.Run, int, *callback.Logs) error { (*epochs)[len(*epochs)-1]++; return nil },
	}
}

func sameHistory(t *testing.T, h *fit.History, want map[string][]float64) {
	t.Helper()
	if got, want := h.Keys(), slices.Sorted(maps.Keys(want)); !slices.Equal(got, want) {
		t.Errorf("keys %v, Keras has %v", got, want)
	}
	for key, v := range want {
		vectors.Equal(t, key, h.Values[key], v)
	}
}

func sameLogs(t *testing.T, l *fit.Logs, want map[string]float64) {
	t.Helper()
	keys := 0
	for range l.All() {
		keys++
	}
	if keys != len(want) {
		t.Errorf("%d keys, Keras has %v", keys, want)
	}
	for key, v := range want {
		got, _ := l.Get(key)
		vectors.Equal(t, key, []float64{got}, []float64{v})
	}
}

func TestFitFlow(t *testing.T) {
	x, y := all(1, 100, 4), all(0, 100, 3)
	for name, o := range map[string]fit.Options{
		"fit_flow": {}, "fit_flow_steps_per_epoch": {StepsPerEpoch: 7}, // of 5 batches
		"fit_with_val_split": {ValidationSplit: .2}, "fit_with_val_split_steps_per_epoch": {ValidationSplit: .2, StepsPerEpoch: 7},
	} {
		t.Run(name, func(t *testing.T) {
			var want map[string][]float64
			kerasTest(t, name, &want)
			o.BatchSize, o.Epochs, o.Verbose = 20, 3, fit.Silent
			h, err := compile(t, sum(t, 4, 3), squares()).Fit(ctx, x, y, o)
			mustNot(t, err)
			sameHistory(t, h, want)
		})
	}
}

func TestEvaluateAndPredictFlow(t *testing.T) {
	x, y := all(1, 100, 4), all(0, 100, 3)
	trainer := compile(t, sum(t, 4, 3), squares())
	logs, err := trainer.Evaluate(ctx, x, y, fit.EvaluateOptions{BatchSize: 16})
	mustNot(t, err)
	sameLogs(t, logs, map[string]float64{"loss": 16, "mean_squared_error": 16})
	p, err := trainer.Predict(ctx, x, fit.PredictOptions{BatchSize: 16})
	mustNot(t, err)
	if !p.Shape().Eq(tensor.Shape{100, 3}) {
		t.Fatalf("predictions of shape %v", p.Shape())
	}
	vectors.Equal(t, "predictions", vectors.Floats(p), slices.Repeat([]float64{4}, 300))
}

// Each call on a batch starts the metrics anew.
func TestOnBatchMethods(t *testing.T) {
	var want []json.RawMessage
	kerasTest(t, "on_batch_methods", &want)
	x, y := all(1, 100, 4), all(0, 100, 3)
	w := array([]int{100}, make([]float64, 100)...)
	for i := range w.Float64s() {
		w.Float64s()[i] = float64(i) / 50
	}
	trainer := compile(t, sum(t, 4, 3), squares())
	train := func(o fit.BatchOptions) []float64 { return values(t)(trainer.TrainOnBatch(x, y, o)) }
	test := func(o fit.BatchOptions) []float64 { return values(t)(trainer.TestOnBatch(x, y, o)) }
	predict := func(fit.BatchOptions) []float64 {
		p, err := trainer.Predict(ctx, x, fit.PredictOptions{BatchSize: 100})
		mustNot(t, err)
		return vectors.Floats(p)[:3]
	}
	plain, weighted := fit.BatchOptions{}, fit.BatchOptions{SampleWeight: w}
	// Keras takes rows without a 1 for class 0; here they have no class.
	_, err := trainer.TrainOnBatch(x, y, fit.BatchOptions{ClassWeight: balance.Map{0: .2, 1: .3}})
	if err == nil || !strings.Contains(err.Error(), "row 0 is not one-hot") {
		t.Errorf("class weights of rows of zeros: %v", err)
	}
	for i, call := range []struct {
		of func(fit.BatchOptions) []float64
		o  fit.BatchOptions
	}{
		{train, plain}, {train, plain}, {test, plain}, {predict, plain}, {train, weighted}, {test, weighted}, {predict, plain},
		{train, fit.BatchOptions{SampleWeight: all(.2, 100)}}, // what Keras makes of those class weights
	} {
		var v []float64
		mustNot(t, json.Unmarshal(want[i], &v))
		vectors.Equal(t, fmt.Sprint("call ", i), call.of(call.o), v)
	}
}

// values are those of logs, the loss first as Keras returns them.
func values(t *testing.T) func(*fit.Logs, error) []float64 {
	return func(l *fit.Logs, err error) (all []float64) {
		t.Helper()
		mustNot(t, err)
		for _, v := range l.All() {
			all = append(all, v)
		}
		return all
	}
}

func TestStepsPerEpochOfTenBatches(t *testing.T) {
	var want map[string]struct {
		Batches []int
		Weights []float64
	}
	kerasTest(t, "steps_per_epoch", &want)
	for steps, keras := range want {
		n, err := strconv.Atoi(steps)
		mustNot(t, err)
		m := sum(t, 4, 1)
		var epochs []int
		_, err = compile(t, m, squares()).Fit(ctx, all(1, 80, 4), all(1, 80, 1), fit.Options{
			BatchSize: 8, Epochs: 4, StepsPerEpoch: n, Verbose: fit.Silent, Callbacks: []fit.Callback{count(&epochs)},
		})
		mustNot(t, err)
		if !slices.Equal(epochs, keras.Batches) {
			t.Errorf("%s steps: batches %v, Keras has %v", steps, epochs, keras.Batches)
		}
		vectors.Equal(t, steps+" steps: weights", weights(m), keras.Weights)
	}
}

func TestNestedInputs(t *testing.T) {
	var want []float64
	kerasTest(t, "nested_inputs", &want)
	g := model.NewGraph()
	a, b := g.Add(layer.Input{Shape: []int{2}, Name: "a"}), g.Add(layer.Input{Shape: []int{3}, Name: "b"})
	m, err := g.Model(g.Add(layer.Add{}, g.Add(summing(2, "left"), a), g.Add(summing(2, "right"), b)))
	mustNot(t, err)
	trainer := compile(t, m, squares())
	d := fit.Many{X: fit.List{all(1, 3, 2), all(1, 3, 3)}, Y: fit.List{all(1, 3, 2)}}
	h, err := trainer.FitMany(ctx, d, fit.Options{Verbose: fit.Silent})
	mustNot(t, err)
	got := []float64{last(t, h, "loss"), values(t)(trainer.TrainOnBatchMany(d, fit.BatchOptions{}))[0],
		values(t)(trainer.EvaluateMany(ctx, d, fit.EvaluateOptions{}))[0], values(t)(trainer.TestOnBatchMany(d, fit.BatchOptions{}))[0]}
	vectors.Equal(t, "losses of fit, train_on_batch, evaluate, test_on_batch", got, want)
	p, err := trainer.PredictMany(ctx, fit.Named{"b": all(1, 3, 3), "a": all(1, 3, 2)}, fit.PredictOptions{})
	mustNot(t, err)
	if len(p) != 1 || !p[0].Shape().Eq(tensor.Shape{3, 2}) {
		t.Errorf("predictions %v", p)
	}
}

// sums has two outputs of one input.
func sums(t testing.TB) *model.Model {
	t.Helper()
	g := model.NewGraph()
	x := g.Add(layer.Input{Shape: []int{4}, Name: "x"})
	m, err := g.Model(g.Add(summing(3, "y_one"), x), g.Add(summing(3, "y_two"), x))
	mustNot(t, err)
	return m
}

func sumsConfig() fit.Config {
	mse := []metric.Metric{metric.MeanSquaredError{Label: "mse"}}
	return fit.Config{
		Optimizer: optimizer.SGD{}, Losses: map[string]loss.Loss{"y_one": loss.MeanSquaredError{}, "y_two": loss.MeanSquaredError{}},
		OutputMetrics: map[string][]metric.Metric{"y_one": mse, "y_two": mse}, WeightedOutputMetrics: map[string][]metric.Metric{"y_one": mse}, Logger: quiet,
	}
}

func TestLossWeights(t *testing.T) {
	var want []map[string][]float64
	kerasTest(t, "loss_weights", &want)
	x, y := all(1, 40, 4), all(0, 40, 3)
	o := fit.Options{BatchSize: 20, Epochs: 3, Verbose: fit.Silent}
	c := squares()
	c.LossWeights = map[string]float64{"y": .2}
	h, err := compile(t, sum(t, 4, 3), c).Fit(ctx, x, y, o)
	mustNot(t, err)
	sameHistory(t, h, want[0])
	c = sumsConfig()
	c.LossWeights = map[string]float64{"y_one": .1, "y_two": .2}
	trainer, err := fit.Compile(sums(t), c)
	mustNot(t, err)
	h, err = trainer.FitMany(ctx, fit.Many{X: fit.List{x}, Y: fit.List{y, y}}, o)
	mustNot(t, err)
	sameHistory(t, h, want[1])
}

func TestSampleWeightsOfOutputs(t *testing.T) {
	var want []json.RawMessage
	kerasTest(t, "sample_weights_of_outputs", &want)
	x, y := all(1, 40, 4), all(0, 40, 3)
	w1, w2 := all(0, 40), all(0, 40)
	for i := range 40 {
		w1.Float64s()[i], w2.Float64s()[i] = float64(i)/20, float64(i%3)
	}
	column := array([]int{40, 1}, w1.Float64s()...)
	for i, c := range []struct {
		each fit.Arrays
		one  tensor.Tensor
	}{{each: fit.List{w1, w2}}, {one: w1}, {one: column}} {
		trainer, err := fit.Compile(sums(t), sumsConfig())
		mustNot(t, err)
		h, err := trainer.FitMany(ctx, fit.Many{X: fit.List{x}, Y: fit.List{y, y}, SampleWeight: c.each}, fit.Options{
			BatchSize: 16, Epochs: 2, Shuffle: data.ShuffleOff, ValidationSplit: .25, SampleWeight: c.one, Verbose: fit.Silent,
		})
		mustNot(t, err)
		var keras map[string][]float64
		mustNot(t, json.Unmarshal(want[i], &keras))
		sameHistory(t, h, keras)
	}
	trainer, err := fit.Compile(sums(t), sumsConfig())
	mustNot(t, err)
	d := fit.Many{X: fit.List{x}, Y: fit.Named{"y_one": y, "y_two": y}, SampleWeight: fit.Named{"y_two": w2, "y_one": w1}}
	for i, call := range []func(fit.Many, fit.BatchOptions) (*fit.Logs, error){trainer.TrainOnBatchMany, trainer.TestOnBatchMany} {
		logs, err := call(d, fit.BatchOptions{})
		mustNot(t, err)
		var keras map[string]float64
		mustNot(t, json.Unmarshal(want[3+i], &keras))
		sameLogs(t, logs, keras)
	}
}

// Targets are needed only where there is a loss, as test_partial_loss_partial_label.
func TestPartialLossPartialLabel(t *testing.T) {
	x, y := all(1, 32, 4), all(1, 32, 3)
	value := func(losses map[string]loss.Loss, y fit.Arrays) float64 {
		trainer, err := fit.Compile(sums(t), fit.Config{Losses: losses, Logger: quiet})
		mustNot(t, err)
		return values(t)(trainer.EvaluateMany(ctx, fit.Many{X: fit.List{x}, Y: y}, fit.EvaluateOptions{}))[0]
	}
	mse := loss.MeanSquaredError{}
	both := value(map[string]loss.Loss{"y_one": mse, "y_two": mse}, fit.List{y, y})
	for name, y := range map[string]fit.Arrays{"y_one": fit.List{y, nil}, "y_two": fit.Named{"y_two": y}} {
		if got := value(map[string]loss.Loss{name: mse}, y); got != 9 || both != 18 {
			t.Errorf("loss of %s %v, of both %v, expected 9 and 18", name, got, both)
		}
	}
}

// What decides about validation, all at once, with the weights of its rows;
// and evaluation of the first batches only.
func TestValidationOptions(t *testing.T) {
	var want struct {
		X, Y, W vectors.Array
		Epoch   []int
		History map[string][]float64
		Steps   []map[string]float64
	}
	kerasTest(t, "validation", &want)
	c := squares()
	c.WeightedMetrics = []metric.Metric{metric.MeanAbsoluteError{Label: "mae"}}
	trainer := compile(t, sum(t, 4, 3), c)
	x, y, w := want.X.Tensor(tensor.Float64), want.Y.Tensor(tensor.Float64), want.W.Tensor(tensor.Float64)
	h, err := trainer.Fit(ctx, x, y, fit.Options{
		SampleWeight: w, BatchSize: 5, Epochs: 5, InitialEpoch: 1, Shuffle: data.ShuffleOff, Verbose: fit.Silent,
		ValidationSplit: .3, ValidationEpochs: []int{3, 5}, ValidationBatchSize: 3, ValidationSteps: 2,
	})
	mustNot(t, err)
	sameHistory(t, h, want.History)
	if !slices.Equal(h.Epoch, want.Epoch) {
		t.Errorf("epochs %v, Keras has %v", h.Epoch, want.Epoch)
	}
	for i, steps := range []int{1, 3, 4} {
		logs, err := trainer.Evaluate(ctx, x, y, fit.EvaluateOptions{SampleWeight: w, BatchSize: 5, Steps: steps})
		mustNot(t, err)
		sameLogs(t, logs, want.Steps[i])
	}
}

// endless gives batches of ones for ever, of rows rows.
type endless struct{ rows int }

func (endless) Len() int { return -1 }
func (e endless) Batches(data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		for yield(data.Batch{X: all(1, e.rows, 2), Y: all(1, e.rows, 3)}, nil) {
		}
	}
}

func TestValidationDataInfiniteGenerator(t *testing.T) {
	var epochs []int
	h, err := compile(t, sum(t, 2, 3), squares()).FitDataset(ctx, endless{2}, fit.Options{
		StepsPerEpoch: 3, ValidationSteps: 4, Epochs: 2, Verbose: fit.Silent,
		ValidationData: &fit.Validation{Dataset: endless{2}}, Callbacks: []fit.Callback{count(&epochs)},
	})
	mustNot(t, err)
	if !slices.Equal(epochs, []int{3, 3}) || len(h.Values["val_loss"]) != 2 {
		t.Errorf("batches %v, history %v", epochs, h.Values)
	}
}

func TestStopLoop(t *testing.T) {
	batches := 0
	_, err := compile(t, sum(t, 2, 3), squares()).FitDataset(ctx, endless{2}, fit.Options{
		Verbose: fit.Silent, Callbacks: []fit.Callback{callback.LambdaCallback{OnBatchEnd: func(r callback.Run, i int, _ *callback.Logs) error {
			if batches = i + 1; batches == 5 {
				r.Stop()
			}
			return nil
		}}},
	})
	if err != nil || batches != 5 {
		t.Errorf("%d batches, %v", batches, err)
	}
}

// A fit that failed leaves nothing behind, as test_for_eval_epoch_iterator.
func TestFitAfterAFailedOne(t *testing.T) {
	x, y := all(1, 16, 4), all(0, 16, 3)
	trainer := compile(t, sum(t, 4, 3), squares())
	o := fit.Options{BatchSize: 4, Verbose: fit.Silent, ValidationData: &fit.Validation{X: x, Y: y}}
	_, err := trainer.Fit(ctx, x, y, o)
	mustNot(t, err)
	o.ValidationData = &fit.Validation{X: all(1, 1, 16, 4), Y: all(0, 1, 16, 3)}
	if _, err := trainer.Fit(ctx, x, y, o); err == nil {
		t.Error("validation data of another rank was taken")
	}
	o.ValidationData = &fit.Validation{X: x, Y: y}
	_, err = trainer.Fit(ctx, x, y, o)
	mustNot(t, err)
}

// What logs hold at each hook, as test_callback_methods_keys.
func TestCallbackMethodsKeys(t *testing.T) {
	x, y := all(1, 16, 4), all(0, 16, 3)
	c := squares()
	c.Metrics = []metric.Metric{metric.MeanAbsoluteError{}}
	calls := 0
	expect := func(hook string, l *callback.Logs, want ...string) error {
		var keys []string
		for key := range l.All() {
			keys = append(keys, key)
		}
		if !slices.Equal(keys, want) {
			t.Errorf("%s: keys %v, expected %v", hook, keys, want)
		}
		calls++
		return nil
	}
	own := []string{"loss", "mean_absolute_error"}
	both := append(own, "val_loss", "val_mean_absolute_error")
	_, err := compile(t, sum(t, 4, 3), c).Fit(ctx, x, y, fit.Options{
		BatchSize: 4, Verbose: fit.Silent, ValidationData: &fit.Validation{X: x, Y: y},
		Callbacks: []fit.Callback{callback.LambdaCallback{
			OnBatchEnd:      func(_ callback.Run, _ int, l *callback.Logs) error { return expect("batch end", l, own...) },
			OnValidationEnd: func(_ callback.Run, l *callback.Logs) error { return expect("validation end", l, own...) },
			OnEpochEnd:      func(_ callback.Run, _ int, l *callback.Logs) error { return expect("epoch end", l, both...) },
			OnTrainEnd:      func(_ callback.Run, l *callback.Logs) error { return expect("train end", l, both...) },
		}},
	})
	if err != nil || calls != 7 {
		t.Errorf("%d calls with logs, %v", calls, err)
	}
}

// An initial epoch that is the last one or beyond it trains nothing and still
// begins and ends.
func TestInitialEpochBeyondTheLast(t *testing.T) {
	for _, initial := range []int{2, 5} {
		var calls []string
		m := sum(t, 4, 3)
		before := weights(m)
		h, err := compile(t, m, squares()).Fit(ctx, all(1, 8, 4), all(0, 8, 3), fit.Options{
			InitialEpoch: initial, Epochs: 2, Verbose: fit.Silent, ValidationSplit: .5,
			Callbacks: []fit.Callback{callback.LambdaCallback{
				OnTrainBegin: func(callback.Run) error { calls = append(calls, "begin"); return nil },
				OnEpochBegin: func(callback.Run, int) error { calls = append(calls, "epoch"); return nil },
				OnTrainEnd:   func(callback.Run, *callback.Logs) error { calls = append(calls, "end"); return nil },
			}},
		})
		if err != nil || len(h.Epoch) != 0 || len(h.Values) != 0 || !slices.Equal(calls, []string{"begin", "end"}) || !slices.Equal(weights(m), before) {
			t.Errorf("from epoch %d: calls %v, history %v, %v", initial, calls, h, err)
		}
	}
}

func TestRecompile(t *testing.T) {
	x, y := all(1, 3, 2), all(1, 3, 3)
	m := sum(t, 2, 3)
	for _, c := range []metric.Metric{metric.MeanSquaredError{}, metric.MeanAbsoluteError{}} {
		trainer := compile(t, m, fit.Config{Loss: loss.MeanSquaredError{}, Metrics: []metric.Metric{c}})
		h, err := trainer.Fit(ctx, x, y, fit.Options{Verbose: fit.Silent})
		mustNot(t, err)
		logs, err := trainer.Evaluate(ctx, x, y, fit.EvaluateOptions{})
		mustNot(t, err)
		if _, ok := logs.Get(c.Name()); !ok || !slices.Equal(h.Keys(), []string{"loss", c.Name()}) {
			t.Errorf("keys %v, expected the loss and %s", h.Keys(), c.Name())
		}
	}
}

// What a callback writes to the weights between batches is what the next batch
// sees, as test_callbacks_can_update_state_at_batch_boundary.
func TestCallbacksWriteWeights(t *testing.T) {
	m := sum(t, 4, 1)
	var losses []float64
	_, err := compile(t, m, fit.Config{Loss: loss.MeanSquaredError{}}).Fit(ctx, all(1, 3, 4), all(0, 3, 1), fit.Options{
		BatchSize: 1, Verbose: fit.Silent,
		Callbacks: []fit.Callback{callback.LambdaCallback{OnBatchEnd: func(r callback.Run, i int, l *callback.Logs) error {
			v, _ := l.Get("loss")
			losses = append(losses, v)
			return r.SetWeights([]*tensor.Dense{vectors.Array{Shape: []int{4, 1}, Data: slices.Repeat([]float64{float64(i + 2)}, 4)}.Tensor(tensor.Float32)})
		}}},
	})
	mustNot(t, err)
	// Predictions 4, 8 and 12; the logs hold the running mean of the squares.
	vectors.Equal(t, "losses", losses, []float64{16, (16 + 64) / 2., (16 + 64 + 144) / 3.})
	vectors.Equal(t, "weights", weights(m), []float64{4, 4, 4, 4})
}

func TestConstraintsAreApplied(t *testing.T) {
	m, err := model.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 2, KernelConstraint: constraint.NonNeg{}})
	mustNot(t, err)
	_, err = compile(t, m, fit.Config{Loss: loss.MeanSquaredError{}, Optimizer: optimizer.RMSprop{}}).Fit(ctx, all(1, 2, 3), all(-1, 2, 2), fit.Options{Epochs: 3, Verbose: fit.Silent})
	mustNot(t, err)
	if k := weights(m)[:6]; slices.Min(k) < 0 {
		t.Errorf("kernel %v", k)
	}
}
