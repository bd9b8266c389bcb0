package fit

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// tracker holds the running loss and metrics of an epoch: those of one output,
// or the sum of several with a tracker for each.
type tracker struct {
	prefix   string // of keys: the output's name, where there are several
	target   loss.Target
	states   []tracked
	outputs  []*tracker // in place of states; nil for an output without a loss
	weighted bool       // whether any of them sees weights
	mask     []float64  // of the batch
	masked   []float64  // room for weights times a mask
	counts   []float64  // 0 for rows that the loss ignores, 1 for others
	counted  []float64  // room for weights times counts
	loss     float64    // Σ rows·loss over the batches
	rows     float64
	batch    metric.Batch
	weights  []int // room for the shape of weights

	predShape []int // of one sample

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
func newTracker(metrics, weighted []metric.Metric, prefix string, target loss.Target, predShape []int, dt tensor.Dtype) (*tracker, error) {
	tr := &tracker{prefix: prefix, target: target, predShape: predShape, weighted: len(weighted) > 0}
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
			tr.states = append(tr.states, tracked{prefix + key, m.Direction(), weighted, state})
		}
		return nil
	}
	if err := add(metrics, false); err != nil {
		return nil, err
	}
	if err := add(weighted, true); err != nil {
		return nil, err
	}
	return tr, nil
}

// newTotal is the tracker of a model with some outputs.
func newTotal(outputs []*output) *tracker {
	if len(outputs) == 1 {
		return outputs[0].metrics
	}
	total := &tracker{}
	for _, o := range outputs {
		total.outputs = append(total.outputs, o.metrics)
	}
	return total
}

func (tr *tracker) reset() {
	tr.loss, tr.rows = 0, 0
	tr.record.reset()
	for _, s := range tr.states {
		s.state.Reset()
	}
	for _, o := range tr.outputs {
		if o != nil {
			o.reset()
		}
	}
}

// update counts a batch: its loss by its number of rows, whatever the weights.
func (tr *tracker) update(p *plan, value float64) error {
	tr.add(p.n, value)
	if tr.outputs == nil {
		return tr.see(p.n, p.heads[0])
	}
	for i, o := range tr.outputs {
		if o == nil {
			continue
		}
		o.add(p.n, p.heads[i].value)
		if err := o.see(p.n, p.heads[i]); err != nil {
			return err
		}
	}
	return nil
}

// add counts the loss of n rows.
func (tr *tracker) add(n int, value float64) {
	tr.loss += float64(n) * value
	tr.rows += float64(n)
}

// see counts an output of a batch of n rows in its metrics.
func (tr *tracker) see(n int, h *head) error {
	if len(tr.states) == 0 {
		return nil
	}
	batch := &tr.batch
	batch.True.Data, batch.Pred.Data = widen(batch.True.Data, h.y), widen(batch.Pred.Data, h.out)
	batch.True.Shape = append(append(batch.True.Shape[:0], n), tr.target.Shape...)
	batch.Pred.Shape = h.out.Shape()
	tr.mask = tr.mask[:0]
	if h.mask != nil {
		tr.mask = widen(tr.mask, h.mask)
	}
	if tr.recording {
		tr.record.add(n, batch, h.output.weights, tr.mask)
	}
	return tr.count(n, h.output.weights, tr.mask)
}

// count shows the batch to all metrics, without the rows that the loss
// ignores. There may be no weights and no mask.
func (tr *tracker) count(n int, given, mask []float64) error {
	counts := tr.leaveOut()
	for _, s := range tr.states {
		w := given
		if !s.weighted {
			w = nil
		}
		if _, aware := s.state.(metric.MaskAware); aware && len(mask) > 0 {
			tr.masked = times(tr.masked, mask, w)
			w = tr.masked
		}
		if counts != nil {
			tr.counted = times(tr.counted, counts, w)
			w = tr.counted
		}
		tr.batch.Weight = metric.Values{}
		if len(w) > 0 {
			tr.batch.Weight = metric.Values{Data: w, Shape: tr.shape(len(w), n)}
		}
		if err := s.state.Update(&tr.batch); err != nil {
			return fmt.Errorf("fit: metric %q: %w", s.key, err)
		}
	}
	return nil
}

// leaveOut finds rows whose label is one to ignore. It returns 0 for these and
// 1 for others, nil if there are none, and puts a class in place of the label,
// which not every metric takes.
func (tr *tracker) leaveOut() []float64 {
	if len(tr.target.Ignored) == 0 {
		return nil
	}
	tr.counts = tr.counts[:0]
	found := false
	for i, v := range tr.batch.True.Data {
		counts := 1.
		if slices.Contains(tr.target.Ignored, int(v)) {
			found, counts, tr.batch.True.Data[i] = true, 0, 0
		}
		tr.counts = append(tr.counts, counts)
	}
	if !found {
		return nil
	}
	return tr.counts
}

// times returns a mask times weights, of which there may be none, in dst.
func times(dst, mask, weights []float64) []float64 {
	dst = append(dst[:0], mask...)
	if len(weights) > 0 {
		each := len(mask) / len(weights)
		for i := range dst {
			dst[i] *= weights[i/each]
		}
	}
	return dst
}

// keepRecord says whether what the metrics see is kept.
func (tr *tracker) keepRecord(on bool) {
	tr.recording = on
	for _, o := range tr.outputs {
		if o != nil {
			o.keepRecord(on)
		}
	}
}

// shape is that of so many weights of n samples, for samples or for timesteps.
func (tr *tracker) shape(weights, n int) []int {
	tr.weights = append(tr.weights[:0], n)
	if weights > n {
		tr.weights = append(tr.weights, tr.target.Rows...)
	}
	return tr.weights
}

// report sets the running values in logs, each key with a prefix in front.
func (tr *tracker) report(logs *callback.Logs, prefix string) {
	mean := 0.
	if tr.rows > 0 {
		mean = tr.loss / tr.rows
	}
	logs.Set(prefix+tr.prefix+"loss", mean)
	for _, s := range tr.states {
		logs.Set(prefix+s.key, s.state.Result())
	}
	for _, o := range tr.outputs {
		if o != nil {
			o.report(logs, prefix)
		}
	}
}

// direction says which way the value of a log key gets better.
func (tr *tracker) direction(key string) metric.Direction {
	if key == tr.prefix+"loss" {
		return metric.Down
	}
	for _, o := range tr.outputs {
		if o == nil {
			continue
		}
		if d := o.direction(key); d != metric.None {
			return d
		}
	}
	for _, s := range tr.states {
		if s.key == key {
			return s.direction
		}
	}
	return metric.None
}
