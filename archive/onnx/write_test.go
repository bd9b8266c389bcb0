package onnx_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/archive/onnx"
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"google.golang.org/protobuf/encoding/protowire"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// message is a protocol buffer taken apart: the values of each field in turn.
type message map[protowire.Number][]any // uint64, uint32 or []byte

func parse(t testing.TB, b []byte) message {
	t.Helper()
	m := message{}
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		b = b[n:]
		var v any
		switch kind {
		case protowire.VarintType:
			v, n = protowire.ConsumeVarint(b)
		case protowire.Fixed32Type:
			v, n = protowire.ConsumeFixed32(b)
		case protowire.BytesType:
			v, n = protowire.ConsumeBytes(b)
		default:
			t.Fatalf("field %d: wire type %d", field, kind)
		}
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		m[field], b = append(m[field], v), b[n:]
	}
	return m
}

func (m message) strings(field protowire.Number) (all []string) {
	for _, v := range m[field] {
		all = append(all, string(v.([]byte)))
	}
	return all
}

func (m message) all(t testing.TB, field protowire.Number) (all []message) {
	for _, v := range m[field] {
		all = append(all, parse(t, v.([]byte)))
	}
	return all
}

func written(t testing.TB, m *model.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := onnx.Write(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every file is of the opset it should be; each value is made once, and before it
// is used; constants have as many bytes as their shape asks for.
func TestStructure(t *testing.T) {
	for _, c := range cases(t) {
		file := parse(t, written(t, c.m))
		opset := file.all(t, 8)
		if len(opset) != 1 || opset[0][2][0] != uint64(onnx.Opset) || file[1][0] != uint64(8) {
			t.Fatalf("%s: opset %v, IR version %v", c.name, opset, file[1])
		}
		graph := file.all(t, 7)[0]
		made := map[string]bool{"": true} // an input that is left out
		add := func(name string) {
			if made[name] {
				t.Errorf("%s: %q is made twice", c.name, name)
			}
			made[name] = true
		}
		var in, out []string
		for _, v := range graph.all(t, 11) {
			in = append(in, v.strings(1)...)
			add(v.strings(1)[0])
		}
		for _, v := range graph.all(t, 5) {
			add(v.strings(8)[0])
			size := map[uint64]int{1: 4, 7: 8}[v[2][0].(uint64)]
			for dims := v[1][0].([]byte); len(dims) > 0; {
				d, n := protowire.ConsumeVarint(dims)
				size *= int(d)
				dims = dims[n:]
			}
			if got := len(v[9][0].([]byte)); got != size || size == 0 {
				t.Errorf("%s: constant %s of %d bytes, expected %d", c.name, v.strings(8), got, size)
			}
		}
		for _, n := range graph.all(t, 1) {
			for _, name := range n.strings(1) {
				if !made[name] {
					t.Errorf("%s: %s uses %q before it is made", c.name, n.strings(4), name)
				}
			}
			for _, name := range n.strings(2) {
				add(name)
			}
		}
		for _, v := range graph.all(t, 12) {
			out = append(out, v.strings(1)...)
			if !made[v.strings(1)[0]] {
				t.Errorf("%s: output %s is not made", c.name, v.strings(1))
			}
		}
		if !slices.Equal(in, c.m.InputNames()) || !slices.Equal(out, c.m.OutputNames()) {
			t.Errorf("%s: inputs %q and outputs %q, expected %q and %q", c.name, in, out, c.m.InputNames(), c.m.OutputNames())
		}
	}
}

// Each layer of this project has a case, or is one that cannot be written.
func TestEveryLayer(t *testing.T) {
	seen := map[string]bool{
		"Hashing":      true, // an error
		"StringLookup": true, // no layer of a model
		"InputLayer":   true,
	}
	var visit func(l layer.Layer)
	visit = func(l layer.Layer) {
		seen[l.Class()] = true
		switch l := l.(type) {
		case *model.Model:
			for _, u := range l.Spec().Layers {
				visit(u.Layer)
			}
		case layer.TimeDistributed:
			visit(l.Layer)
		case layer.Bidirectional:
			visit(l.Layer)
		case layer.RNN:
			cells := []layer.Cell{l.Cell}
			for len(cells) > 0 {
				seen[cells[0].Class()] = true
				if stack, ok := cells[0].(layer.StackedRNNCells); ok {
					cells = append(cells, stack.Cells...)
				}
				cells = cells[1:]
			}
		}
	}
	for _, c := range cases(t) {
		visit(c.m)
	}
	names := registry.Names("layers")
	if len(names) < 70 {
		t.Fatalf("%d layers", len(names))
	}
	for _, name := range names {
		if !seen[name] {
			t.Errorf("%s has no case", name)
		}
	}
}

func TestSameModelSameBytes(t *testing.T) {
	for _, c := range cases(t)[:100] {
		if !bytes.Equal(written(t, c.m), written(t, c.m)) {
			t.Errorf("%s: two files differ", c.name)
		}
	}
}

// A shared layer's weights are in the file once.
func TestWeightsOnce(t *testing.T) {
	g := model.NewGraph()
	a, b := g.Add(layer.Input{Shape: []int{100}}), g.Add(layer.Input{Shape: []int{100}})
	dense := g.Share(layer.Dense{Units: 100})
	m, err := g.Model(g.Add(layer.Add{}, dense.On(a), dense.On(b)))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(written(t, m)); n > 42000 {
		t.Errorf("%d bytes for 40400 of weights", n)
	}
}

// The weights of a float64 model are rounded.
func TestFloat64(t *testing.T) {
	layers := []layer.Layer{layer.Input{Shape: []int{3}}, layer.Dense{Units: 2}, layer.BatchNormalization{}, layer.PReLU{}}
	wide, err := model.Config{DType: tensor.Float64}.Sequential(layers...)
	if err != nil {
		t.Fatal(err)
	}
	narrow, err := model.Sequential(layers...)
	if err != nil {
		t.Fatal(err)
	}
	var values []*tensor.Dense
	for _, w := range wide.Weights() {
		v := make([]float32, w.Value.Shape().TotalSize())
		for i, x := range w.Value.Float64s() {
			v[i] = float32(x)
		}
		values = append(values, tensor.New(tensor.WithShape(w.Value.Shape()...), tensor.WithBacking(v)))
	}
	if err := narrow.SetWeights(values); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written(t, wide), written(t, narrow)) {
		t.Error("the files differ")
	}
}

// mine is a layer that a user wrote.
type mine struct{}

func (mine) Class() string                              { return "Mine" }
func (mine) GivenName() string                          { return "" }
func (mine) Build(in []int) (layer.Built, error)        { return layer.Built{Out: in}, nil }
func (mine) Apply(c layer.Call) (*engine.Tensor, error) { return c.Input, nil }

func TestWriteErrors(t *testing.T) {
	square := layer.Lambda{Function: func(in []*G.Node) (*G.Node, error) { return G.Square(in[0]) }}
	inner, err := model.Config{Name: "inner"}.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 2}, square)
	if err != nil {
		t.Fatal(err)
	}
	for want, l := range map[string]layer.Layer{
		`onnx: layer "lambda" (Lambda): ONNX cannot express it`:                square,
		`onnx: layer "mine" (Mine): ONNX cannot express it`:                    mine{},
		`onnx: layer "hash" (Hashing): ONNX cannot express it`:                 layer.Hashing{NumBins: 3, Name: "hash"},
		`layer "integer_lookup" (IntegerLookup): ONNX cannot express it`:       layer.IntegerLookup{Vocabulary: []int64{1, 2}, NumOOVIndices: 2, OOVHash: true},
		`layer "inner" (Sequential): layer "inner/lambda" (Lambda): ONNX cann`: inner,
		`layer "time_distributed" (TimeDistributed): ONNX cannot express it`:   layer.TimeDistributed{Layer: mine{}},
		`layer "lstm" (LSTM): ONNX cannot express it`:                          layer.LSTM{Units: 2, Stateful: true},
		`layer "bidirectional" (Bidirectional): ONNX cannot express it`:        layer.Bidirectional{Layer: layer.GRU{Units: 2, Stateful: true}},
	} {
		in := layer.Input{Shape: []int{3}}
		switch l.(type) {
		case layer.TimeDistributed, layer.LSTM, layer.Bidirectional:
			in = layer.Input{Shape: []int{4, 3}, BatchSize: 2}
		}
		m, err := model.Sequential(in, l)
		if err != nil {
			t.Fatal(err)
		}
		if err := onnx.Write(&bytes.Buffer{}, m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, expected %q", err, want)
		}
	}
	if err := onnx.Write(&bytes.Buffer{}, nil); err == nil || !strings.Contains(err.Error(), "nil") {
		t.Errorf("no model: %v", err)
	}
	m, err := model.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left")
	if err := onnx.Write(failing{full}, m); !errors.Is(err, full) {
		t.Errorf("%v, expected %v", err, full)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWriteFile(t *testing.T) {
	m, err := model.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "m.onnx")
	if err := onnx.WriteFile(path, m); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, written(t, m)) {
		t.Errorf("the file differs: %v", err)
	}
	if err := onnx.WriteFile("m.keras", m); err == nil || !strings.Contains(err.Error(), ".onnx") {
		t.Errorf("another suffix: %v", err)
	}
	if err := onnx.WriteFile(filepath.Join(path, "m.onnx"), m); err == nil || !strings.HasPrefix(err.Error(), "onnx: ") {
		t.Errorf("no folder: %v", err)
	}
}
