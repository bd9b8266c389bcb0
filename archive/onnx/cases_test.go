package onnx_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

type modelCase struct {
	name  string
	m     *model.Model
	limit int  // inputs are whole numbers below it, if it is not 0
	nan   bool // samples without a timestep have no mean
}

// cases has a model for each layer and for each variant of one that is written
// in its own way, some models of several layers, and models of Keras.
func cases(t testing.TB) []modelCase {
	t.Helper()
	var all []modelCase
	add := func(name string, shape []int, layers ...layer.Layer) {
		t.Helper()
		m, err := model.Sequential(append([]layer.Layer{layer.Input{Shape: shape}}, layers...)...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, modelCase{name: name, m: m})
	}
	last := func() *modelCase { return &all[len(all)-1] }
	graph := func(name string, build func(g *model.Graph) []model.Node) {
		t.Helper()
		g := model.NewGraph()
		m, err := g.Model(build(g)...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, modelCase{name: name, m: m})
	}
	// masked puts a layer between a mask and layers that take notice of it.
	masked := func(name string, l layer.Layer) {
		t.Helper()
		add("masked "+name, []int{6, 4}, layer.Masking{}, l, layer.GlobalAveragePooling1D{})
		last().nan = true
	}

	for f := layer.Linear; ; f++ {
		if _, err := layer.ParseActivation(f.String()); err != nil {
			break
		}
		add("activation "+f.String(), []int{6}, layer.Activation{Func: f})
		add("dense with "+f.String(), []int{3}, layer.Dense{Units: 4, Activation: f})
	}
	add("relu layer", []int{6}, layer.ReLULayer{})
	add("relu layer with settings", []int{6}, layer.ReLULayer{MaxValue: 1, NegativeSlope: 0.1, Threshold: 0.5})
	add("relu layer with threshold", []int{6}, layer.ReLULayer{Threshold: 0.5})
	add("leaky relu layer", []int{6}, layer.LeakyReLULayer{}, layer.LeakyReLULayer{NegativeSlope: 0.1})
	add("elu layer", []int{6}, layer.ELULayer{Alpha: 0.5})
	add("prelu", []int{4, 3}, layer.PReLU{}, layer.PReLU{SharedAxes: []int{1}})
	add("softmax layer", []int{2, 3, 4}, layer.SoftmaxLayer{}, layer.SoftmaxLayer{Axis: []int{1}})
	add("softmax over two axes", []int{2, 3, 4}, layer.SoftmaxLayer{Axis: []int{-1, 1}})

	add("dense", []int{5}, layer.Dense{Units: 3}, layer.Dense{Units: 2, NoBias: true})
	add("dense on sequences", []int{4, 5}, layer.Dense{Units: 3}, layer.Dense{Units: 2, NoBias: true})
	add("einsum dense", []int{4, 5}, layer.EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{0, 3}, BiasAxes: "d", Activation: layer.ReLU})
	add("einsum dense with dots", []int{4, 5}, layer.EinsumDense{Equation: "...x,xy->...y", OutputShape: []int{3}, BiasAxes: "y"})
	add("einsum dense over two axes", []int{4, 5}, layer.EinsumDense{Equation: "abc,bcde->ade", OutputShape: []int{3, 2}, BiasAxes: "d", Activation: layer.GLU})
	add("embedding", []int{4}, layer.Embedding{InputDim: 6, OutputDim: 3})
	last().limit = 6
	for _, mode := range []layer.OutputMode{layer.MultiHotOutput, layer.OneHotOutput, layer.CountOutput} {
		add("categories "+mode.String(), []int{4}, layer.CategoryEncoding{NumTokens: 5, OutputMode: mode})
		last().limit = 5
	}
	add("one category", []int{1}, layer.CategoryEncoding{NumTokens: 5, OutputMode: layer.OneHotOutput})
	last().limit = 5
	for _, mode := range []layer.OutputMode{layer.IntOutput, layer.MultiHotOutput, layer.OneHotOutput, layer.CountOutput} {
		add("bins "+mode.String(), []int{4}, layer.Discretization{BinBoundaries: []float64{-0.5, 0, 0.3}, OutputMode: mode})
	}
	add("one bin", []int{4}, layer.Discretization{BinBoundaries: []float64{}})

	mask, none := int64(3), int64(0)
	for name, l := range map[string]layer.IntegerLookup{
		"lookup":                      {},
		"lookup with a mask":          {MaskToken: &mask, NumOOVIndices: 3},
		"lookup, multi-hot":           {MaskToken: &mask, OutputMode: layer.MultiHotOutput, NumOOVIndices: 2},
		"lookup, counts":              {MaskToken: &none, OutputMode: layer.CountOutput, MaxTokens: 9, PadToMaxTokens: true},
		"lookup, one-hot":             {OutputMode: layer.OneHotOutput, OOVHash: true},
		"lookup, tf-idf":              {OutputMode: layer.TFIDFOutput, IDFWeights: []float64{0.5, 2, 3}, NumOOVIndices: 2},
		"lookup without others":       {Vocabulary: []int64{0, 1, 2, 3, 4, 5, 6, 7}, NumOOVIndices: -1},
		"lookup, indices to numbers":  {Invert: true, MaskToken: &none},
		"lookup, what float32 is not": {Vocabulary: []int64{1, 1<<24 + 1, 5}, NumOOVIndices: -1, MaskToken: &none},
	} {
		if l.Vocabulary == nil {
			l.Vocabulary = []int64{5, 1, 4}
		}
		add(name, []int{4}, l)
		last().limit = 8
		if strings.Contains(name, "float32") {
			last().limit = 2
		}
	}

	add("identity", []int{3}, layer.Identity{}, layer.Dropout{Rate: 0.5}, layer.AlphaDropout{Rate: 0.5}, layer.GaussianDropout{Rate: 0.5},
		layer.GaussianNoise{StdDev: 0.5}, layer.ActivityRegularization{L1: 1})
	add("spatial dropout", []int{3, 2}, layer.SpatialDropout1D{Rate: 0.5})
	add("spatial dropout 2D", []int{3, 2, 2}, layer.SpatialDropout2D{Rate: 0.5})
	add("flatten", []int{3, 2, 2}, layer.Flatten{})
	add("flatten flat", []int{3}, layer.Flatten{})
	add("reshape", []int{6}, layer.Reshape{TargetShape: []int{2, -1}}, layer.Permute{Dims: []int{2, 1}}, layer.Reshape{TargetShape: []int{6}}, layer.RepeatVector{N: 3})
	add("permute", []int{2, 3, 4}, layer.Permute{Dims: []int{3, 1, 2}})
	add("padding", []int{4, 2}, layer.ZeroPadding1D{}, layer.ZeroPadding1D{Padding: [2]int{2, layer.None}}, layer.ZeroPadding1D{Padding: [2]int{layer.None, layer.None}})
	add("padding 2D", []int{3, 4, 2}, layer.ZeroPadding2D{}, layer.ZeroPadding2D{Padding: [2][2]int{{1, 2}, {0, 3}}})
	add("cropping", []int{9, 2}, layer.Cropping1D{}, layer.Cropping1D{Cropping: [2]int{2, layer.None}})
	add("cropping 2D", []int{6, 7, 2}, layer.Cropping2D{}, layer.Cropping2D{Cropping: [2][2]int{{1, 2}, {0, 3}}})
	add("upsampling", []int{3, 2}, layer.UpSampling1D{}, layer.UpSampling1D{Size: 3})
	add("upsampling 2D", []int{3, 2, 2}, layer.UpSampling2D{}, layer.UpSampling2D{Size: [2]int{1, 3}})
	add("bilinear", []int{3, 2, 2}, layer.UpSampling2D{Interpolation: layer.Bilinear}, layer.UpSampling2D{Size: [2]int{1, 3}, Interpolation: layer.Bilinear})

	add("batch normalization", []int{3}, layer.BatchNormalization{}, layer.BatchNormalization{NoScale: true}, layer.BatchNormalization{NoCenter: true, Epsilon: 0.1})
	add("batch normalization of images", []int{3, 2, 4}, layer.BatchNormalization{})
	add("layer normalization", []int{3, 4}, layer.LayerNormalization{}, layer.LayerNormalization{Axis: []int{1}, NoCenter: true}, layer.LayerNormalization{Axis: []int{1, 2}, NoScale: true, Epsilon: 0.1})
	add("layer normalization with rms", []int{3, 4}, layer.LayerNormalization{RMSScaling: true})
	add("rms normalization", []int{3, 4}, layer.RMSNormalization{}, layer.RMSNormalization{Axis: []int{1, -1}})
	add("unit normalization", []int{3, 4}, layer.UnitNormalization{}, layer.UnitNormalization{Axis: []int{1}})
	add("group normalization", []int{3, 2, 6}, layer.GroupNormalization{Groups: 3}, layer.GroupNormalization{Groups: -1, NoScale: true}, layer.GroupNormalization{Groups: 2, Axis: 2, NoCenter: true})
	add("normalization", []int{3, 2}, layer.Normalization{Mean: []float64{1, 2}, Variance: []float64{4, 0}})
	add("normalization of several axes", []int{3, 2}, layer.Normalization{Axis: []int{1, 2}, Mean: []float64{1, 2, 3, 4, 5, 6}, Variance: []float64{4, 1, 2, 3, 4, 5}},
		layer.Normalization{Axis: []int{}, Mean: []float64{1}, Variance: []float64{4}, Invert: true}, layer.Normalization{Axis: []int{1, 2}, Mean: []float64{1, 2}, Variance: []float64{4, 5}},
		layer.Normalization{Axis: []int{1}, Mean: []float64{1, 2, 3}, Variance: []float64{4, 5, 6}})
	add("normalization by weights", []int{3, 2}, layer.Normalization{}, layer.Normalization{Axis: []int{}})
	add("rescaling", []int{3, 2}, layer.Rescaling{Scale: 0.5, Offset: -1}, layer.Rescaling{Scales: []float64{1, 2}, Offsets: []float64{3, 4}})

	for _, p := range []layer.Padding{layer.Valid, layer.Same, layer.Causal} {
		for _, s := range []int{1, 2, 3} {
			for _, d := range []int{1, 2} {
				if s > 1 && d > 1 {
					continue
				}
				add(fmt.Sprint("conv ", p, s, d), []int{11, 4}, layer.Conv1D{Filters: 6, KernelSize: 3, Strides: s, DilationRate: d, Padding: p, Activation: layer.ReLU})
				if p == layer.Causal {
					continue
				}
				add(fmt.Sprint("conv 2D ", p, s, d), []int{9, 8, 4}, layer.Conv2D{Filters: 6, KernelSize: [2]int{3, 2}, Strides: [2]int{s, 1}, DilationRate: [2]int{d, 1}, Padding: p, NoBias: true, Groups: 2})
				add(fmt.Sprint("depthwise ", p, s, d), []int{11, 3}, layer.DepthwiseConv1D{KernelSize: 3, Strides: s, DilationRate: d, Padding: p, DepthMultiplier: 2})
				add(fmt.Sprint("depthwise 2D ", p, s, d), []int{9, 8, 3}, layer.DepthwiseConv2D{KernelSize: [2]int{3, 2}, Strides: [2]int{s, s}, DilationRate: [2]int{d, 1}, Padding: p, NoBias: true})
				add(fmt.Sprint("separable ", p, s, d), []int{11, 3}, layer.SeparableConv1D{Filters: 4, KernelSize: 3, Strides: s, DilationRate: d, Padding: p, DepthMultiplier: 2})
				add(fmt.Sprint("separable 2D ", p, s, d), []int{9, 8, 3}, layer.SeparableConv2D{Filters: 4, KernelSize: [2]int{3, 2}, Strides: [2]int{s, s}, DilationRate: [2]int{d, d}, Padding: p, NoBias: true, Activation: layer.Tanh})
				for _, k := range []int{1, 2, 3, 4} {
					add(fmt.Sprint("transposed ", p, s, d, k), []int{5, 3}, layer.Conv1DTranspose{Filters: 4, KernelSize: k, Strides: s, DilationRate: d, Padding: p, Activation: layer.ReLU})
					add(fmt.Sprint("transposed 2D ", p, s, d, k), []int{5, 4, 3}, layer.Conv2DTranspose{Filters: 4, KernelSize: [2]int{k, 3}, Strides: [2]int{s, s}, DilationRate: [2]int{d, d}, Padding: p, NoBias: true})
					if s > 1 && k > 1 {
						add(fmt.Sprint("transposed with output padding ", p, s, k), []int{5, 3}, layer.Conv1DTranspose{Filters: 4, KernelSize: k, Strides: s, Padding: p, OutputPadding: []int{s - 1}})
					}
				}
			}
			if p == layer.Causal {
				continue
			}
			add(fmt.Sprint("pooling ", p, s), []int{9, 3}, layer.MaxPooling1D{PoolSize: 3, Strides: s, Padding: p})
			add(fmt.Sprint("mean pooling ", p, s), []int{9, 3}, layer.AveragePooling1D{PoolSize: 3, Strides: s, Padding: p})
			add(fmt.Sprint("pooling 2D ", p, s), []int{9, 8, 3}, layer.MaxPooling2D{PoolSize: [2]int{3, 2}, Strides: [2]int{s, 0}, Padding: p})
			add(fmt.Sprint("mean pooling 2D ", p, s), []int{9, 8, 3}, layer.AveragePooling2D{PoolSize: [2]int{3, 2}, Strides: [2]int{s, s}, Padding: p})
		}
	}
	add("pooling defaults", []int{8, 8, 2}, layer.MaxPooling2D{}, layer.AveragePooling2D{})
	add("global pooling", []int{5, 3}, layer.GlobalMaxPooling1D{KeepDims: true}, layer.GlobalAveragePooling1D{})
	add("global pooling 2D", []int{5, 4, 3}, layer.GlobalAveragePooling2D{KeepDims: true}, layer.GlobalMaxPooling2D{})

	all = append(all, mergeCases(t)...)
	all = append(all, recurrentCases(t)...)
	all = append(all, attentionCases(t)...)

	masked("dense", layer.Dense{Units: 3})
	masked("dropout", layer.Dropout{Rate: 0.5})
	masked("spatial dropout", layer.SpatialDropout1D{Rate: 0.5})
	masked("noise", layer.GaussianNoise{StdDev: 0.5})
	masked("identity", layer.Identity{})
	masked("activation", layer.Activation{Func: layer.GELU})
	masked("relu layer", layer.ReLULayer{NegativeSlope: 0.1})
	masked("leaky relu layer", layer.LeakyReLULayer{})
	masked("elu layer", layer.ELULayer{})
	masked("prelu", layer.PReLU{})
	masked("softmax layer", layer.SoftmaxLayer{})
	masked("softmax over timesteps", layer.SoftmaxLayer{Axis: []int{1}})
	masked("batch normalization", layer.BatchNormalization{})
	masked("layer normalization", layer.LayerNormalization{})
	masked("rms normalization", layer.RMSNormalization{})
	masked("unit normalization", layer.UnitNormalization{})
	masked("group normalization", layer.GroupNormalization{Groups: 2})
	masked("normalization", layer.Normalization{})
	masked("rescaling", layer.Rescaling{Scale: 2})
	masked("conv", layer.Conv1D{Filters: 3, KernelSize: 2})
	masked("einsum dense", layer.EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{0, 3}})
	masked("max pooling", layer.MaxPooling1D{})
	masked("permute", layer.Permute{Dims: []int{2, 1}})
	masked("reshape", layer.Reshape{TargetShape: []int{6, 4}})
	masked("padding", layer.ZeroPadding1D{})
	masked("cropping", layer.Cropping1D{Cropping: [2]int{1, 0}})
	masked("upsampling", layer.UpSampling1D{})
	masked("another value", layer.Masking{MaskValue: 1})
	masked("time distributed", layer.TimeDistributed{Layer: layer.Dense{Units: 3}})
	masked("lstm", layer.LSTM{Units: 3, ReturnSequences: true})
	masked("bidirectional", layer.Bidirectional{Layer: layer.GRU{Units: 3, ReturnSequences: true}})
	add("masked images", []int{4, 3, 2}, layer.Masking{}, layer.TimeDistributed{Layer: layer.Masking{}}, layer.TimeDistributed{Layer: layer.LSTM{Units: 3}})
	add("mask dropped by pooling", []int{6, 4}, layer.Masking{}, layer.GlobalMaxPooling1D{})

	files, err := filepath.Glob("../testdata/*.keras")
	if err != nil || len(files) == 0 {
		t.Fatal("no models of Keras", err)
	}
	for _, file := range files {
		a, err := archive.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, modelCase{name: filepath.Base(file), m: a.Model, limit: 2})
	}

	graph("several inputs and outputs", func(g *model.Graph) []model.Node {
		a, b := g.Add(layer.Input{Shape: []int{3}, Name: "a"}), g.Add(layer.Input{Shape: []int{4}, Name: "b"})
		both := g.Add(layer.Concatenate{}, b, a)
		hidden := g.Add(layer.Dense{Units: 4, Activation: layer.ReLU, Name: "hidden"}, both)
		return []model.Node{g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "fraud"}, hidden), hidden, a, hidden}
	})
	graph("shared layers", func(g *model.Graph) []model.Node {
		a, b := g.Add(layer.Input{Shape: []int{3}}), g.Add(layer.Input{Shape: []int{3}})
		dense := g.Share(layer.Dense{Units: 4})
		return []model.Node{g.Add(layer.Subtract{}, dense.On(a), dense.On(b))}
	})
	graph("nested models", func(g *model.Graph) []model.Node {
		deep, err := model.Config{Name: "deep"}.Sequential(layer.Input{Shape: []int{4}}, layer.Dense{Units: 2})
		if err != nil {
			t.Fatal(err)
		}
		inner := model.NewGraph()
		x, y := inner.Add(layer.Input{Shape: []int{3}}), inner.Add(layer.Input{Shape: []int{3}})
		h := inner.Add(layer.Dense{Units: 4}, inner.Add(layer.Add{}, x, y))
		m, err := inner.Model(inner.Add(deep, h), h)
		if err != nil {
			t.Fatal(err)
		}
		a, b := g.Add(layer.Input{Shape: []int{3}}), g.Add(layer.Input{Shape: []int{3}})
		shared := g.Share(m)
		first, second := shared.On(a, b), shared.On(b, b)
		return []model.Node{g.Add(layer.Concatenate{}, first, second.Output(1)), g.Add(deep, first.Output(1))}
	})
	inner, err := model.Config{Name: "inner"}.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 2}, layer.BatchNormalization{})
	if err != nil {
		t.Fatal(err)
	}
	add("model at each timestep", []int{4, 3}, layer.TimeDistributed{Layer: inner})
	add("layers of one name", []int{3}, layer.Dense{Units: 3, Name: "number"}, layer.Dense{Units: 2, Name: "ints"}, layer.Dense{Units: 2, Name: "dense"})
	return all
}

