package model_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// vector is what Keras's layer gave on an input.
type vector struct {
	Layer        string
	Training     bool
	Config       config
	Inputs       json.RawMessage // a list of them, but the only one of an activation
	Mask         [][]bool        // of the inputs
	Weights      []namedArray
	Output       vectors.Array
	WeightsAfter []vectors.Array `json:"weights_after"` // absent if they stay
	// What a layer was adapted to, which is its input then, and what it learnt.
	Data, Mean, Variance *vectors.Array
	Source               string
}

type namedArray struct {
	Path  string
	Value vectors.Array
}

// config is a layer's configuration in Keras.
type config map[string]any

// usual holds the settings of Keras that say what our layers do anyway.
var usual = config{
	"axis": -1., "synchronized": false, "renorm": false, "renorm_momentum": 0.99, "data_format": "channels_last",
	"stateful": false, "unroll": false, "dropout": 0., "recurrent_dropout": 0.,
}

// number and flag remove a setting from the configuration.
func (c config) number(key string) float64 { v, _ := c.take(key).(float64); return v }
func (c config) flag(key string) bool      { v, _ := c.take(key).(bool); return v }

func (c config) take(key string) any {
	v := c[key]
	delete(c, key)
	return v
}

// cellFuncs removes the two functions of a recurrent layer.
func (c config) cellFuncs() (f, gate layer.ActivationFunc, err error) {
	if f, err = layer.ParseActivation(fmt.Sprint(c.take("activation"))); err != nil {
		return f, gate, err
	}
	gate, err = layer.ParseActivation(fmt.Sprint(c.take("recurrent_activation")))
	return f, gate, err
}

// layer makes the layer. A setting that nobody took is an error.
func (v vector) layer() (l layer.Layer, err error) {
	c := v.Config
	kind, variant, _ := strings.Cut(v.Layer, " ")
	switch {
	case strings.HasPrefix(kind, "activation:"):
		f, err := layer.ParseActivation(strings.TrimPrefix(kind, "activation:"))
		if err != nil {
			return nil, err
		}
		l = layer.Activation{Func: f}
	case kind == "Dense":
		f, err := layer.ParseActivation(fmt.Sprint(c.take("activation")))
		if err != nil {
			return nil, err
		}
		l = layer.Dense{Units: int(c.number("units")), Activation: f, NoBias: !c.flag("use_bias")}
	case kind == "BatchNorm":
		l = layer.BatchNormalization{
			Momentum: c.number("momentum"), Epsilon: c.number("epsilon"), NoCenter: !c.flag("center"), NoScale: !c.flag("scale"),
		}
	case strings.HasSuffix(kind, "Norm"):
		if l, err = c.normalization(kind); err != nil {
			return nil, err
		}
	case kind == "Normalization":
		n, err := layer.Normalization{}.Adapt(v.Data.Tensor(tensor.Float64))
		if err != nil {
			return nil, err
		}
		l = n
	case kind == "RNN" && strings.HasPrefix(variant, "stacked"):
		l = layer.RNN{
			Cell:            layer.StackedRNNCells{Cells: []layer.Cell{layer.LSTMCell{Units: 3}, layer.GRUCell{Units: 2}}},
			ReturnSequences: c.flag("return_sequences"), GoBackwards: c.flag("go_backwards"), ZeroOutputForMask: c.flag("zero_output_for_mask"),
		}
	case kind == "TimeDistributed":
		l = layer.TimeDistributed{Layer: layer.Dense{Units: v.Weights[1].Value.Shape[0]}}
	case kind == "Bidirectional":
		if l, err = v.bidirectional(variant); err != nil {
			return nil, err
		}
	case kind == "LSTM":
		var f, gate layer.ActivationFunc
		if f, gate, err = c.cellFuncs(); err != nil {
			return nil, err
		}
		l = layer.LSTM{
			Units: int(c.number("units")), Activation: f, RecurrentActivation: gate,
			NoBias: !c.flag("use_bias"), NoUnitForgetBias: !c.flag("unit_forget_bias"),
			ReturnSequences: c.flag("return_sequences"), ReturnState: c.flag("return_state"), GoBackwards: c.flag("go_backwards"), ZeroOutputForMask: c.flag("zero_output_for_mask"),
		}
	case kind == "GRU":
		var f, gate layer.ActivationFunc
		if f, gate, err = c.cellFuncs(); err != nil {
			return nil, err
		}
		l = layer.GRU{
			Units: int(c.number("units")), Activation: f, RecurrentActivation: gate,
			NoBias: !c.flag("use_bias"), ResetBefore: !c.flag("reset_after"),
			ReturnSequences: c.flag("return_sequences"), ReturnState: c.flag("return_state"), GoBackwards: c.flag("go_backwards"), ZeroOutputForMask: c.flag("zero_output_for_mask"),
		}
	case kind == "SimpleRNN":
		f, err := layer.ParseActivation(fmt.Sprint(c.take("activation")))
		if err != nil {
			return nil, err
		}
		l = layer.SimpleRNN{
			Units: int(c.number("units")), Activation: f, NoBias: !c.flag("use_bias"),
			ReturnSequences: c.flag("return_sequences"), ReturnState: c.flag("return_state"), GoBackwards: c.flag("go_backwards"), ZeroOutputForMask: c.flag("zero_output_for_mask"),
		}
	case kind == "Attention":
		l = layer.Attention{
			UseScale: c.flag("use_scale"), ScoreMode: map[any]layer.ScoreMode{"concat": layer.ConcatScores}[c.take("score_mode")],
			Dropout: c.number("dropout"), UseCausalMask: variant == "causal",
		}
	case kind == "AdditiveAttention":
		l = layer.AdditiveAttention{NoScale: !c.flag("use_scale"), Dropout: c.number("dropout")}
	case kind == "MHA":
		if l, err = c.heads(variant == "causal"); err != nil {
			return nil, err
		}
	case strings.Contains(kind, "Conv"):
		if l, err = c.convolution(kind); err != nil {
			return nil, err
		}
	case strings.Contains(kind, "Pooling"):
		if l, err = c.pooling(kind); err != nil {
			return nil, err
		}
	case kind == "Embedding":
		c.take("mask_zero") // says something to the layers above only
		l = layer.Embedding{InputDim: int(c.number("input_dim")), OutputDim: int(c.number("output_dim"))}
	case slices.Contains([]string{"Rescaling", "CategoryEncoding", "Discretization"}, kind):
		if l, err = c.preprocessing(kind); err != nil {
			return nil, err
		}
	case kind == "Masking":
		l = layer.Masking{MaskValue: c.number("mask_value")}
	case c.merging(kind, &l), c.moving(kind, &l), c.bending(kind, &l):
	case kind == "Add":
		l = layer.Add{}
	case kind == "Flatten" && variant == "":
		l = layer.Flatten{}
	default:
		return nil, fmt.Errorf("unknown layer %q", v.Layer)
	}
	for key, value := range c {
		if value != nil && value != usual[key] {
			return nil, fmt.Errorf("%s: unknown setting %s = %v", v.Layer, key, value)
		}
	}
	return l, nil
}

