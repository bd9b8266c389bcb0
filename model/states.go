package model

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// makeStates makes what layers keep from one batch to the next, zeros at first.
func (m *Model) makeStates(all []built) error {
	given := 0
	for _, b := range all {
		in, isInput := b.layer.(layer.Input)
		switch {
		case !isInput || in.BatchSize == 0:
		case given == 0:
			given = in.BatchSize
		case given != in.BatchSize:
			return fmt.Errorf("model: layer %q (%s): a batch size of %d, expected %d as of the inputs before it", b.name, b.layer.Class(), in.BatchSize, given)
		}
	}
	for _, b := range all {
		fault := func(err error) error {
			return fmt.Errorf("model: layer %q (%s): %w", b.name, b.layer.Class(), err)
		}
		rows := given
		if inner := b.placed.inner(); inner != nil {
			if rows = inner.batch; rows == 0 {
				continue
			}
		} else if len(b.States) == 0 {
			continue
		}
		switch {
		case rows == 0:
			return fault(fmt.Errorf("expected a batch size for what is kept between batches: set BatchSize of the layer.Input"))
		case m.batch != 0 && m.batch != rows:
			return fault(fmt.Errorf("keeps states of batches of %d rows, expected %d as other layers", rows, m.batch))
		}
		m.batch = rows
		for i, shape := range b.States {
			b.placed.states = append(b.placed.states, &engine.Param{
				Name:  fmt.Sprintf("%s/state_%d", b.name, i),
				Value: tensor.New(tensor.Of(m.dtype), tensor.WithShape(append([]int{rows}, shape...)...)),
			})
		}
	}
	return nil
}

// BatchSize returns how many rows every batch must have, where layers keep
// states from one batch to the next, and 0 where there are no such layers.
func (m *Model) BatchSize() int { return m.batch }

// ResetStates sets what layers keep from one batch to the next to zeros, as
// before the first batch. Training, evaluation and prediction carry states on
// alike, and nothing but this resets them.
func (m *Model) ResetStates() {
	for _, s := range m.States() {
		s.Value.Zero()
	}
}

// States returns what layers keep from one batch to the next, each array once.
// It is meant for the packages of this module.
func (m *Model) States() []*engine.Param {
	var all []*engine.Param
	seen := map[*Model]bool{}
	m.gather(seen, &all)
	return all
}

func (m *Model) gather(seen map[*Model]bool, all *[]*engine.Param) {
	if seen[m] {
		return
	}
	seen[m] = true
	for _, l := range m.layers {
		*all = append(*all, l.states...)
		if inner := l.inner(); inner != nil {
			inner.gather(seen, all)
		}
	}
}
