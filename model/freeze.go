package model

import (
	"fmt"
	"strings"
)

// SetTrainable says whether the weights of layers are trained: all layers
// without names, or those of the names, "encoder/dense" for a layer of a model
// inside the model and "encoder" for all of its layers. Statistics are never
// trained, and a frozen layer keeps them as they are: a frozen
// BatchNormalization works as in inference. Compile the model after it, as in
// Keras.
func (m *Model) SetTrainable(trainable bool, names ...string) error {
	var chosen []*placed
	if len(names) == 0 {
		chosen = m.layers
	}
	for _, name := range names {
		l := m.find(name)
		if l == nil {
			return fmt.Errorf("model: no layer %q", name)
		}
		chosen = append(chosen, l)
	}
	for _, l := range chosen {
		if inner := l.inner(); inner != nil {
			if err := inner.SetTrainable(trainable); err != nil {
				return err
			}
			continue
		}
		l.frozen = !trainable
		for i, p := range l.params {
			p.Trainable = trainable && !l.fixed[i]
		}
	}
	return nil
}

// Trainable reports whether the weights of a layer are trained, those of any
// layer where name is that of a model inside the model, and whether there is
// such a layer.
func (m *Model) Trainable(name string) (trainable, known bool) {
	l := m.find(name)
	if l == nil {
		return false, false
	}
	if inner := l.inner(); inner != nil {
		for _, own := range inner.layers {
			of, _ := inner.Trainable(own.name)
			trainable = trainable || of
		}
		return trainable, true
	}
	return !l.frozen, true
}

// find returns the layer of a name, nil where there is none.
func (m *Model) find(name string) *placed {
	head, rest, below := strings.Cut(name, "/")
	for _, l := range m.layers {
		switch inner := l.inner(); {
		case l.name != head:
		case !below:
			return l
		case inner != nil:
			return inner.find(rest)
		}
	}
	return nil
}
