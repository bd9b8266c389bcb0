package archive_test

import (
	"path/filepath"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

// Graphs that Keras would take for others, because of how it carries masks, are
// not written.
func TestMaskedGraphs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.keras")
	graph := func(build func(g *model.Graph, x model.Node) model.Node) *model.Model {
		g := model.NewGraph()
		m, err := g.Model(build(g, g.Add(layer.Input{Shape: []int{4, 3}})))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	states := func(drop bool) func(g *model.Graph, x model.Node) model.Node {
		return func(g *model.Graph, x model.Node) model.Node {
			s := g.Add(layer.GRU{Units: 2, ReturnState: true}, x)
			y := g.Add(layer.Masking{}, x)
			if drop {
				y = g.Add(layer.Reshape{TargetShape: []int{4, 3}}, y)
			}
			return g.Add(layer.GRU{Units: 2, Name: "decoder"}, y, s.Output(1))
		}
	}
	wantError(t, archive.SaveModel(path, graph(func(g *model.Graph, x model.Node) model.Node {
		a := g.Add(layer.LSTM{Units: 2}, g.Add(layer.Masking{}, g.Add(layer.Dense{Units: 3}, x)))
		b := g.Add(layer.LSTM{Units: 2}, g.Add(layer.Dense{Units: 3}, x))
		return g.Add(layer.Add{}, a, b)
	})), `layer "masking" (Masking) after layer "dense" (Dense) with weights`)
	wantError(t, archive.SaveModel(path, graph(states(false))), `layer "decoder" (GRU) with initial states and the mask of layer "masking"`)
	if err := archive.SaveModel(path, graph(states(true))); err != nil {
		t.Error(err)
	}
	if err := archive.SaveModel(path, graph(func(g *model.Graph, x model.Node) model.Node {
		return g.Add(layer.LSTM{Units: 2}, g.Add(layer.Masking{}, g.Add(layer.Dense{Units: 3}, x)))
	})); err != nil {
		t.Error(err)
	}
}
