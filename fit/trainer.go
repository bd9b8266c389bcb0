package fit

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"gorgonia.org/tensor"
)

// Config says how a model is trained.
type Config struct {
	Optimizer optimizer.Optimizer // nil means optimizer.RMSprop{}, as in Keras
	// Loss is needed; it serves every output of the model. Losses, in its place,
	// has the losses of outputs by name; an output that it lacks has none, and
	// only predicts.
	Loss   loss.Loss
	Losses map[string]loss.Loss
	// LossWeights has the weight of an output's loss in the loss that is made
	// small, Σ weight·loss; 1 where it lacks the output.
	LossWeights map[string]float64
	// Metrics are computed without weights, WeightedMetrics with the sample
	// weights and, in training, the class weights.
	Metrics, WeightedMetrics []metric.Metric
	// OutputMetrics and WeightedOutputMetrics are the same for the outputs of a
	// model of several, by name. Their keys in logs have the output's name in
	// front: "fraud_recall".
	OutputMetrics, WeightedOutputMetrics map[string][]metric.Metric
	// SampleWeightMode is Keras's sample_weight_mode: the zero value goes by the
	// shape of the weights, balance.Temporal takes weights per timestep only.
	SampleWeightMode balance.Mode
	// Seed decides the order of shuffled rows and what dropout drops. 0 means
	// the model's own seed.
	Seed uint64
	// Logger takes notices; nil means slog.Default().
	Logger *slog.Logger
}

// Trainer trains and uses one model. Make one with [Compile]. It must not be
// used from several goroutines at once; different trainers may.
type Trainer struct {
	config      Config
	model       *model.Model
	*output     // the first of outputs
	outputs     []*output
	log         *slog.Logger
	metrics     *tracker // of all outputs together
	plans       plans
	cut         engine.Cut
	together    bool // a loss or a penalty that is no sum over samples
	summed      bool // the loss has several terms: outputs, penalties
	constrained bool // a weight that is trained has a constraint
	state       op.State
	stepper     optimizer.Stepper
	trained     []*engine.Param // what stepper moves, in its order
	trainable   []bool          // of all arrays of the model
	grads       []*tensor.Dense // of the running step, in the order of trained
	fitting     bool
	profiled    bool
	predicting  sync.Mutex
}

var errNothingToTrain = errors.New("fit: there are no weights to train: the model has none, or all are frozen")

var errNotCompiled = errors.New("fit: the trainer is not compiled: make it with fit.Compile")

// Compile prepares a model for training. It is an error if the loss or a
// metric does not fit the model's output or a setting is out of range.
func Compile(m *model.Model, c Config) (*Trainer, error) {
	if m == nil {
		return nil, errors.New("fit: the model is nil")
	}
	if c.Optimizer == nil {
		c.Optimizer = optimizer.RMSprop{}
	}
	t := &Trainer{config: c, model: m, log: c.Logger, state: op.State{Seed: c.Seed}}
	if t.log == nil {
		t.log = slog.Default()
	}
	if c.Seed == 0 {
		t.state.Seed = m.Seed()
	}
	var err error
	if t.outputs, err = newOutputs(m, c); err != nil {
		return nil, err
	}
	t.output = t.outputs[0]
	t.metrics = newTotal(t.outputs)
	t.summed = len(t.outputs) > 1 || t.output.weight != 1
	for _, o := range t.outputs {
		t.together = t.together || o.target.Together
	}
	for _, p := range m.Params() {
		t.trainable = append(t.trainable, p.Trainable)
	}
	if err := t.plan(c); err != nil {
		return nil, err
	}
	return t, nil
}

// plan finds out what is trained and how batches are best cut, and whether
// everything fits together, by the plan of one row.
func (t *Trainer) plan(c Config) error {
	one, err := t.build(toTrain, 1)
	if err != nil {
		return err
	}
	for _, d := range one.parts[0].dropped {
		t.log.Warn("a layer drops the mask of its input, which would have been used later: all timesteps count there", "layer", d.Layer, "later", d.User)
	}
	if one.parts[0].penalty != nil {
		t.summed, t.together = true, t.together || one.parts[0].Together
	}
	var weights []optimizer.Weight
	for _, p := range t.model.Params() {
		switch {
		case !p.Trainable:
			continue
		case one.grad(p) == nil:
			t.log.Warn("no loss depends on a weight: it is not trained", "weight", p.Name)
			continue
		}
		t.summed = t.summed || p.Regularizer != nil
		t.constrained = t.constrained || p.Constraint != nil
		t.trained = append(t.trained, p)
		weights = append(weights, optimizer.Weight{Name: p.Name, Value: p.Value})
		t.cut.Params += p.Value.Shape().TotalSize()
	}
	t.grads = make([]*tensor.Dense, len(weights))
	if t.stepper, err = c.Optimizer.New(weights); err != nil {
		return fmt.Errorf("fit: %w", err)
	}
	t.cut.PerRow, t.cut.Together = one.parts[0].Elements, one.parts[0].Together
	return nil
}

// Model returns the model that is trained.
func (t *Trainer) Model() *model.Model { return t.model }

// Config returns the settings of [Compile], the optimizer among them.
func (t *Trainer) Config() Config { return t.config }

// Trained returns the arrays that the optimizer moves, in its order. It is
// meant for the packages of this module.
func (t *Trainer) Trained() []*engine.Param { return slices.Clone(t.trained) }

// Optimizer returns the optimizer at work, with its state.
func (t *Trainer) Optimizer() optimizer.Stepper { return t.stepper }

func (t *Trainer) ready() error {
	if t == nil || t.model == nil {
		return errNotCompiled
	}
	if t.fitting {
		return errors.New("fit: the trainer is already at work")
	}
	for i, p := range t.model.Params() {
		if p.Trainable != t.trainable[i] {
			return fmt.Errorf("fit: weight %q: whether it is trained has changed since Compile: compile the model again", p.Name)
		}
	}
	return nil
}