// withoutCell takes the cell, which Keras names apart, out of the path of a
// recurrent layer's weight: lstm/lstm_cell/kernel is lstm/kernel here. Cells of
// a stack are named.
func withoutCell(path string) string {
	if strings.Contains(path, "/stacked_rnn_cells/") {
		return path
	}
	parts := strings.Split(path, "/")
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return strings.HasSuffix(p, "_cell") }), "/")
}

// bidirectional makes the layer of the kind that variant begins with; its
// configuration leaves out what the output says.
func (v vector) bidirectional(variant string) (layer.Layer, error) {
	kind, _, _ := strings.Cut(variant, " ")
	units, sequences := v.Weights[1].Value.Shape[0], len(v.Output.Shape) == 3
	inner, ok := map[string]layer.Layer{
		"LSTM": layer.LSTM{Units: units, ReturnSequences: sequences}, "GRU": layer.GRU{Units: units, ReturnSequences: sequences},
	}[kind]
	if !ok {
		return nil, fmt.Errorf("unknown layer %q in both directions", kind)
	}
	mode := v.Config.take("merge_mode")
	for m := layer.MergeConcat; m <= layer.MergeAve; m++ {
		if mode == m.String() {
			return layer.Bidirectional{Layer: inner, MergeMode: m}, nil
		}
	}
	return nil, fmt.Errorf("unknown merge mode %v", mode)
}

func (c config) normalization(kind string) (layer.Layer, error) {
	epsilon, noCenter, noScale := c.number("epsilon"), !c.flag("center"), !c.flag("scale")
	switch kind {
	case "GroupNorm":
		return layer.GroupNormalization{
			Groups: int(c.number("groups")), Axis: int(c.number("axis")), Epsilon: epsilon, NoCenter: noCenter, NoScale: noScale,
		}, nil
	case "LayerNorm":
		return layer.LayerNormalization{
			Axis: c.axes(), Epsilon: epsilon, NoCenter: noCenter, NoScale: noScale, RMSScaling: c.flag("rms_scaling"),
		}, nil
	case "RMSNorm":
		return layer.RMSNormalization{Axis: c.axes(), Epsilon: epsilon}, nil
	case "UnitNorm":
		return layer.UnitNormalization{Axis: c.axes()}, nil
	}
	return nil, fmt.Errorf("unknown layer %q", kind)
}

