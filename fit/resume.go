package fit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/fit/callback"
	"gorgonia.org/tensor"
)

// Resume implements [callback.Run].
func (r *running) Resume(state []npy.Array) error {
	if r.begun {
		return errors.New("fit: a fit can be resumed in TrainBegin only")
	}
	if r.saved != nil {
		return errors.New("fit: the fit is resumed already")
	}
	s := saved(state)
	for _, want := range r.identity() {
		v, err := s.number(want.Name)
		if err != nil {
			return err
		}
		if own := want.Value.ScalarValue(); own != int64(v) {
			return fmt.Errorf("fit: resume: the state is that of another fit: %s was %d, is %d", strings.TrimPrefix(want.Name, "identity/"), v, own)
		}
	}
	r.saved = s
	return nil
}

// saved is a state to go on from.
type saved []npy.Array

func (s saved) get(name string) (*tensor.Dense, error) {
	if i := slices.IndexFunc(s, func(a npy.Array) bool { return a.Name == name }); i >= 0 {
		return s[i].Value, nil
	}
	return nil, fmt.Errorf("fit: resume: the state lacks %q", name)
}

func (s saved) number(name string) (int, error) {
	n, err := one[int64](s, name)
	return int(n), err
}

// one returns a value that stands alone.
func one[T int64 | float64](s saved, name string) (v T, err error) {
	t, err := s.get(name)
	if err != nil {
		return 0, err
	}
	if t.IsScalar() {
		if v, ok := t.ScalarValue().(T); ok {
			return v, nil
		}
	}
	return 0, fmt.Errorf("fit: resume: %q is %v of shape %v, expected one %T", name, t.Dtype(), t.Shape(), v)
}

// list returns float64 elements of a vector, none where it is not there.
func (s saved) list(name string) ([]float64, error) {
	v, err := s.get(name)
	if err != nil {
		return nil, nil
	}
	if v.Dtype() != tensor.Float64 || v.Dims() != 1 {
		return nil, fmt.Errorf("fit: resume: %q is %v of shape %v, expected a vector of float64", name, v.Dtype(), v.Shape())
	}
	return v.Float64s(), nil
}

// under returns the arrays whose names begin with a prefix, without it.
func (s saved) under(prefix string) []npy.Array {
	var own []npy.Array
	for _, a := range s {
		if name, ok := strings.CutPrefix(a.Name, prefix); ok {
			own = append(own, npy.Array{Name: name, Value: a.Value})
		}
	}
	return own
}

// place returns where to go on: an epoch, and how many of its batches are done.
func (s saved) place() (epoch, batches int, err error) {
	if epoch, err = s.number("fit/epoch"); err != nil {
		return 0, 0, err
	}
	if batches, err = s.number("fit/batches"); err == nil && (epoch < 0 || batches < 0) {
		err = fmt.Errorf("fit: resume: the state is at epoch %d, batch %d, expected numbers that are not negative", epoch, batches)
	}
	return epoch, batches, err
}

// restore gives everything the state that was saved. It returns the seconds
// that the running epoch has taken.
func (r *running) restore() (seconds float64, err error) {
	s, t := r.saved, r.trainer
	r.saved = nil
	if err := r.restoreHistory(s); err != nil {
		return 0, err
	}
	for _, a := range s.under("logs/") {
		v, err := one[float64](s, "logs/"+a.Name)
		if err != nil {
			return 0, err
		}
		r.logs.Set(a.Name, v)
	}
	var weights []*tensor.Dense
	for _, w := range t.model.Weights() {
		v, err := s.get("model/" + w.Name)
		if err != nil {
			return 0, err
		}
		weights = append(weights, v)
	}
	if err := t.model.SetWeights(weights); err != nil {
		return 0, fmt.Errorf("fit: resume: %w", err)
	}
	if err := r.restoreStates(s); err != nil {
		return 0, err
	}
	own, err := t.stepper.State()
	if err != nil {
		return 0, fmt.Errorf("fit: resume: %w", err)
	}
	var values []*tensor.Dense
	for _, o := range own {
		v, err := s.get("optimizer/" + o.Name)
		if err != nil {
			return 0, err
		}
		values = append(values, v)
	}
	if n := len(s.under("optimizer/")); n != len(own) {
		return 0, fmt.Errorf("fit: resume: the state has %d values of an optimizer, expected %d", n, len(own))
	}
	if err := t.stepper.SetState(values); err != nil {
		return 0, fmt.Errorf("fit: resume: %w", err)
	}
	if err := r.restorePlace(s); err != nil {
		return 0, err
	}
	if err := t.metrics.resume(s); err != nil {
		return 0, err
	}
	if err := r.restoreCallbacks(s); err != nil {
		return 0, err
	}
	return one[float64](s, "fit/seconds")
}

// restoreStates gives layers what they had kept from the last batch.
func (r *running) restoreStates(s saved) error {
	for i, state := range r.trainer.model.States() {
		v, err := s.get(stateName(i, state))
		if err != nil {
			return err
		}
		if !slices.Equal(v.Shape(), state.Value.Shape()) || v.Dtype() != state.Value.Dtype() {
			return fmt.Errorf("fit: resume: the state of %q is %v of shape %v, expected %v of shape %v", state.Name, v.Dtype(), v.Shape(), state.Value.Dtype(), state.Value.Shape())
		}
		if err := tensor.Copy(state.Value, v); err != nil {
			return fmt.Errorf("fit: resume: %w", err)
		}
	}
	return nil
}

func (r *running) restoreHistory(s saved) error {
	h := r.history
	for _, a := range s.under("history/values/") {
		values, err := s.list("history/values/" + a.Name)
		if err != nil {
			return err
		}
		h.Values[a.Name] = slices.Clone(values)
	}
	var err error
	if h.Seconds, err = s.list("history/seconds"); err != nil {
		return err
	}
	if v, err := s.get("history/epoch"); err == nil {
		if v.Dtype() != tensor.Int64 || v.Dims() != 1 {
			return fmt.Errorf("fit: resume: the epochs are %v of shape %v, expected a vector of int64", v.Dtype(), v.Shape())
		}
		for _, e := range v.Int64s() {
			h.Epoch = append(h.Epoch, int(e))
		}
	}
	return nil
}

// restorePlace goes to the place in the data.
func (r *running) restorePlace(s saved) error {
	var n [4]int
	for i, name := range []string{"fit/stopped", "fit/pass", "fit/taken", "fit/batches"} {
		var err error
		if n[i], err = s.number(name); err != nil {
			return err
		}
	}
	r.stopped = n[0] == 1
	return r.src.jump(n[1], n[2], n[3])
}

// restoreCallbacks hands each callback its own part.
func (r *running) restoreCallbacks(s saved) error {
	left := len(s.under("callback/"))
	for i, c := range r.calls {
		k, ok := c.(callback.Keeper)
		if !ok {
			continue
		}
		own := s.under(keeperName(i, c))
		if len(own) == 0 {
			return fmt.Errorf("fit: resume: the state is that of a fit with other callbacks: it has nothing for callback %d, %T", i, c)
		}
		left -= len(own)
		if err := k.Resume(r, own); err != nil {
			return fmt.Errorf("fit: resume: callback %T: %w", c, err)
		}
	}
	if left > 0 {
		return errors.New("fit: resume: the state is that of a fit with other callbacks: it has more than is asked for")
	}
	return nil
}
