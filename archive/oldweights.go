package archive

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/hdf5"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// oldArray is an array of a file of Keras 1 or 2.
type oldArray struct {
	shape  []int
	values []float64
}

// readOldWeights gives the arrays of a model the values of a whole model in
// HDF5: the layers with weights in their order, each with the names of its
// arrays. old says that Keras 1 or 2 wrote it, theano with which of its back ends.
func readOldWeights(group *hdf5.Group, t *tree, old, theano bool) error {
	var names []string
	stored := map[string][]string{}
	for _, name := range textsOf(group, "layer_names") {
		g := group.Group(name)
		if g == nil {
			return fmt.Errorf("the file has no weights of layer %.80q", name)
		}
		if arrays := textsOf(g, "weight_names"); len(arrays) > 0 {
			names, stored[name] = append(names, name), arrays
		}
	}
	var with []entry
	for _, e := range t.entries {
		if len(t.paramsOf(e)) > 0 {
			with = append(with, e)
		}
	}
	if len(names) != len(with) {
		return fmt.Errorf("the file has weights of %d layers, expected those of %d", len(names), len(with))
	}
	for i, e := range with {
		var arrays []oldArray
		for _, name := range stored[names[i]] {
			d := group.Group(names[i]).Dataset(name)
			if d == nil {
				return fmt.Errorf("layer %q (%s): the file has no %.80q", e.name, e.layer.Class(), name)
			}
			values, err := d.Float64s()
			if err != nil {
				return fmt.Errorf("layer %q (%s): %w", e.name, e.layer.Class(), err)
			}
			arrays = append(arrays, oldArray{d.Shape, values})
		}
		if err := t.fillOld(e, arrays, old, theano); err != nil {
			return fmt.Errorf("weights of layer %q (%s): %w", e.name, e.layer.Class(), err)
		}
	}
	return nil
}

// paramsOf lists the arrays of a layer, of a model inside those of its layers.
func (t *tree) paramsOf(e entry) (all []*engine.Param) {
	for _, p := range t.partsOf(e, "") {
		all = append(all, p.params...)
	}
	return all
}

// fillOld gives the arrays of a layer their values, those that are trained
// first.
func (t *tree) fillOld(e entry, arrays []oldArray, old, theano bool) error {
	parts := t.partsOf(e, "")
	arrays = joined(parts, arrays)
	params := t.paramsOf(e)
	if e.inner != nil {
		slices.SortStableFunc(params, func(a, b *engine.Param) int { return order(a) - order(b) })
	}
	if class := e.layer.Class(); class == "Normalization" && len(arrays) == len(params)+1 {
		arrays = arrays[:len(params)] // without the count
	}
	if len(arrays) != len(params) {
		return fmt.Errorf("expected %d arrays, got %d", len(params), len(arrays))
	}
	for i, p := range params {
		if err := arrays[i].fill(p); err != nil {
			return err
		}
	}
	if !old {
		return nil
	}
	for _, p := range parts {
		if theano && isConvolution(p.of) {
			return fmt.Errorf("kernels that Theano made are turned round: save the model with Keras on TensorFlow")
		}
		if err := soften(p.of, p.params); err != nil {
			return err
		}
	}
	return nil
}

func order(p *engine.Param) int {
	if p.Trainable {
		return 0
	}
	return 1
}

func isConvolution(l layer.Layer) bool {
	switch l.(type) {
	case layer.Conv1D, layer.Conv2D, layer.SeparableConv1D, layer.SeparableConv2D, layer.DepthwiseConv2D, layer.Conv2DTranspose:
		return true
	}
	return false
}

// fill gives an array its values. Keras 1 had one axis of 1 more in kernels of
// Conv1D.
func (a oldArray) fill(p *engine.Param) error {
	shape := []int(p.Value.Shape())
	if len(a.shape) == 4 && len(shape) == 3 && a.shape[1] == 1 {
		a.shape = slices.Delete(slices.Clone(a.shape), 1, 2)
	}
	if !slices.Equal(a.shape, shape) {
		return fmt.Errorf("expected %s of shape %v, got shape %v", p.Name, shape, a.shape)
	}
	if p.Value.Dtype() == tensor.Float64 {
		copy(p.Value.Float64s(), a.values)
		return nil
	}
	for i, v := range a.values {
		p.Value.Float32s()[i] = float32(v)
	}
	return nil
}

// gatesOf are the places of a cell's gates, each with a kernel, a recurrent
// kernel and a bias of its own in files of Keras 1.
func gatesOf(l layer.Layer) []int {
	switch l.(type) {
	case layer.LSTM:
		return []int{0, 2, 1, 3} // input, candidate, forget, output
	case layer.GRU:
		return []int{0, 1, 2}
	}
	return nil
}

// joined puts the arrays of the gates of recurrent layers of Keras 1 side by
// side.
func joined(parts []part, arrays []oldArray) []oldArray {
	total := 0
	for _, p := range parts {
		total += len(p.params)
	}
	if len(arrays) == total {
		return arrays
	}
	var all []oldArray
	for _, p := range parts {
		n := len(p.params)
		gates := gatesOf(p.of)
		if n == 3 && gates != nil && len(arrays) >= 3*len(gates) {
			for kind := range 3 {
				var side []oldArray
				for _, g := range gates {
					side = append(side, arrays[3*g+kind])
				}
				all = append(all, beside(side))
			}
			arrays = arrays[3*len(gates):]
			continue
		}
		n = min(n, len(arrays))
		all, arrays = append(all, arrays[:n]...), arrays[n:]
	}
	return append(all, arrays...)
}

// beside joins arrays of one shape along the last axis.
func beside(all []oldArray) oldArray {
	first := all[0]
	if len(first.shape) == 0 {
		return first
	}
	last := len(first.shape) - 1
	width := first.shape[last]
	out := oldArray{shape: slices.Clone(first.shape)}
	out.shape[last] = width * len(all)
	for row := 0; width > 0 && row < len(first.values)/width; row++ {
		for _, a := range all {
			if len(a.values) != len(first.values) {
				return oldArray{} // which fits nothing
			}
			out.values = append(out.values, a.values[row*width:(row+1)*width]...)
		}
	}
	return out
}
