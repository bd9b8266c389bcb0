package fit

import (
	"fmt"
	"slices"
	"time"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/internal/engine"
	"gorgonia.org/tensor"
)

// position is where in a fit its callbacks are at rest: batches of epoch are
// done, and all that belongs to the epochs before.
type position struct {
	epoch, batches int
	began          time.Time // of the epoch's batches
}

// AtRest implements [callback.Run].
func (r *running) AtRest(save func(state []npy.Array) error) { r.resting = append(r.resting, save) }

// Record implements [callback.Run].
func (r *running) Record() { r.record = true }

// rest hands the state to who has asked for it.
func (r *running) rest(at position) error {
	if len(r.resting) == 0 {
		return nil
	}
	waiting := r.resting
	r.resting = nil
	state, err := r.state(at)
	if err != nil {
		return err
	}
	for _, save := range waiting {
		if err := save(state); err != nil {
			return fmt.Errorf("fit: saving the state: %w", err)
		}
	}
	return nil
}

// state lists all that the rest of the fit depends on, under names that say
// whose it is.
func (r *running) state(at position) ([]npy.Array, error) {
	t := r.trainer
	state := r.identity()
	put := func(name string, value *tensor.Dense) { state = append(state, npy.Array{Name: name, Value: value}) }
	number := func(name string, v int) { put(name, tensor.New(tensor.FromScalar(int64(v)))) }
	number("fit/epoch", at.epoch)
	number("fit/batches", at.batches)
	number("fit/stopped", btoi(r.stopped))
	pass, taken := r.src.place()
	number("fit/pass", pass)
	number("fit/taken", taken)
	seconds := 0.
	if at.batches > 0 {
		seconds = time.Since(at.began).Seconds()
	}
	put("fit/seconds", tensor.New(tensor.FromScalar(seconds)))

	if h := r.history; len(h.Epoch) > 0 {
		put("history/epoch", ints(h.Epoch))
		put("history/seconds", floats(h.Seconds))
		for _, key := range h.Keys() {
			put("history/values/"+key, floats(h.Values[key]))
		}
	}
	if at.batches == 0 {
		for key, value := range r.logs.All() {
			put("logs/"+key, tensor.New(tensor.FromScalar(value)))
		}
	} else {
		state = append(state, t.metrics.keep()...)
	}
	for _, w := range t.model.Weights() {
		put("model/"+w.Name, w.Value)
	}
	for i, s := range t.model.States() {
		put(stateName(i, s), s.Value.Clone().(*tensor.Dense))
	}
	own, err := t.stepper.State()
	if err != nil {
		return nil, fmt.Errorf("fit: saving the state: %w", err)
	}
	for _, v := range own {
		put("optimizer/"+v.Name, v.Value)
	}
	for i, c := range r.calls {
		if k, ok := c.(callback.Keeper); ok {
			own, err := k.Keep()
			if err != nil {
				return nil, fmt.Errorf("fit: saving the state of callback %T: %w", c, err)
			}
			for _, a := range own {
				put(keeperName(i, c)+a.Name, a.Value)
			}
		}
	}
	return state, nil
}

// identity is what a state and the fit that goes on from it must have in common.
func (r *running) identity() []npy.Array {
	o := r.src.order
	var own []npy.Array
	for _, f := range []struct {
		name string
		v    int64
	}{
		{"identity/seed", int64(o.Seed)}, {"identity/rows", int64(r.src.ds.Len())}, {"identity/batch_size", int64(o.BatchSize)},
		{"identity/shuffle", int64(o.Shuffle)}, {"identity/steps_per_epoch", int64(r.src.steps)},
	} {
		own = append(own, npy.Array{Name: f.name, Value: tensor.New(tensor.FromScalar(f.v))})
	}
	return own
}

func stateName(i int, s *engine.Param) string { return fmt.Sprintf("states/%d/%s", i, s.Name) }

func keeperName(i int, c Callback) string { return fmt.Sprintf("callback/%d/%T/", i, c) }

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func floats(v []float64) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(v)), tensor.WithBacking(slices.Clone(v)))
}

func ints(v []int) *tensor.Dense {
	wide := make([]int64, len(v))
	for i, x := range v {
		wide[i] = int64(x)
	}
	return tensor.New(tensor.WithShape(len(v)), tensor.WithBacking(wide))
}