func mergeCases(t testing.TB) (all []modelCase) {
	t.Helper()
	merges := map[string]layer.Layer{
		"add": layer.Add{}, "average": layer.Average{}, "multiply": layer.Multiply{}, "maximum": layer.Maximum{}, "minimum": layer.Minimum{},
		"subtract": layer.Subtract{}, "concatenate": layer.Concatenate{}, "concatenate timesteps": layer.Concatenate{Axis: 1},
		"dot": layer.Dot{Axes: [2]int{2, 2}}, "dot of timesteps": layer.Dot{Axes: [2]int{1, 1}, Normalize: true},
	}
	for name, l := range merges {
		for _, masks := range []int{0, 1, 2, 3} { // a bit for each input
			n := 3
			if name == "subtract" || name[:3] == "dot" {
				n = 2
			}
			g := model.NewGraph()
			var in []model.Node
			for i := range n {
				x := g.Add(layer.Input{Shape: []int{5, 3}})
				if masks>>i&1 != 0 || i == 2 && masks == 3 {
					x = g.Add(layer.Masking{}, x)
				}
				in = append(in, x)
			}
			y := g.Add(l, in...)
			m, err := g.Model(y, g.Add(layer.GlobalAveragePooling1D{}, y))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, modelCase{name: fmt.Sprint(name, " with masks ", masks), m: m, nan: true})
		}
	}
	for name, l := range map[string]layer.Layer{"add": layer.Add{}, "multiply": layer.Multiply{}, "maximum": layer.Maximum{}, "minimum": layer.Minimum{}, "average": layer.Average{}} {
		g := model.NewGraph()
		a, b, c := g.Add(layer.Input{Shape: []int{3}}), g.Add(layer.Input{Shape: []int{2, 4, 3}}), g.Add(layer.Input{Shape: []int{4, 1}})
		m, err := g.Model(g.Add(l, a, b, c), g.Add(l, c, a), g.Add(layer.Subtract{}, a, b))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, modelCase{name: name + " of several shapes", m: m})
	}
	g := model.NewGraph()
	a, b := g.Add(layer.Input{Shape: []int{3}}), g.Add(layer.Input{Shape: []int{3}})
	images := g.Add(layer.Input{Shape: []int{2, 3, 4}})
	m, err := g.Model(g.Add(layer.Dot{Axes: [2]int{-1, 1}}, a, b), g.Add(layer.Dot{Axes: [2]int{1, 2}, Normalize: true}, a, images), g.Add(layer.Concatenate{Axis: 2}, images, images))
	if err != nil {
		t.Fatal(err)
	}
	return append(all, modelCase{name: "dot of several shapes", m: m})
}

