package model_test

import (
	"testing"

	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

func TestStates(t *testing.T) {
	lstm := layer.LSTM{Units: 3, Stateful: true, Name: "memory"}
	inner, err := model.Sequential(layer.Input{Shape: []int{4, 2}, BatchSize: 5}, lstm)
	if err != nil {
		t.Fatal(err)
	}
	g := model.NewGraph()
	x := g.Add(layer.Input{Shape: []int{4, 2}})
	if _, err := g.Model(g.Add(inner, x), g.Add(layer.GRU{Units: 2, Stateful: true}, x)); err == nil {
		t.Fatal("the batch size of a model inside says nothing of the layers outside, expected an error")
	}
	g = model.NewGraph()
	x = g.Add(layer.Input{Shape: []int{4, 2}, BatchSize: 5})
	m, err := g.Model(g.Add(inner, x), g.Add(layer.GRU{Units: 2, Stateful: true}, x))
	if err != nil {
		t.Fatal(err)
	}
	if m.BatchSize() != 5 || len(m.States()) != 3 {
		t.Errorf("batch size %d and %d states, expected 5 and 3", m.BatchSize(), len(m.States()))
	}
	for _, s := range m.States() {
		if s.Value.Shape()[0] != 5 {
			t.Errorf("%s has shape %v, expected 5 rows", s.Name, s.Value.Shape())
		}
		s.Value.Float32s()[0] = 7
	}
	m.ResetStates()
	for _, s := range m.States() {
		if s.Value.Float32s()[0] != 0 {
			t.Errorf("%s is %v after a reset", s.Name, s.Value)
		}
	}
	if n := len(m.Weights()); n != 6 {
		t.Errorf("%d weights, expected the states not to be among them", n)
	}
}

func TestStatesErrors(t *testing.T) {
	lstm := layer.LSTM{Units: 3, Stateful: true}
	in := func(rows int) layer.Input { return layer.Input{Shape: []int{4, 2}, BatchSize: rows} }
	inner, err := model.Sequential(in(5), lstm)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		inputs []layer.Input
		layers []layer.Layer
		want   string
	}{
		{"no batch size", []layer.Input{in(0)}, []layer.Layer{lstm}, `model: layer "lstm" (LSTM): expected a batch size for what is kept between batches: set BatchSize of the layer.Input`},
		{"two batch sizes", []layer.Input{in(2), in(3)}, []layer.Layer{lstm, lstm}, `model: layer "input_layer_1" (InputLayer): a batch size of 3, expected 2 as of the inputs before it`},
		{"another one inside", []layer.Input{in(2), in(0)}, []layer.Layer{lstm, inner}, `model: layer "sequential" (Sequential): keeps states of batches of 5 rows, expected 2 as other layers`},
		{"negative", []layer.Input{in(-1)}, []layer.Layer{lstm}, `model: layer "input_layer" (InputLayer): expected a batch size of at least 1, or 0 for any, got -1`},
		{"in each timestep", []layer.Input{{Shape: []int{3, 4, 2}, BatchSize: 2}}, []layer.Layer{layer.TimeDistributed{Layer: lstm}}, `model: layer "time_distributed" (TimeDistributed): on input shape [3 4 2]: expected a layer that keeps no states between batches, got a stateful LSTM`},
		{
			"one direction", []layer.Input{in(2)}, []layer.Layer{layer.Bidirectional{Layer: lstm, BackwardLayer: layer.GRU{Units: 3, GoBackwards: true}}},
			`model: layer "bidirectional" (Bidirectional): on input shape [4 2]: expected layers that agree in ReturnSequences, ReturnState and Stateful`,
		},
	} {
		g := model.NewGraph()
		var outs []model.Node
		for i, in := range test.inputs {
			outs = append(outs, g.Add(test.layers[i], g.Add(in)))
		}
		if _, err := g.Model(outs...); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, expected %s", test.name, err, test.want)
		}
	}
}
