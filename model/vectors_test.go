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
	Inputs       vectors.Array // with an axis of its own for the inputs, but for activations
	Weights      []namedArray
	Output       vectors.Array
	WeightsAfter []vectors.Array `json:"weights_after"` // absent if they stay
	Source       string
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
}

// number and flag remove a setting from the configuration.
func (c config) number(key string) float64 { v, _ := c.take(key).(float64); return v }
func (c config) flag(key string) bool      { v, _ := c.take(key).(bool); return v }

func (c config) take(key string) any {
	v := c[key]
	delete(c, key)
	return v
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

func (v vector) input() vectors.Array {
	x := v.Inputs
	if !strings.HasPrefix(v.Layer, "activation:") {
		x.Shape = x.Shape[1:]
	}
	return x
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
	}
}

func (v vector) replay(t *testing.T, dt tensor.Dtype, l layer.Layer) {
	x := v.input().Tensor(dt)
	m := sequential(t, model.Config{DType: dt}, layer.Input{Shape: x.Shape()[1:]}, l)
	var names, paths []string
	var values []*tensor.Dense
	after := v.WeightsAfter
	for _, w := range m.Weights() {
		names = append(names, w.Name)
	}
	for _, w := range v.Weights {
		paths = append(paths, w.Path)
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
	y := run(t, m, v.Training, x)
	if !slices.Equal(y.Shape(), v.Output.Shape) {
		t.Fatalf("output shape %v, expected %v", y.Shape(), v.Output.Shape)
	}
	vectors.Equal(t, "output", vectors.Floats(y), v.Output.Data)
	if len(after) != len(names) {
		t.Fatalf("%d weights_after, expected %d", len(after), len(names))
	}
	for i, w := range m.Weights() {
		vectors.Equal(t, w.Name+" after", vectors.Floats(w.Value), after[i].Data)
	}
}
