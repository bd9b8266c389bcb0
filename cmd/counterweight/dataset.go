package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/model"
	"github.com/spf13/cobra"
	"gorgonia.org/tensor"
)

// dataset are the flags that name the arrays of a model.
type dataset struct {
	prefix  string // of the flags, "validation-"
	x, y, w *named[source]
	memory  int64 // bytes up to which arrays are read into memory whole
}

func newDataset(prefix string) dataset {
	return dataset{prefix: prefix, x: newArrays(), y: newArrays(), w: newArrays(), memory: inMemory}
}

// files names all arrays, for errors.
func (d dataset) files() string {
	return listed(slices.Concat(d.x.values, d.y.values, d.w.values)...)
}

// read reads the arrays. Sample weights without a name are those of all outputs.
func (d dataset) read(m *model.Model) (many fit.Many, forAll tensor.Tensor, err error) {
	inputs, outputs := m.InputNames(), m.OutputNames()
	x, err := readNamed(d.prefix+"x", d.x, inputs)
	if err != nil {
		return many, nil, err
	}
	for _, name := range inputs {
		if _, ok := x[name]; !ok {
			return many, nil, d.lacks(name)
		}
	}
	many.X = x
	if d.y.given() {
		y, err := readNamed(d.prefix+"y", d.y, outputs)
		if err != nil {
			return many, nil, err
		}
		many.Y = y
	}
	if len(d.w.names) == 1 && d.w.names[0] == "" && len(outputs) > 1 {
		forAll, err = d.w.values[0].read()
		return many, forAll, err
	}
	if d.w.given() {
		w, err := readNamed(d.prefix+"sample-weight", d.w, outputs)
		if err != nil {
			return many, nil, err
		}
		many.SampleWeight = w
	}
	return many, nil, nil
}

// lacks is the error for an input without an array.
func (d dataset) lacks(name string) error {
	return fmt.Errorf("the model's input %q has no array: expected --%sx %s=ARRAY", name, d.prefix, name)
}

func readNamed(flag string, n *named[source], known []string) (fit.Named, error) {
	of, err := n.among(flag, known)
	if err != nil {
		return nil, err
	}
	out := fit.Named{}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if out[name], err = of[name].read(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// define adds the flags of a dataset.
func (d dataset) define(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var(d.x, d.prefix+"x", "the model's inputs")
	flags.Var(d.y, d.prefix+"y", "the targets of its outputs")
	flags.Var(d.w, d.prefix+"sample-weight", "weights of the rows, (n), or of their timesteps, (n,T)")
}

// namesHelp says how inputs and outputs are named.
const namesHelp = `For a model of several inputs or outputs repeat a flag, as --x NAME=ARRAY.`
