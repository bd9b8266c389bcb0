package onnx

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/counterweight-go/counterweight/internal/atomicfile"
	"github.com/counterweight-go/counterweight/model"
)

// maxSize is what a message of protocol buffers may have.
const maxSize = 1<<31 - 1

// WriteFile writes a model to a file whose name ends in .onnx. The file is
// replaced as a whole or not at all, even when the machine stops. See [Write].
func WriteFile(path string, m *model.Model) error {
	if filepath.Ext(path) != ".onnx" {
		return fmt.Errorf("onnx: %q is no name for a model, expected one that ends in .onnx", path)
	}
	b, err := encode(m)
	if err != nil {
		return err
	}
	err = atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
	if err != nil {
		return fmt.Errorf("onnx: %w", err)
	}
	return nil
}

// Write writes a model. An error names the layer that ONNX cannot express. The
// same model gives the same bytes.
func Write(w io.Writer, m *model.Model) error {
	b, err := encode(m)
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("onnx: %w", err)
	}
	return nil
}

func encode(m *model.Model) ([]byte, error) {
	if m == nil {
		return nil, fmt.Errorf("onnx: the model is nil")
	}
	g := &graph{taken: map[string]bool{}, known: map[string]string{}}
	var p proto
	var in []value
	for i, name := range m.InputNames() {
		in = append(in, value{name: g.unique(name), shape: m.InputShapes()[i]})
		p.bytes(11, valueInfo(in[i].name, in[i].shape))
	}
	names := m.OutputNames()
	for i, name := range names {
		if m.Spec().Outputs[i].Layer != name || !slices.Contains(m.InputNames(), name) { // an input that is an output keeps its name
			names[i] = g.unique(name)
		}
		p.bytes(12, valueInfo(names[i], m.OutputShapes()[i]))
	}
	outs, err := g.model(m, "", in)
	if err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	for i, y := range outs {
		if y.name == names[i] {
			continue
		}
		var node proto
		node.string(1, y.name)
		node.string(2, names[i])
		node.string(3, names[i])
		node.string(4, "Identity")
		g.nodes = append(g.nodes, node)
	}
	for _, n := range g.nodes {
		p.bytes(1, n)
	}
	p.string(2, m.Name())
	if g.size > maxSize-1<<20 {
		return nil, fmt.Errorf("onnx: weights of %d bytes, expected less than 2 GiB", g.size)
	}
	for _, t := range g.tensors {
		p.bytes(5, t)
	}
	var opset, file proto
	opset.string(1, "")
	opset.int(2, Opset)
	file.int(1, irVersion)
	file.string(2, "counterweight")
	file.bytes(7, p)
	file.bytes(8, opset)
	if len(file) > maxSize {
		return nil, fmt.Errorf("onnx: a file of %d bytes, expected less than 2 GiB", len(file))
	}
	return file, nil
}
