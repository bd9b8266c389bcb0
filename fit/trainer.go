package fit

import (
	"errors"
	"fmt"
	"log/slog"

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
	Loss      loss.Loss           // needed
	// Metrics are computed without weights, WeightedMetrics with the sample
	// weights and, in training, the class weights.
	Metrics, WeightedMetrics []metric.Metric
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
	model    *model.Model
	loss     loss.Loss
	target   loss.Target
	mode     balance.Mode
	log      *slog.Logger
	metrics  *tracker
	plans    plans
	cut      engine.Cut
	state    op.State
	stepper  optimizer.Stepper
	trained  []*engine.Param // what stepper moves, in its order
	grads    []*tensor.Dense // of the running step, in the same order
	given    []float64       // weights of the running batch, as given
	fitting  bool
	profiled bool
}

var errNotCompiled = errors.New("fit: the trainer is not compiled: make it with fit.Compile")

// Compile prepares a model for training. It is an error if the loss or a
// metric does not fit the model's output or a setting is out of range.
func Compile(m *model.Model, c Config) (*Trainer, error) {
	if m == nil {
		return nil, errors.New("fit: the model is nil")
	}
	if in, out := len(m.InputNames()), len(m.OutputNames()); in != 1 || out != 1 {
		return nil, fmt.Errorf("fit: expected a model of one input and one output, got %d and %d", in, out)
	}
	if c.Loss == nil {
		return nil, errors.New("fit: Config.Loss is nil, expected one of package loss")
	}
	if c.Optimizer == nil {
		c.Optimizer = optimizer.RMSprop{}
	}
	t := &Trainer{model: m, loss: c.Loss, log: c.Logger, state: op.State{Seed: c.Seed}}
	if t.log == nil {
		t.log = slog.Default()
	}
	if c.Seed == 0 {
		t.state.Seed = m.Seed()
	}
	var err error
	if t.target, err = c.Loss.Targets(m.OutputShape()); err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	switch c.SampleWeightMode {
	case balance.Inferred:
	case balance.Temporal:
		if len(t.target.Rows) == 0 {
			return nil, fmt.Errorf("fit: temporal sample weights need a loss of shape (n,T), that of %s on predictions of shape %s is (n)", c.Loss.Name(), anyRows(m.OutputShape()))
		}
	default:
		return nil, fmt.Errorf("fit: unknown sample weight mode %d, expected balance.Inferred or balance.Temporal", c.SampleWeightMode)
	}
	t.mode = c.SampleWeightMode
	if t.metrics, err = newTracker(c, t.target, m.OutputShape(), m.DType()); err != nil {
		return nil, err
	}
	var weights []optimizer.Weight
	for _, p := range m.Params() {
		if p.Trainable {
			if p.Regularizer != nil || p.Constraint != nil {
				return nil, fmt.Errorf("fit: weight %q: expected no regularizer and no constraint", p.Name)
			}
			t.trained = append(t.trained, p)
			weights = append(weights, optimizer.Weight{Name: p.Name, Value: p.Value})
		}
	}
	t.grads = make([]*tensor.Dense, len(weights))
	if t.stepper, err = c.Optimizer.New(weights); err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	// The plan of one row finds what does not fit together, and how batches
	// are best cut.
	one, err := t.build(toTrain, 1)
	if err != nil {
		return nil, err
	}
	for _, w := range weights {
		t.cut.Params += w.Value.Shape().TotalSize()
	}
	t.cut.PerRow, t.cut.Together = one.parts[0].Elements, one.parts[0].Together
	return t, nil
}

// Model returns the model that is trained.
func (t *Trainer) Model() *model.Model { return t.model }

// Optimizer returns the optimizer at work, with its state.
func (t *Trainer) Optimizer() optimizer.Stepper { return t.stepper }

func (t *Trainer) ready() error {
	if t == nil || t.model == nil {
		return errNotCompiled
	}
	if t.fitting {
		return errors.New("fit: the trainer is already at work")
	}
	return nil
}