func recurrentCases(t testing.TB) (all []modelCase) {
	t.Helper()
	layers := map[string]layer.Layer{
		"lstm":                   layer.LSTM{Units: 3},
		"lstm of sequences":      layer.LSTM{Units: 3, ReturnSequences: true, NoBias: true},
		"lstm backwards":         layer.LSTM{Units: 3, ReturnSequences: true, GoBackwards: true},
		"lstm with relu":         layer.LSTM{Units: 3, Activation: layer.ReLU},
		"lstm with hard sigmoid": layer.LSTM{Units: 3, RecurrentActivation: layer.HardSigmoid, ReturnSequences: true, Dropout: 0.5},
		"lstm with gelu":         layer.LSTM{Units: 3, Activation: layer.GELU, NoBias: true, GoBackwards: true},
		"lstm with zeros":        layer.LSTM{Units: 3, ReturnSequences: true, ZeroOutputForMask: true},
		"gru":                    layer.GRU{Units: 3, ReturnSequences: true},
		"gru without bias":       layer.GRU{Units: 3, NoBias: true},
		"gru with reset before":  layer.GRU{Units: 3, ResetBefore: true, ReturnSequences: true},
		"gru reset, no bias":     layer.GRU{Units: 3, ResetBefore: true, NoBias: true, GoBackwards: true},
		"gru with elu":           layer.GRU{Units: 3, Activation: layer.ELU, ReturnSequences: true},
		"gru with elu, no bias":  layer.GRU{Units: 3, Activation: layer.ELU, NoBias: true},
		"gru with elu and reset": layer.GRU{Units: 3, Activation: layer.ELU, ResetBefore: true},
		"rnn":                    layer.SimpleRNN{Units: 3, ReturnSequences: true},
		"rnn without bias":       layer.SimpleRNN{Units: 3, NoBias: true, GoBackwards: true},
		"rnn with softsign":      layer.SimpleRNN{Units: 3, Activation: layer.Softsign},
		"one cell":               layer.RNN{Cell: layer.GRUCell{Units: 3}},
		"cells": layer.RNN{ReturnSequences: true, GoBackwards: true, ZeroOutputForMask: true, Cell: layer.StackedRNNCells{Cells: []layer.Cell{
			layer.LSTMCell{Units: 3}, layer.GRUCell{Units: 2}, layer.SimpleRNNCell{Units: 4}, layer.StackedRNNCells{Cells: []layer.Cell{layer.LSTMCell{Units: 2, Name: "more"}}},
		}}},
		"bidirectional":              layer.Bidirectional{Layer: layer.LSTM{Units: 3}},
		"bidirectional of sequences": layer.Bidirectional{Layer: layer.GRU{Units: 3, ReturnSequences: true}, MergeMode: layer.MergeSum},
		"bidirectional backwards":    layer.Bidirectional{Layer: layer.SimpleRNN{Units: 3, ReturnSequences: true}, MergeMode: layer.MergeMul},
		"bidirectional of two":       layer.Bidirectional{Layer: layer.LSTM{Units: 3}, BackwardLayer: layer.GRU{Units: 3, GoBackwards: true}, MergeMode: layer.MergeAve},
		"bidirectional of cells":     layer.Bidirectional{Layer: layer.RNN{ReturnSequences: true, Cell: layer.StackedRNNCells{Cells: []layer.Cell{layer.LSTMCell{Units: 3}, layer.GRUCell{Units: 2}}}}},
	}
	for name, l := range layers {
		for _, mask := range []bool{false, true} {
			g := model.NewGraph()
			x := g.Add(layer.Input{Shape: []int{5, 2}})
			if mask {
				x = g.Add(layer.Masking{}, x)
			}
			m, err := g.Model(g.Add(l, x))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all = append(all, modelCase{name: fmt.Sprint(name, " with mask ", mask), m: m})
		}
	}
	states := map[string]struct {
		l layer.Layer
		n int
	}{
		"lstm":          {layer.LSTM{Units: 3, ReturnState: true}, 2},
		"lstm with elu": {layer.LSTM{Units: 3, ReturnState: true, ReturnSequences: true, Activation: layer.ELU}, 2},
		"gru":           {layer.GRU{Units: 3, ReturnState: true, ReturnSequences: true}, 1},
		"gru reset":     {layer.GRU{Units: 3, ReturnState: true, ResetBefore: true, GoBackwards: true}, 1},
		"rnn":           {layer.SimpleRNN{Units: 3, ReturnState: true}, 1},
		"cells":         {layer.RNN{ReturnState: true, Cell: layer.StackedRNNCells{Cells: []layer.Cell{layer.LSTMCell{Units: 3}, layer.GRUCell{Units: 3}}}}, 3},
		"bidirectional": {layer.Bidirectional{Layer: layer.LSTM{Units: 3, ReturnState: true, ReturnSequences: true}, MergeMode: layer.MergeNone}, 4},
	}
	for name, c := range states {
		for _, mask := range []bool{false, true} {
			for _, initial := range []bool{false, true} {
				g := model.NewGraph()
				x := g.Add(layer.Input{Shape: []int{5, 2}})
				if mask {
					x = g.Add(layer.Masking{}, x)
				}
				in := []model.Node{x}
				for range c.n {
					if initial {
						in = append(in, g.Add(layer.Input{Shape: []int{3}}))
					}
				}
				y := g.Add(c.l, in...)
				outs := []model.Node{y}
				for i := range c.n {
					outs = append(outs, y.Output(1+i))
				}
				m, err := g.Model(outs...)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				all = append(all, modelCase{name: fmt.Sprint("states of ", name, " mask ", mask, " initial ", initial), m: m})
			}
		}
	}
	g := model.NewGraph()
	words := g.Add(layer.Input{Shape: []int{5}})
	y := g.Add(layer.LSTM{Units: 3}, g.Add(layer.Embedding{InputDim: 4, OutputDim: 3, MaskZero: true}, words))
	m, err := g.Model(g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid}, y))
	if err != nil {
		t.Fatal(err)
	}
	return append(all, modelCase{name: "words", m: m, limit: 4})
}

