package layer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// preprocessed is what Keras's layer, with TensorFlow's hashes, made of values.
type preprocessed struct {
	Layer      string
	Config     json.RawMessage
	Adapt      json.RawMessage
	Input      json.RawMessage
	Weights    [][]float64
	Output     json.RawMessage
	Vocabulary json.RawMessage
}

// settings are the settings of all these layers.
type settings struct {
	MaxTokens      int             `json:"max_tokens"`
	NumOOVIndices  *int            `json:"num_oov_indices"`
	MaskToken      json.RawMessage `json:"mask_token"`
	OOVToken       json.RawMessage `json:"oov_token"`
	Vocabulary     json.RawMessage `json:"vocabulary"`
	IDFWeights     []float64       `json:"idf_weights"`
	OutputMode     string          `json:"output_mode"`
	PadToMaxTokens bool            `json:"pad_to_max_tokens"`
	Invert         bool            `json:"invert"`
	OOVMethod      string          `json:"oov_method"`
	Salt           json.RawMessage `json:"salt"`
	NumBins        int             `json:"num_bins"`
	Epsilon        float64         `json:"epsilon"`
	MaskValue      json.RawMessage `json:"mask_value"`
	NumTokens      int             `json:"num_tokens"`
	Scale          []float64       `json:"scale"`
	Offset         []float64       `json:"offset"`
}

