package fit

import (
	"fmt"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// tracker holds the running loss and metrics of an epoch.
type tracker struct {
	states   []tracked
	weighted bool    // whether any of them sees weights
	loss     float64 // Σ rows·loss over the batches
	rows     float64
	batch    metric.Batch
	weights  []int // room for the shape of weights

	trueShape, predShape, lossShape []int // of one sample

	recording bool
	record    record
}

type tracked struct {
	key       string
	direction metric.Direction
	weighted  bool
	state     metric.State
}

// newTracker names the metrics as Keras does: a name that is taken gets _1,
// _2, ...; a weighted metric whose name is taken gets "weighted_" first.
func newTracker(c Config, target loss.Target, predShape []int, dt tensor.Dtype) (*tracker, error) {
	tr := &tracker{trueShape: target.Shape, predShape: predShape, lossShape: target.Rows}
	tr.batch.Single = dt == tensor.Float32
	taken := map[string]bool{"loss": true}
	add := func(list []metric.Metric, weighted bool) error {
		for i, m := range list {
			if m == nil {
				return fmt.Errorf("fit: metric %d is nil", i)
			}
			state, err := m.New(target.Shape, predShape)
			if err != nil {
				return fmt.Errorf("fit: metric %q: %w", m.Name(), err)
			}
			key := m.Name()
			if weighted && taken[key] {
				key = "weighted_" + key
			}
			base := key
			for n := 1; taken[key]; n++ {
				key = fmt.Sprintf("%s_%d", base, n)
			}
			taken[key] = true
			tr.states = append(tr.states, tracked{key, m.Direction(), weighted, state})
		}
		return nil
	}
	if err := add(c.Metrics, false); err != nil {
		return nil, err
	}
	if err := add(c.WeightedMetrics, true); err != nil {
		return nil, err
	}
	tr.weighted = len(c.WeightedMetrics) > 0
	return tr, nil
}

func (tr *tracker) reset() {
	tr.loss, tr.rows = 0, 0
	tr.record.reset()
	for _, s := range tr.states {
		s.state.Reset()
	}
}

// update counts a batch: its loss by its number of rows, whatever the weights.
func (tr *tracker) update(p *plan, given []float64, value float64) error {
	tr.add(p.n, value)
	if len(tr.states) == 0 {
		return nil
	}
	batch := &tr.batch
	batch.True.Data, batch.Pred.Data = widen(batch.True.Data, p.y), widen(batch.Pred.Data, p.out)
	batch.True.Shape = append(append(batch.True.Shape[:0], p.n), tr.trueShape...)
	batch.Pred.Shape = p.out.Shape()
	if tr.recording {
		tr.record.add(p.n, batch, given)
	}
	return tr.count(p.n, given)
}

// add counts the loss of n rows.
func (tr *tracker) add(n int, value float64) {
	tr.loss += float64(n) * value
	tr.rows += float64(n)
}

// count shows the batch to all metrics.
func (tr *tracker) count(n int, given []float64) error {
	batch := &tr.batch
	for _, s := range tr.states {
		batch.Weight = metric.Values{}
		if s.weighted && len(given) > 0 {
			batch.Weight = metric.Values{Data: given, Shape: tr.shape(given, n)}
		}
		if err := s.state.Update(batch); err != nil {
			return fmt.Errorf("fit: metric %q: %w", s.key, err)
		}
	}
	return nil
}

// shape is that of weights as they were given, for samples or for timesteps.
func (tr *tracker) shape(given []float64, n int) []int {
	tr.weights = append(tr.weights[:0], n)
	if len(given) > n {
		tr.weights = append(tr.weights, tr.lossShape...)
	}
	return tr.weights
}

// report sets the running values in logs, each key with a prefix in front.
func (tr *tracker) report(logs *callback.Logs, prefix string) {
	mean := 0.
	if tr.rows > 0 {
		mean = tr.loss / tr.rows
	}
	logs.Set(prefix+"loss", mean)
	for _, s := range tr.states {
		logs.Set(prefix+s.key, s.state.Result())
	}
}

// direction says which way the value of a log key gets better.
func (tr *tracker) direction(key string) metric.Direction {
	if key == "loss" {
		return metric.Down
	}
	for _, s := range tr.states {
		if s.key == key {
			return s.direction
		}
	}
	return metric.None
}