// axes removes the setting of an axis, or of several.
func (c config) axes() (axes []int) {
	switch v := c.take("axis").(type) {
	case float64:
		return []int{int(v)}
	case []any:
		for _, axis := range v {
			n, _ := axis.(float64)
			axes = append(axes, int(n))
		}
	}
	return axes
}

// inputs returns the inputs and, where there is one, their mask.
func (v vector) inputs(t *testing.T, dt tensor.Dtype) (xs []*tensor.Dense, mask *tensor.Dense) {
	t.Helper()
	if v.Data != nil {
		return []*tensor.Dense{v.Data.Tensor(dt)}, nil
	}
	raw := []json.RawMessage{v.Inputs}
	if !strings.HasPrefix(v.Layer, "activation:") {
		if err := json.Unmarshal(v.Inputs, &raw); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range raw {
		var x vectors.Array
		if err := json.Unmarshal(r, &x); err != nil {
			t.Fatal(err)
		}
		xs = append(xs, x.Tensor(dt))
	}
	if v.Mask == nil {
		return xs, nil
	}
	m := vectors.Array{Shape: []int{len(v.Mask), len(v.Mask[0])}}
	for _, row := range v.Mask {
		for _, counts := range row {
			m.Data = append(m.Data, map[bool]float64{true: 1}[counts])
		}
	}
	return xs, m.Tensor(dt)
}

func TestKerasLayers(t *testing.T) {
	var raw []json.RawMessage
	vectors.Read(t, "testdata/layers.json", &raw)
	if len(raw) == 0 {
		t.Fatal("no vectors")
	}
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		replayed := 0
		for i, r := range raw {
			var v vector
			decoder := json.NewDecoder(bytes.NewReader(r))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&v); err != nil {
				t.Errorf("entry %d: %v", i, err)
				continue
			}
			l, err := v.layer()
			if err != nil {
				t.Errorf("entry %d: %v", i, err)
				continue
			}
			replayed++
			t.Run(fmt.Sprintf("%v/%s", dt, v.Layer), func(t *testing.T) { v.replay(t, dt, l) })
		}
		t.Logf("%v: replayed %d of %d", dt, replayed, len(raw))
		if want := 176; replayed != want {
			t.Errorf("%v: replayed %d, expected %d", dt, replayed, want)
		}
	}
}

func (v vector) replay(t *testing.T, dt tensor.Dtype, l layer.Layer) {
	xs, mask := v.inputs(t, dt)
	g := model.Config{DType: dt}.Graph()
	var in []model.Node
	for _, x := range xs {
		in = append(in, g.Add(layer.Input{Shape: x.Shape()[1:]}))
	}
	outputs := []model.Node{g.Add(l, in...)}
	if strings.HasSuffix(v.Layer, " state") { // the first axis of the output counts the layer's outputs
		for i := 1; i < v.Output.Shape[0]; i++ {
			outputs = append(outputs, outputs[0].Output(i))
		}
		v.Output.Shape = v.Output.Shape[1:]
	}
	m := finish(t, g, outputs...)
	var names, paths []string
	var values []*tensor.Dense
	after := v.WeightsAfter
	for _, w := range m.Weights() {
		names = append(names, w.Name)
	}
	for _, w := range v.Weights {
		paths = append(paths, withoutCell(w.Path))
		values = append(values, w.Value.Tensor(dt))
		if v.WeightsAfter == nil {
			after = append(after, w.Value)
		}
	}
	if !slices.Equal(names, paths) {
		t.Fatalf("weights are %v, expected %v", names, paths)
	}
	if err := m.SetWeights(values); err != nil {
		t.Fatal(err)
	}
	if n, ok := l.(layer.Normalization); ok {
		vectors.Equal(t, "mean", n.Mean, v.Mean.Data)
		vectors.Equal(t, "variance", n.Variance, v.Variance.Data)
	}
	var got []float64
	for _, y := range runOutputs(t, m, v.Training, mask, xs...) {
		if !slices.Equal(y.Shape(), v.Output.Shape) {
			t.Fatalf("output shape %v, expected %v", y.Shape(), v.Output.Shape)
		}
		got = append(got, vectors.Floats(y)...)
	}
	vectors.Equal(t, "output", got, v.Output.Data)
	if len(after) != len(names) {
		t.Fatalf("%d weights_after, expected %d", len(after), len(names))
	}
	for i, w := range m.Weights() {
		vectors.Equal(t, w.Name+" after", vectors.Floats(w.Value), after[i].Data)
	}
}
