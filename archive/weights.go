package archive

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/hdf5"
	"gorgonia.org/tensor"
)

// numbersIn is how many numbers all datasets hold together.
func numbersIn(g *hdf5.Group) int {
	n := 0
	for _, d := range g.Datasets {
		n += d.Len()
	}
	for _, inner := range g.Groups {
		n += numbersIn(inner)
	}
	return n
}

// readWeights gives the arrays of a model their values: all of them, or none
// where it is an error.
func readWeights(root *hdf5.Group, t *tree) error {
	parts := t.parts("")
	var set []func()
	for _, p := range parts {
		fill, err := p.read(root)
		if err != nil {
			what := "model"
			if p.name != "" {
				what = fmt.Sprintf("layer %q (%s)", p.name, p.class)
			}
			return fmt.Errorf("weights of %s: %w", what, err)
		}
		set = append(set, fill...)
	}
	if err := onlyThese(root, parts); err != nil {
		return err
	}
	for _, fill := range set {
		fill()
	}
	return nil
}

// onlyThese refuses weights of layers that the model lacks.
func onlyThese(root *hdf5.Group, parts []part) error {
	known := map[string]bool{}
	for _, p := range parts {
		known[p.path] = true
	}
	layers := root.Group("layers")
	if layers == nil {
		return nil
	}
	for _, g := range layers.Groups {
		if at := "layers/" + g.Name; !known[at] && numbersIn(g) > 0 {
			return fmt.Errorf("the file has weights at %.80q, where the model has no layer", at)
		}
	}
	return nil
}

// varsOf finds the variables of an object. Keras 2.12 and 2.13 had another name
// for layers.
func varsOf(root *hdf5.Group, path string) *hdf5.Group {
	if g := root.Group(path + "/vars"); g != nil {
		return g
	}
	return root.Group(strings.ReplaceAll(path+"/vars", "layers/", "_layer_checkpoint_dependencies/"))
}

// read returns what will set the arrays of a part.
func (p part) read(root *hdf5.Group) (set []func(), err error) {
	vars := varsOf(root, p.path)
	n := 0
	if vars != nil {
		n = len(vars.Datasets)
	}
	if p.class == "Normalization" && len(p.params) == 2 && n == 3 {
		n = 2 // the third is a count that nothing depends on
	}
	if n != len(p.params) {
		return nil, fmt.Errorf("expected %d arrays at %q, got %d", len(p.params), p.path, n)
	}
	for i, param := range p.params {
		fill, err := fillOf(param, vars.Dataset(strconv.Itoa(i)))
		if err != nil {
			return nil, fmt.Errorf("%s, array %d: %w", p.path, i, err)
		}
		set = append(set, fill)
	}
	return set, nil
}

// fillOf returns what will set an array.
func fillOf(p *engine.Param, d *hdf5.Dataset) (func(), error) {
	if d == nil {
		return nil, fmt.Errorf("expected %s, got none", p.Name)
	}
	if !slices.Equal(d.Shape, p.Value.Shape()) {
		return nil, fmt.Errorf("expected %s of shape %v, got shape %v", p.Name, []int(p.Value.Shape()), d.Shape)
	}
	if p.Value.Dtype() == tensor.Float64 {
		values, err := d.Float64s()
		return func() { copy(p.Value.Float64s(), values) }, err
	}
	values, err := d.Float32s()
	return func() { copy(p.Value.Float32s(), values) }, err
}

// writeWeights makes the file of a model's weights.
func writeWeights(t *tree) (*hdf5.Group, error) {
	root := &hdf5.Group{}
	for _, p := range t.parts("") {
		vars := groupAt(root, p.path+"/vars")
		for i, param := range p.params {
			d, err := datasetOf(strconv.Itoa(i), param.Value)
			if err != nil {
				return nil, fmt.Errorf("layer %q (%s): %s: %w", p.name, p.class, param.Name, err)
			}
			vars.Datasets = append(vars.Datasets, d)
		}
		if p.class == "Normalization" && len(p.params) == 2 { // and a count, which Keras asks for
			d, err := hdf5.NewDataset("2", nil, []int32{0})
			if err != nil {
				return nil, err
			}
			vars.Datasets = append(vars.Datasets, d)
		}
	}
	return root, nil
}

// groupAt returns the group at a path, which it makes where there is none.
func groupAt(g *hdf5.Group, path string) *hdf5.Group {
	for name := range strings.SplitSeq(path, "/") {
		next := g.Group(name)
		if next == nil {
			next = &hdf5.Group{Name: name}
			g.Groups = append(g.Groups, next)
		}
		g = next
	}
	return g
}

// datasetOf makes a dataset of an array.
func datasetOf(name string, v *tensor.Dense) (*hdf5.Dataset, error) {
	var values any
	switch v.Dtype() {
	case tensor.Float32:
		values = v.Float32s()
	case tensor.Float64:
		values = v.Float64s()
	case tensor.Int64:
		values = v.Int64s()
	default:
		return nil, fmt.Errorf("expected numbers, got %v", v.Dtype())
	}
	return hdf5.NewDataset(name, v.Shape(), values)
}