// decode reads a value; nothing is the zero value.
func decode[V any](t *testing.T, raw json.RawMessage) (v V) {
	t.Helper()
	if raw == nil {
		return v
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return v
}

func (s settings) mode(t *testing.T) layer.OutputMode {
	t.Helper()
	if s.OutputMode == "" {
		return layer.DefaultOutput
	}
	m, err := layer.ParseOutputMode(s.OutputMode)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (s settings) oov() int {
	if s.NumOOVIndices == nil {
		return 0
	}
	if *s.NumOOVIndices == 0 {
		return -1
	}
	return *s.NumOOVIndices
}

func (s settings) salt(t *testing.T) []uint64 {
	if len(s.Salt) > 0 && s.Salt[0] != '[' {
		return []uint64{decode[uint64](t, s.Salt)}
	}
	return decode[[]uint64](t, s.Salt)
}

func (s settings) strings(t *testing.T) layer.StringLookup {
	return layer.StringLookup{
		MaxTokens: s.MaxTokens, NumOOVIndices: s.oov(), MaskToken: decode[*string](t, s.MaskToken), OOVToken: decode[*string](t, s.OOVToken),
		Vocabulary: decode[[]string](t, s.Vocabulary), IDFWeights: s.IDFWeights, OutputMode: s.mode(t), PadToMaxTokens: s.PadToMaxTokens, Salt: s.salt(t),
	}
}

func (s settings) integers(t *testing.T) layer.IntegerLookup {
	return layer.IntegerLookup{
		MaxTokens: s.MaxTokens, NumOOVIndices: s.oov(), MaskToken: decode[*int64](t, s.MaskToken), OOVToken: decode[*int64](t, s.OOVToken),
		Vocabulary: decode[[]int64](t, s.Vocabulary), IDFWeights: s.IDFWeights, OutputMode: s.mode(t), PadToMaxTokens: s.PadToMaxTokens,
		Invert: s.Invert, OOVHash: s.OOVMethod == "farmhash", Salt: s.salt(t),
	}
}

// flat reads rows of values and returns them one after the other, and their
// shape.
func flat[V any](t *testing.T, raw json.RawMessage) (values []V, shape []int) {
	t.Helper()
	rows := decode[[][]V](t, raw)
	return slices.Concat(rows...), []int{len(rows), len(rows[0])}
}

// inModel runs a layer in a graph.
func inModel(t *testing.T, l layer.Layer, inputs ...*tensor.Dense) (*tensor.Dense, error) {
	t.Helper()
	var outs []*engine.Tensor
	plan, err := engine.Build(inputs[0].Dtype(), false, &op.State{}, func(g *engine.Graph) (*engine.Tensor, []*engine.Tensor, error) {
		call := layer.Call{Graph: g, Name: "layer"}
		var shapes [][]int
		for i, x := range inputs {
			in, err := g.InputOver(fmt.Sprint("x", i), x)
			if err != nil {
				return nil, nil, err
			}
			call.Inputs = append(call.Inputs, in)
			shapes = append(shapes, x.Shape()[1:])
		}
		_, err := layer.Build(l, shapes)
		if err == nil {
			outs, err = layer.Apply(l, call)
		}
		return nil, outs, err
	})
	if err != nil {
		return nil, err
	}
	return plan.Dense(outs[0]), plan.Run()
}

func TestKerasPreprocessing(t *testing.T) {
	var all []preprocessed
	vectors.Read(t, "testdata/preprocessing.json", &all)
	if len(all) < 100 {
		t.Fatalf("%d vectors, expected 100 and more", len(all))
	}
	for i, v := range all {
		t.Run(fmt.Sprintf("%d %s", i, v.Layer), func(t *testing.T) { v.replay(t) })
	}
}

// replay compares what is computed outside of a model, and in one where the
// values are numbers.
func (v preprocessed) replay(t *testing.T) {
	s := decode[settings](t, v.Config)
	var got *tensor.Dense
	var err error
	var inside layer.Layer // nil for strings
	switch v.Layer {
	case "StringLookup":
		l := s.strings(t)
		if v.Adapt != nil {
			values, shape := flat[string](t, v.Adapt)
			must(t, l.Adapt(values, shape...))
		}
		table, err := l.Table()
		must(t, err)
		if diff := cmp.Diff(decode[[]string](t, v.Vocabulary), table.Vocabulary()); diff != "" {
			t.Errorf("vocabulary: %s", diff)
		}
		values, shape := flat[string](t, v.Input)
		got, err = l.Encode(values, shape...)
		must(t, err)
	case "tokens":
		table, err := s.strings(t).Table()
		must(t, err)
		var tokens []string
		for _, i := range decode[[]int](t, v.Input) {
			tokens = append(tokens, table.Token(i))
		}
		if diff := cmp.Diff(decode[[]string](t, v.Output), tokens); diff != "" {
			t.Error(diff)
		}
		return
	case "IntegerLookup":
		l := s.integers(t)
		if v.Adapt != nil {
			values, shape := flat[int64](t, v.Adapt)
			must(t, l.Adapt(values, shape...))
		}
		table, err := l.Table()
		must(t, err)
		if diff := cmp.Diff(decode[[]int64](t, v.Vocabulary), table.Vocabulary()); diff != "" {
			t.Errorf("vocabulary: %s", diff)
		}
		inside = l
		if !l.Invert {
			values, shape := flat[int64](t, v.Input)
			got, err = l.Encode(values, shape...)
			must(t, err)
		}
	case "Hashing":
		l := layer.Hashing{NumBins: s.NumBins, Salt: s.salt(t), OutputMode: s.mode(t)}
		if s.MaskValue != nil {
			mask := strings.Trim(string(s.MaskValue), `"`)
			l.MaskValue = &mask
		}
		if strings.Contains(string(v.Input), `"`) {
			values, shape := flat[string](t, v.Input)
			got, err = l.Encode(values, shape...)
		} else {
			inside = l
			values, shape := flat[int64](t, v.Input)
			got, err = l.EncodeInts(values, shape...)
		}
	case "CategoryEncoding":
		l := layer.CategoryEncoding{NumTokens: s.NumTokens, OutputMode: s.mode(t)}
		inside = l
		values, shape := flat[int](t, v.Input)
		got, err = l.EncodeWeighted(values, slices.Concat(v.Weights...), shape...)
	case "Rescaling":
		inside = layer.Rescaling{Scales: s.Scale, Offsets: s.Offset}
	case "Discretization":
		l := layer.Discretization{NumBins: s.NumBins, Epsilon: s.Epsilon}
		must(t, l.Adapt(decode[[][]float64](t, v.Adapt)...))
		vectors.Equal(t, "boundaries", l.BinBoundaries, decode[[]float64](t, v.Output))
		return
	default:
		t.Fatalf("unknown layer %q", v.Layer)
	}
	must(t, err)
	want := decode[vectors.Array](t, v.Output)
	if got != nil {
		equal(t, "outside", got, want)
	}
	if inside == nil {
		return
	}
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		inputs := []*tensor.Dense{decode[vectors.Array](t, v.Input).Tensor(dt)}
		if v.Weights != nil {
			w := vectors.Array{Shape: inputs[0].Shape(), Data: slices.Concat(v.Weights...)}
			inputs = append(inputs, w.Tensor(dt))
		}
		y, err := inModel(t, inside, inputs...)
		must(t, err)
		equal(t, dt.String(), y, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, what string, got *tensor.Dense, want vectors.Array) {
	t.Helper()
	if !slices.Equal(got.Shape(), want.Shape) {
		t.Fatalf("%s: shape %v, expected %v", what, got.Shape(), want.Shape)
	}
	vectors.Equal(t, what, vectors.Floats(got), want.Data)
}
