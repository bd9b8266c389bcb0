package archive

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/names"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

// tree is a model with its layers in the order of a file.
type tree struct {
	model   *model.Model
	entries []entry
	outputs []string // what Keras calls them in a dict, nil without one
}

// entry is a layer of a tree.
type entry struct {
	name  string
	layer layer.Layer
	inner *tree // of a model that stands in place of a layer, or in a TimeDistributed
}

// part is an object of Keras's that owns weights, at a path in a file.
type part struct {
	path   string
	of     layer.Layer // whose weights they are: a layer, or a cell of it
	name   string      // of the layer
	class  string
	params []*engine.Param
}

// treeOf returns a model with its layers in the order of its weights. It is an
// error if a model is in it twice.
func treeOf(m *model.Model, seen map[*model.Model]string) (*tree, error) {
	t := &tree{model: m}
	for _, u := range m.Spec().Layers {
		if _, isInput := u.Layer.(layer.Input); isInput && m.Class() == "Sequential" {
			continue // Keras does not count it there
		}
		e := entry{name: u.Name, layer: u.Layer}
		if inner := innerOf(u.Layer); inner != nil {
			if other, twice := seen[inner]; twice {
				return nil, fmt.Errorf("layers %q and %q are one model, which an archive does not say: share it with Graph.Share", other, u.Name)
			}
			seen[inner] = u.Name
			var err error
			if e.inner, err = treeOf(inner, seen); err != nil {
				return nil, err
			}
		}
		t.entries = append(t.entries, e)
	}
	return t, nil
}

// innerOf returns the model that stands in place of a layer or is what a
// wrapper applies; nil for others.
func innerOf(l layer.Layer) *model.Model {
	if wrapper, ok := l.(layer.TimeDistributed); ok {
		l = wrapper.Layer
	}
	m, _ := l.(*model.Model)
	return m
}

// parts lists the objects of a model that own weights, by Keras's paths: the
// class of a layer says where it is, not its name.
func (t *tree) parts(prefix string) (all []part) {
	keys := keyer{}
	for _, e := range t.entries {
		all = append(all, t.partsOf(e, prefix+"layers/"+keys.of(e.layer.Class()))...)
	}
	return all
}

// partsOf lists the objects of a layer.
func (t *tree) partsOf(e entry, at string) (all []part) {
	switch {
	case e.inner == nil:
		all, _ = split(at, e.layer, t.model.ParamsOf(e.name))
	case e.layer.Class() == "TimeDistributed":
		all = append([]part{{path: at}, {path: at + "/layer"}}, e.inner.parts(at+"/layer/")...)
	default:
		all = append([]part{{path: at}}, e.inner.parts(at+"/")...)
	}
	for i := range all {
		if p := &all[i]; p.name == "" {
			p.name, p.class = e.name, e.layer.Class()
		}
	}
	return all
}

// keyer numbers objects of one class.
type keyer map[string]int

func (k keyer) of(class string) string {
	key := names.Snake(class)
	n := k[key]
	k[key]++
	if n > 0 {
		return fmt.Sprintf("%s_%d", key, n)
	}
	return key
}

// split divides the weights of a layer among the objects that own them in
// Keras. It returns those that are left to what stands beside the layer.
func split(at string, l layer.Layer, params []*engine.Param) (all []part, rest []*engine.Param) {
	take := func(path string, n int) {
		n = min(n, len(params))
		all, params = append(all, part{path: path, of: l, params: params[:n]}), params[n:]
	}
	below := func(path string, l layer.Layer) {
		var inner []part
		inner, params = split(path, l, params)
		all = append(all, inner...)
	}
	cell := func(noBias bool) {
		take(at, 0)
		take(at+"/cell", arrays(noBias))
	}
	switch l := l.(type) {
	case layer.LSTM:
		cell(l.NoBias)
	case layer.GRU:
		cell(l.NoBias)
	case layer.SimpleRNN:
		cell(l.NoBias)
	case layer.RNN:
		take(at, 0)
		below(at+"/cell", l.Cell)
	case layer.LSTMCell:
		take(at, arrays(l.NoBias))
	case layer.GRUCell:
		take(at, arrays(l.NoBias))
	case layer.SimpleRNNCell:
		take(at, arrays(l.NoBias))
	case layer.StackedRNNCells:
		take(at, 0)
		keys := keyer{}
		for _, c := range l.Cells {
			below(at+"/cells/"+keys.of(c.Class()), c)
		}
	case layer.Bidirectional:
		take(at, 0)
		backward := l.BackwardLayer
		if backward == nil {
			backward = l.Layer
		}
		below(at+"/forward_layer", l.Layer)
		below(at+"/backward_layer", backward)
	case layer.TimeDistributed:
		take(at, 0)
		below(at+"/layer", l.Layer)
	case layer.MultiHeadAttention:
		take(at, 0)
		for _, name := range []string{"query_dense", "key_dense", "value_dense", "output_dense"} {
			take(at+"/"+name, arrays(l.NoBias)-1)
		}
	default:
		take(at, len(params))
	}
	return all, params
}

// arrays is how many weights a recurrent cell has; linear maps have one less.
func arrays(noBias bool) int {
	if noBias {
		return 2
	}
	return 3
}
