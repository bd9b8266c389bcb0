package fit

import (
	"fmt"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"gorgonia.org/tensor"
)

// tracker holds the running loss and metrics of an epoch.
type tracker struct {
	states []tracked
	loss   float64 // Σ rows·loss over the batches
	rows   float64
	batch  metric.Batch
}

type tracked struct {
	key       string
	direction metric.Direction
	weighted  bool
	state     metric.State
}

// newTracker names the metrics as Keras does: a name that is taken gets _1,
// _2, ...; a weighted metric whose name is taken gets "weighted_" first.
func newTracker(c Config, trueShape, predShape []int) (*tracker, error) {
	tr := &tracker{}
	taken := map[string]bool{"loss": true}
	add := func(list []metric.Metric, weighted bool) error {
		for i, m := range list {
			if m == nil {
				return fmt.Errorf("fit: metric %d is nil", i)
			}
			state, err := m.New(trueShape, predShape)
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
	return tr, nil
}

func (tr *tracker) reset() {
	tr.loss, tr.rows = 0, 0
	for _, s := range tr.states {
		s.state.Reset()
	}
}

// update counts a batch: its loss by its number of rows, whatever the weights.
func (tr *tracker) update(p *plan, b data.Batch, given []float64, loss float64) error {
	tr.loss += float64(p.n) * loss
	tr.rows += float64(p.n)
	if len(tr.states) == 0 {
		return nil
	}
	batch := &tr.batch
	batch.Single = p.out.Dtype() == tensor.Float32
	batch.True = metric.Values{Data: widen(batch.True.Data, b.Y), Shape: b.Y.Shape()}
	batch.Pred = metric.Values{Data: widen(batch.Pred.Data, p.out), Shape: p.out.Shape()}
	for _, s := range tr.states {
		batch.Weight = metric.Values{}
		if s.weighted && b.W != nil {
			batch.Weight = metric.Values{Data: given, Shape: b.W.Shape()}
		}
		if err := s.state.Update(batch); err != nil {
			return fmt.Errorf("fit: metric %q: %w", s.key, err)
		}
	}
	return nil
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
