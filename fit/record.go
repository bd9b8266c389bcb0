package fit

import (
	"fmt"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/fit/metric"
	"gorgonia.org/tensor"
)

// record keeps what the metrics of an epoch saw, batch after batch. What a
// metric makes of it is its own affair, so an epoch that goes on in the middle
// shows it all again.
type record struct {
	rows, weights      []int // of each batch; the weights are 0 or as many as were given
	truth, pred, given []float64
	masks              []float64 // empty where predictions have none
}

func (rec *record) reset() {
	rec.rows, rec.weights = rec.rows[:0], rec.weights[:0]
	rec.truth, rec.pred, rec.given, rec.masks = rec.truth[:0], rec.pred[:0], rec.given[:0], rec.masks[:0]
}

func (rec *record) add(n int, b *metric.Batch, given, mask []float64) {
	rec.masks = append(rec.masks, mask...)
	rec.rows, rec.weights = append(rec.rows, n), append(rec.weights, len(given))
	rec.truth, rec.pred, rec.given = append(rec.truth, b.True.Data...), append(rec.pred, b.Pred.Data...), append(rec.given, given...)
}

// keep returns the state of a running epoch.
func (tr *tracker) keep() []npy.Array {
	at := "metrics/" + tr.prefix
	state := []npy.Array{{Name: at + "sums", Value: floats([]float64{tr.loss, tr.rows})}}
	for _, o := range tr.outputs {
		if o != nil {
			state = append(state, o.keep()...)
		}
	}
	rec := &tr.record
	if len(rec.rows) == 0 {
		return state
	}
	state = append(state, npy.Array{Name: at + "rows", Value: ints(rec.rows)}, npy.Array{Name: at + "weights", Value: ints(rec.weights)},
		npy.Array{Name: at + "true", Value: floats(rec.truth)}, npy.Array{Name: at + "pred", Value: floats(rec.pred)})
	if len(rec.given) > 0 {
		state = append(state, npy.Array{Name: at + "given", Value: floats(rec.given)})
	}
	if len(rec.masks) > 0 {
		state = append(state, npy.Array{Name: at + "masks", Value: floats(rec.masks)})
	}
	return state
}

// resume takes back what keep returned; nothing where an epoch begins.
func (tr *tracker) resume(s saved) error {
	sums, err := s.list("metrics/" + tr.prefix + "sums")
	if err != nil || sums == nil {
		return err
	}
	if len(sums) != 2 {
		return fmt.Errorf("fit: resume: the metrics have %d sums, expected 2", len(sums))
	}
	if len(tr.states) > 0 {
		if err := tr.replay(s); err != nil {
			return err
		}
	}
	for _, o := range tr.outputs {
		if o == nil {
			continue
		}
		if err := o.resume(s); err != nil {
			return err
		}
	}
	tr.loss, tr.rows = sums[0], sums[1]
	return nil
}

func (tr *tracker) replay(s saved) error {
	at := "metrics/" + tr.prefix
	var parts [4][]float64
	for i, name := range []string{"true", "pred", "given", "masks"} {
		var err error
		if parts[i], err = s.list(at + name); err != nil {
			return err
		}
	}
	var counts [2][]int64
	for i, name := range []string{at + "rows", at + "weights"} {
		v, err := s.get(name)
		if err != nil {
			return err
		}
		if v.Dtype() != tensor.Int64 || v.Dims() != 1 {
			return fmt.Errorf("fit: resume: %q is %v of shape %v, expected a vector of int64", name, v.Dtype(), v.Shape())
		}
		counts[i] = v.Int64s()
	}
	take := func(part *[]float64, n int) ([]float64, error) {
		if n < 0 || n > len(*part) {
			return nil, fmt.Errorf("fit: resume: the metrics' values are too few")
		}
		head := (*part)[:n]
		*part = (*part)[n:]
		return head, nil
	}
	if len(counts[0]) != len(counts[1]) {
		return fmt.Errorf("fit: resume: the metrics have %d batches and %d numbers of weights", len(counts[0]), len(counts[1]))
	}
	masked := len(parts[3]) > 0
	for i, rows := range counts[0] {
		n := int(rows)
		trueShape, predShape := batchOf(n, tr.target.Shape), batchOf(n, tr.predShape)
		truth, err := take(&parts[0], trueShape.TotalSize())
		if err != nil {
			return err
		}
		pred, err := take(&parts[1], predShape.TotalSize())
		if err != nil {
			return err
		}
		given, err := take(&parts[2], int(counts[1][i]))
		if err != nil {
			return err
		}
		var mask []float64
		if masked {
			if mask, err = take(&parts[3], batchOf(n, tr.target.Rows).TotalSize()); err != nil {
				return err
			}
		}
		b := &tr.batch
		b.True.Data, b.Pred.Data = append(b.True.Data[:0], truth...), append(b.Pred.Data[:0], pred...)
		b.True.Shape, b.Pred.Shape = append(b.True.Shape[:0], trueShape...), predShape
		if err := tr.count(n, given, mask); err != nil {
			return err
		}
	}
	return nil
}
