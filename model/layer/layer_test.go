package layer_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
)

// cases holds at least one case of each layer.
func cases() []layerCase {
	kernel, both := []string{"kernel"}, []string{"kernel", "bias"}
	gamma, beta := []string{"gamma"}, []string{"beta"}
	moving := []string{"moving_mean", "moving_variance"}
	all := []layerCase{
		{name: "input", layer: layer.Input{Shape: []int{2, 3}}, in: []int{2, 3}, out: []int{2, 3}},

		{name: "dense", layer: layer.Dense{Units: 3}, in: []int{4}, out: []int{3}, weights: both},
		{name: "dense of one unit on one column", layer: layer.Dense{Units: 1}, in: []int{1}, out: []int{1}, weights: both},
		{name: "dense without bias", layer: layer.Dense{Units: 3, NoBias: true}, in: []int{4}, out: []int{3}, weights: kernel},
		{name: "dense on sequences", layer: layer.Dense{Units: 5, Activation: layer.Tanh}, in: []int{2, 4}, out: []int{2, 5}, weights: both},
		{name: "dense on images", layer: layer.Dense{Units: 2, Activation: layer.Softmax}, in: []int{2, 2, 3}, out: []int{2, 2, 2}, weights: both},

		{name: "dropout", layer: layer.Dropout{Rate: 0.4}, in: []int{20}, out: []int{20}, trains: true, random: true},
		{name: "dropout on sequences", layer: layer.Dropout{Rate: 0.4}, in: []int{5, 4}, out: []int{5, 4}, trains: true, random: true},
		{name: "dropout of rate 0", layer: layer.Dropout{}, in: []int{20}, out: []int{20}},
		{name: "dropout of rate 1", layer: layer.Dropout{Rate: 1}, in: []int{20}, out: []int{20}, trains: true},

		{name: "batch normalization", layer: layer.BatchNormalization{}, in: []int{3}, out: []int{3}, weights: slices.Concat(gamma, beta), fixed: moving, trains: true},
		{name: "batch normalization on sequences", layer: layer.BatchNormalization{Momentum: 0.5, Epsilon: 0.1}, in: []int{4, 3}, out: []int{4, 3}, weights: slices.Concat(gamma, beta), fixed: moving, trains: true},
		{name: "batch normalization of one column", layer: layer.BatchNormalization{}, in: []int{1}, out: []int{1}, weights: slices.Concat(gamma, beta), fixed: moving, trains: true},
		{name: "batch normalization without scale", layer: layer.BatchNormalization{NoScale: true}, in: []int{3}, out: []int{3}, weights: beta, fixed: moving, trains: true},
		{name: "batch normalization without center", layer: layer.BatchNormalization{NoCenter: true}, in: []int{3}, out: []int{3}, weights: gamma, fixed: moving, trains: true},
		{name: "batch normalization without both", layer: layer.BatchNormalization{NoScale: true, NoCenter: true}, in: []int{3}, out: []int{3}, fixed: moving, trains: true},

		{name: "flatten", layer: layer.Flatten{}, in: []int{2, 3, 2}, out: []int{12}},
		{name: "flatten of a matrix", layer: layer.Flatten{}, in: []int{3, 4}, out: []int{12}},
		{name: "flatten of a flat sample", layer: layer.Flatten{}, in: []int{5}, out: []int{5}},
	}
	for f := layer.Linear; f <= layer.GLU; f++ {
		width := 4
		if f == layer.GLU {
			width = 2
		}
		all = append(all,
			layerCase{name: "activation " + f.String(), layer: layer.Activation{Func: f}, in: []int{2, 4}, out: []int{2, width}},
			layerCase{name: "dense " + f.String(), layer: layer.Dense{Units: 4, Activation: f}, in: []int{3}, out: []int{width}, weights: both},
		)
	}
	return all
}

func TestLayers(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) { checkLayer(t, c) })
	}
}

// A layer that is added to the package is added to cases.
func TestEveryLayerHasACase(t *testing.T) {
	tested := map[string]bool{}
	for _, c := range cases() {
		tested[reflect.TypeOf(c.layer).Name()] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "Apply" {
				receiver := f.Recv.List[0].Type
				if star, ok := receiver.(*ast.StarExpr); ok {
					receiver = star.X
				}
				declared[receiver.(*ast.Ident).Name] = true
			}
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(declared)), slices.Sorted(maps.Keys(tested))); diff != "" {
		t.Errorf("- layers of the package, + layers with a case:\n%s", diff)
	}
}

func TestBuildErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		name  string
		layer layer.Layer
		in    []int
		want  string
	}{
		{"input without axes", layer.Input{}, nil, "expected a shape with at least one axis, got none"},
		{"input of size 0", layer.Input{Shape: []int{0}}, nil, "expected sizes of at least 1, got shape [0]"},
		{"no units", layer.Dense{}, []int{4}, "expected at least 1 unit, got 0"},
		{"unknown activation of a dense layer", layer.Dense{Units: 2, Activation: layer.GLU + 1}, []int{4}, "unknown activation 29"},
		{"glu of an odd number of units", layer.Dense{Units: 1, Activation: layer.GLU}, []int{4}, "glu halves the last axis, got an odd size 1"},
		{"unknown activation", layer.Activation{Func: -1}, []int{4}, "unknown activation -1"},
		{"glu of an odd size", layer.Activation{Func: layer.GLU}, []int{4, 3}, "glu halves the last axis, got an odd size 3"},
		{"negative rate", layer.Dropout{Rate: -1e-9}, []int{4}, "expected a rate from 0 to 1, got -1e-09"},
		{"rate above 1", layer.Dropout{Rate: 1.0001}, []int{4}, "expected a rate from 0 to 1, got 1.0001"},
		{"rate NaN", layer.Dropout{Rate: nan}, []int{4}, "expected a rate from 0 to 1, got NaN"},
		{"negative momentum", layer.BatchNormalization{Momentum: -0.1}, []int{4}, "expected a momentum from 0 to 1, got -0.1"},
		{"momentum above 1", layer.BatchNormalization{Momentum: 1.1}, []int{4}, "expected a momentum from 0 to 1, got 1.1"},
		{"momentum NaN", layer.BatchNormalization{Momentum: nan}, []int{4}, "expected a momentum from 0 to 1, got NaN"},
		{"negative epsilon", layer.BatchNormalization{Epsilon: -1}, []int{4}, "expected a finite epsilon above 0, got -1"},
		{"epsilon NaN", layer.BatchNormalization{Epsilon: nan}, []int{4}, "expected a finite epsilon above 0, got NaN"},
		{"infinite epsilon", layer.BatchNormalization{Epsilon: inf}, []int{4}, "expected a finite epsilon above 0, got +Inf"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.layer.Build(test.in)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, expected %s", err, test.want)
			}
		})
	}
}

func TestNames(t *testing.T) {
	tests := []struct {
		layer layer.Layer
		class string
	}{
		{layer.Input{Name: "n"}, "InputLayer"},
		{layer.Dense{Name: "n"}, "Dense"},
		{layer.Activation{Name: "n"}, "Activation"},
		{layer.Dropout{Name: "n"}, "Dropout"},
		{layer.BatchNormalization{Name: "n"}, "BatchNormalization"},
		{layer.Flatten{Name: "n"}, "Flatten"},
	}
	for _, test := range tests {
		if class, name := test.layer.Class(), test.layer.GivenName(); class != test.class || name != "n" {
			t.Errorf("%T: class %q and name %q, expected %q and %q", test.layer, class, name, test.class, "n")
		}
	}
}