func attentionCases(t testing.TB) (all []modelCase) {
	t.Helper()
	layers := map[string]layer.Layer{
		"attention":                layer.Attention{ReturnAttentionScores: true},
		"attention with scale":     layer.Attention{UseScale: true, UseCausalMask: true, Dropout: 0.5},
		"attention concat":         layer.Attention{ScoreMode: layer.ConcatScores},
		"attention concat, scaled": layer.Attention{ScoreMode: layer.ConcatScores, UseScale: true},
		"additive":                 layer.AdditiveAttention{ReturnAttentionScores: true},
		"additive, causal":         layer.AdditiveAttention{NoScale: true, UseCausalMask: true},
		"heads":                    layer.MultiHeadAttention{NumHeads: 2, KeyDim: 3, ReturnAttentionScores: true},
		"heads, causal":            layer.MultiHeadAttention{NumHeads: 2, KeyDim: 3, ValueDim: 4, OutputShape: 5, NoBias: true, UseCausalMask: true},
		"heads, gate":              layer.MultiHeadAttention{NumHeads: 2, KeyDim: 3, ValueDim: 4, UseGate: true, Dropout: 0.5, UseCausalMask: true},
		"heads, window":            layer.MultiHeadAttention{NumHeads: 1, KeyDim: 3, SlidingWindow: 2},
	}
	for name, l := range layers {
		for masks := range 8 { // a bit for each input
			if masks != 0 && masks != 7 && masks != 1 && masks != 2 && masks != 4 {
				continue
			}
			for inputs := 2; inputs <= 4; inputs++ {
				if _, many := l.(layer.MultiHeadAttention); inputs == 4 && !many || inputs == 2 && masks&4 != 0 {
					continue
				}
				g := model.NewGraph()
				var in []model.Node
				for i := range inputs {
					shape := []int{5, 4}
					if i == 0 {
						shape[0] = 3
					}
					if i == 3 {
						shape = []int{3, 5}
					}
					x := g.Add(layer.Input{Shape: shape})
					if masks>>i&1 != 0 && i < 3 {
						x = g.Add(layer.Masking{}, x)
					}
					in = append(in, x)
				}
				y := g.Add(l, in...)
				outs := []model.Node{g.Add(layer.GlobalAveragePooling1D{}, y), y}
				if name == "attention" || name == "additive" || name == "heads" {
					outs = append(outs, y.Output(1))
				}
				m, err := g.Model(outs...)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				all = append(all, modelCase{name: fmt.Sprint(name, " masks ", masks, " inputs ", inputs), m: m, nan: true})
			}
		}
	}
	return all
}
