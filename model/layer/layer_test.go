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
	"github.com/counterweight-go/counterweight/model/regularizer"
	"github.com/google/go-cmp/cmp"
)

// cases holds at least one case of each layer.
func cases() []layerCase {
	kernel, both := []string{"kernel"}, []string{"kernel", "bias"}
	heads := []string{"query/kernel", "query/bias", "key/kernel", "key/bias", "value/kernel", "value/bias", "attention_output/kernel", "attention_output/bias"}
	separable := []string{"depthwise_kernel", "pointwise_kernel", "bias"}
	gamma, beta := []string{"gamma"}, []string{"beta"}
	moving := []string{"moving_mean", "moving_variance"}
	recurrent := []string{"kernel", "recurrent_kernel", "bias"}
	stack := layer.StackedRNNCells{Cells: []layer.Cell{layer.LSTMCell{Units: 3}, layer.GRUCell{Units: 2, ResetBefore: true}}}
	stacked := slices.Concat(prefixed("stacked_rnn_cells/lstm_cell/", recurrent), prefixed("stacked_rnn_cells/gru_cell/", recurrent))
	all := []layerCase{
		{name: "input", mask: passes, layer: layer.Input{Shape: []int{2, 3}}, in: []int{2, 3}, out: []int{2, 3}},

		{name: "dense", layer: layer.Dense{Units: 3}, in: []int{4}, out: []int{3}, weights: both},
		{name: "dense of one unit on one column", layer: layer.Dense{Units: 1}, in: []int{1}, out: []int{1}, weights: both},
		{name: "dense without bias", layer: layer.Dense{Units: 3, NoBias: true}, in: []int{4}, out: []int{3}, weights: kernel},
		{name: "dense on sequences", mask: passes, layer: layer.Dense{Units: 5, Activation: layer.Tanh}, in: []int{2, 4}, out: []int{2, 5}, weights: both},
		{name: "dense on images", mask: passes, layer: layer.Dense{Units: 2, Activation: layer.Softmax}, in: []int{2, 2, 3}, out: []int{2, 2, 2}, weights: both},

		{name: "dropout", layer: layer.Dropout{Rate: 0.4}, in: []int{20}, out: []int{20}, trains: true, random: true},
		{name: "dropout on sequences", mask: passes, layer: layer.Dropout{Rate: 0.4}, in: []int{5, 4}, out: []int{5, 4}, trains: true, random: true},
		{name: "dropout of rate 0", layer: layer.Dropout{}, in: []int{20}, out: []int{20}},
		{name: "dropout of rate 1", layer: layer.Dropout{Rate: 1}, in: []int{20}, out: []int{20}, trains: true},

		{name: "batch normalization", layer: layer.BatchNormalization{}, in: []int{3}, out: []int{3}, weights: slices.Concat(gamma, beta), fixed: moving, trains: true},
		{name: "batch normalization on sequences", mask: passes, layer: layer.BatchNormalization{Momentum: 0.5, Epsilon: 0.1}, in: []int{4, 3}, out: []int{4, 3}, weights: slices.Concat(gamma, beta), fixed: moving, trains: true},
		{name: "batch normalization of the last axis by its number", mask: passes, layer: layer.BatchNormalization{Axis: 2}, in: []int{4, 3}, out: []int{4, 3}, weights: slices.Concat(gamma, beta), fixed: moving, trains: true},
		{name: "batch normalization of one column", layer: layer.BatchNormalization{}, in: []int{1}, out: []int{1}, weights: slices.Concat(gamma, beta), fixed: moving, trains: true},
		{name: "batch normalization without scale", layer: layer.BatchNormalization{NoScale: true}, in: []int{3}, out: []int{3}, weights: beta, fixed: moving, trains: true},
		{name: "batch normalization without center", layer: layer.BatchNormalization{NoCenter: true}, in: []int{3}, out: []int{3}, weights: gamma, fixed: moving, trains: true},
		{name: "batch normalization without both", layer: layer.BatchNormalization{NoScale: true, NoCenter: true}, in: []int{3}, out: []int{3}, fixed: moving, trains: true},

		{name: "layer normalization", layer: layer.LayerNormalization{}, in: []int{4}, out: []int{4}, weights: slices.Concat(gamma, beta)},
		{name: "layer normalization of sequences", mask: passes, layer: layer.LayerNormalization{Axis: []int{-1, 1}, NoCenter: true}, in: []int{3, 2}, out: []int{3, 2}, weights: gamma},
		{name: "layer normalization along the first axis", mask: passes, layer: layer.LayerNormalization{Axis: []int{1}, NoScale: true, Epsilon: 0.1}, in: []int{3, 2}, out: []int{3, 2}, weights: beta},
		{name: "layer normalization without both", layer: layer.LayerNormalization{NoScale: true, NoCenter: true}, in: []int{4}, out: []int{4}},
		{name: "layer normalization by variance", layer: layer.LayerNormalization{RMSScaling: true}, in: []int{4}, out: []int{4}, weights: gamma},
		{name: "rms normalization", layer: layer.RMSNormalization{}, in: []int{2, 3}, out: []int{2, 3}, weights: []string{"scale"}},
		{name: "unit normalization", mask: passes, layer: layer.UnitNormalization{Axis: []int{1}}, in: []int{2, 3}, out: []int{2, 3}},
		{name: "group normalization", mask: passes, layer: layer.GroupNormalization{Groups: 2}, in: []int{3, 4}, out: []int{3, 4}, weights: slices.Concat(gamma, beta)},
		{name: "group normalization of one channel each", mask: passes, layer: layer.GroupNormalization{Groups: -1, Axis: 1, NoScale: true}, in: []int{2, 3, 2}, out: []int{2, 3, 2}, weights: beta},
		{name: "group normalization of images", mask: passes, layer: layer.GroupNormalization{Groups: 2, Axis: 2, NoCenter: true}, in: []int{2, 4, 2}, out: []int{2, 4, 2}, weights: gamma},
		{name: "normalization", mask: passes, layer: layer.Normalization{Mean: []float64{1, 2, 3}, Variance: []float64{1, 4, .25}}, in: []int{2, 3}, out: []int{2, 3}},
		{name: "normalization by weights", mask: passes, layer: layer.Normalization{Axis: []int{1}, Invert: true}, in: []int{2, 3}, out: []int{2, 3}, fixed: []string{"mean", "variance", "count"}, still: true},
		{name: "normalization of all axes", layer: layer.Normalization{Axis: []int{}}, in: []int{3}, out: []int{3}, fixed: []string{"mean", "variance", "count"}, still: true},

		{name: "lstm", layer: layer.LSTM{Units: 3}, in: []int{4, 2}, out: []int{3}, weights: recurrent},
		{name: "lstm sequences", mask: passes, layer: layer.LSTM{Units: 3, ReturnSequences: true}, in: []int{4, 2}, out: []int{4, 3}, weights: recurrent},
		{name: "lstm backwards", mask: passes, layer: layer.LSTM{Units: 2, ReturnSequences: true, GoBackwards: true, NoUnitForgetBias: true}, in: []int{3, 2}, out: []int{3, 2}, weights: recurrent},
		{name: "lstm without bias", layer: layer.LSTM{Units: 2, NoBias: true, Activation: layer.Linear, RecurrentActivation: layer.Softsign}, in: []int{3, 2}, out: []int{2}, weights: recurrent[:2]},
		{name: "lstm of one unit, timestep and feature", layer: layer.LSTM{Units: 1}, in: []int{1, 1}, out: []int{1}, weights: recurrent},
		{name: "gru", layer: layer.GRU{Units: 3}, in: []int{4, 2}, out: []int{3}, weights: recurrent},
		{name: "gru sequences", mask: passes, layer: layer.GRU{Units: 3, ReturnSequences: true, GoBackwards: true}, in: []int{4, 2}, out: []int{4, 3}, weights: recurrent},
		{name: "gru resetting before", layer: layer.GRU{Units: 3, ResetBefore: true}, in: []int{4, 2}, out: []int{3}, weights: recurrent},
		{name: "gru without bias", layer: layer.GRU{Units: 2, NoBias: true, Activation: layer.GELU}, in: []int{3, 2}, out: []int{2}, weights: recurrent[:2]},
		{name: "simple rnn", layer: layer.SimpleRNN{Units: 3}, in: []int{4, 2}, out: []int{3}, weights: recurrent},
		{name: "simple rnn sequences", mask: passes, layer: layer.SimpleRNN{Units: 3, ReturnSequences: true, Activation: layer.Sigmoid}, in: []int{4, 2}, out: []int{4, 3}, weights: recurrent},
		{name: "simple rnn without bias", layer: layer.SimpleRNN{Units: 2, NoBias: true, GoBackwards: true}, in: []int{3, 2}, out: []int{2}, weights: recurrent[:2]},

		{name: "lstm with states", mask: passes, layer: layer.LSTM{Units: 3, ReturnSequences: true, ReturnState: true}, in: []int{4, 2}, more: [][]int{{3}, {3}}, out: []int{4, 3}, moreOut: [][]int{{3}, {3}}, weights: recurrent, flat: true},
		{name: "lstm with last states", layer: layer.LSTM{Units: 3, ReturnState: true, ZeroOutputForMask: true}, in: []int{4, 2}, out: []int{3}, moreOut: [][]int{{3}, {3}}, weights: recurrent},
		{name: "gru with states", layer: layer.GRU{Units: 2, ReturnState: true, GoBackwards: true}, in: []int{3, 2}, more: [][]int{{2}}, out: []int{2}, moreOut: [][]int{{2}}, weights: recurrent, flat: true},
		{name: "gru resetting before with an initial state", layer: layer.GRU{Units: 2, ResetBefore: true}, in: []int{3, 2}, more: [][]int{{2}}, out: []int{2}, weights: recurrent, flat: true},
		{name: "simple rnn with an initial state", layer: layer.SimpleRNN{Units: 2}, in: []int{3, 2}, more: [][]int{{2}}, out: []int{2}, weights: recurrent, flat: true},
		{name: "lstm with recurrent dropout", layer: layer.LSTM{Units: 3, RecurrentDropout: 0.4}, in: []int{4, 2}, out: []int{3}, weights: recurrent, trains: true, random: true},
		{name: "gru with both dropouts", mask: passes, layer: layer.GRU{Units: 3, Dropout: 0.3, RecurrentDropout: 0.4, ReturnSequences: true, ReturnState: true}, in: []int{4, 5}, out: []int{4, 3}, moreOut: [][]int{{3}}, weights: recurrent, trains: true, random: true},
		{name: "cells with recurrent dropout", layer: layer.RNN{Cell: layer.StackedRNNCells{Cells: []layer.Cell{layer.LSTMCell{Units: 3, RecurrentDropout: 0.3}, layer.SimpleRNNCell{Units: 2, Dropout: 0.2, RecurrentDropout: 0.3}}}}, in: []int{4, 2}, out: []int{2}, weights: slices.Concat(prefixed("stacked_rnn_cells/lstm_cell/", recurrent), prefixed("stacked_rnn_cells/simple_rnn_cell/", recurrent)), trains: true, random: true},
		{name: "gru with dropout", layer: layer.GRU{Units: 3, Dropout: 0.4}, in: []int{4, 5}, out: []int{3}, weights: recurrent, trains: true, random: true},
		{name: "bidirectional", mask: passes, layer: layer.Bidirectional{Layer: layer.LSTM{Units: 2, ReturnSequences: true}}, in: []int{4, 2}, out: []int{4, 4}, weights: directions("lstm")},
		{name: "bidirectional sum", layer: layer.Bidirectional{Layer: layer.GRU{Units: 2}, MergeMode: layer.MergeSum}, in: []int{3, 2}, out: []int{2}, weights: directions("gru")},
		{name: "bidirectional product", layer: layer.Bidirectional{Layer: layer.SimpleRNN{Units: 2}, MergeMode: layer.MergeMul}, in: []int{3, 2}, out: []int{2}, weights: directions("simple_rnn")},
		{name: "bidirectional mean", mask: passes, layer: layer.Bidirectional{Layer: layer.SimpleRNN{Units: 2, ReturnSequences: true}, MergeMode: layer.MergeAve}, in: []int{3, 2}, out: []int{3, 2}, weights: directions("simple_rnn")},
		{name: "bidirectional apart", mask: passes, layer: layer.Bidirectional{Layer: layer.SimpleRNN{Units: 2, ReturnSequences: true, ReturnState: true}, MergeMode: layer.MergeNone}, in: []int{3, 2}, out: []int{3, 2}, moreOut: [][]int{{3, 2}, {2}, {2}}, weights: directions("simple_rnn")},
		{name: "bidirectional of two layers", layer: layer.Bidirectional{Layer: layer.GRU{Units: 2, Name: "a"}, BackwardLayer: layer.LSTM{Units: 1, GoBackwards: true, Name: "b"}}, in: []int{3, 2}, out: []int{3}, weights: slices.Concat(prefixed("forward_a/", recurrent), prefixed("b/", recurrent))},
		{name: "bidirectional with states", layer: layer.Bidirectional{Layer: layer.GRU{Units: 2, ReturnState: true}}, in: []int{3, 2}, more: [][]int{{2}, {2}}, out: []int{4}, moreOut: [][]int{{2}, {2}}, weights: directions("gru"), flat: true},
		{name: "rnn of one cell", mask: passes, layer: layer.RNN{Cell: layer.GRUCell{Units: 2}, ReturnSequences: true}, in: []int{3, 2}, out: []int{3, 2}, weights: recurrent},
		{name: "rnn of cells", layer: layer.RNN{Cell: stack, ReturnState: true}, in: []int{3, 2}, out: []int{2}, moreOut: [][]int{{3}, {3}, {2}}, weights: stacked},
		{name: "rnn of cells backwards", mask: passes, layer: layer.RNN{Cell: stack, ReturnSequences: true, GoBackwards: true, ZeroOutputForMask: true}, in: []int{4, 2}, more: [][]int{{3}, {3}, {2}}, out: []int{4, 2}, weights: stacked, flat: true},
		{name: "bidirectional rnn of cells", layer: layer.Bidirectional{Layer: layer.RNN{Cell: layer.StackedRNNCells{Cells: []layer.Cell{layer.SimpleRNNCell{Units: 2}, layer.SimpleRNNCell{Units: 1, NoBias: true, Dropout: 0.3}}}}}, in: []int{3, 2}, out: []int{2}, trains: true, random: true, weights: []string{
			"forward_rnn/stacked_rnn_cells/simple_rnn_cell/kernel", "forward_rnn/stacked_rnn_cells/simple_rnn_cell/recurrent_kernel", "forward_rnn/stacked_rnn_cells/simple_rnn_cell/bias",
			"forward_rnn/stacked_rnn_cells/simple_rnn_cell_1/kernel", "forward_rnn/stacked_rnn_cells/simple_rnn_cell_1/recurrent_kernel",
			"backward_rnn/stacked_rnn_cells/simple_rnn_cell/kernel", "backward_rnn/stacked_rnn_cells/simple_rnn_cell/recurrent_kernel", "backward_rnn/stacked_rnn_cells/simple_rnn_cell/bias",
			"backward_rnn/stacked_rnn_cells/simple_rnn_cell_1/kernel", "backward_rnn/stacked_rnn_cells/simple_rnn_cell_1/recurrent_kernel",
		}},
		{name: "time distributed dense", mask: passes, layer: layer.TimeDistributed{Layer: layer.Dense{Units: 3}}, in: []int{4, 2}, out: []int{4, 3}, weights: prefixed("dense/", both)},
		{name: "time distributed flatten", mask: passes, layer: layer.TimeDistributed{Layer: layer.Flatten{}}, in: []int{2, 3, 2}, out: []int{2, 6}},
		{name: "time distributed dropout", mask: passes, layer: layer.TimeDistributed{Layer: layer.Dropout{Rate: 0.4}}, in: []int{5, 4}, out: []int{5, 4}, trains: true, random: true},
		{name: "time distributed batch normalization", mask: passes, layer: layer.TimeDistributed{Layer: layer.BatchNormalization{}}, in: []int{2, 3}, out: []int{2, 3}, weights: prefixed("batch_normalization/", slices.Concat(gamma, beta)), fixed: prefixed("batch_normalization/", moving), trains: true},
		{name: "time distributed lstm", mask: passes, layer: layer.TimeDistributed{Layer: layer.LSTM{Units: 2, Name: "l"}}, in: []int{2, 3, 2}, out: []int{2, 2}, weights: prefixed("l/", recurrent)},

		{name: "flatten", layer: layer.Flatten{}, in: []int{2, 3, 2}, out: []int{12}},
		{name: "flatten of a matrix", layer: layer.Flatten{}, in: []int{3, 4}, out: []int{12}},
		{name: "flatten of a flat sample", layer: layer.Flatten{}, in: []int{5}, out: []int{5}},

		{name: "conv1d", layer: layer.Conv1D{Filters: 3, KernelSize: 2}, in: []int{5, 2}, out: []int{4, 3}, weights: both},
		{name: "conv1d same", layer: layer.Conv1D{Filters: 2, KernelSize: 3, Strides: 2, Padding: layer.Same, Activation: layer.Tanh}, in: []int{5, 2}, out: []int{3, 2}, weights: both},
		{name: "conv1d causal", layer: layer.Conv1D{Filters: 2, KernelSize: 2, Padding: layer.Causal, DilationRate: 2, Activation: layer.Softmax}, in: []int{5, 2}, out: []int{5, 2}, weights: both},
		{name: "conv1d groups", layer: layer.Conv1D{Filters: 4, KernelSize: 3, Groups: 2, NoBias: true}, in: []int{4, 2}, out: []int{2, 4}, weights: kernel},
		{name: "conv2d", layer: layer.Conv2D{Filters: 3, KernelSize: [2]int{2, 3}, Activation: layer.GELU}, in: []int{4, 4, 2}, out: []int{3, 2, 3}, weights: both},
		{name: "conv2d same", layer: layer.Conv2D{Filters: 2, KernelSize: [2]int{3, 3}, Strides: [2]int{2, 1}, Padding: layer.Same}, in: []int{4, 3, 1}, out: []int{2, 3, 2}, weights: both},
		{name: "conv2d groups", layer: layer.Conv2D{Filters: 2, KernelSize: [2]int{1, 2}, DilationRate: [2]int{1, 2}, Groups: 2, NoBias: true}, in: []int{2, 4, 4}, out: []int{2, 2, 2}, weights: kernel},
		{name: "depthwise conv1d", layer: layer.DepthwiseConv1D{KernelSize: 2, DepthMultiplier: 2, Activation: layer.Tanh}, in: []int{5, 2}, out: []int{4, 4}, weights: both},
		{name: "depthwise conv1d strides and dilation", layer: layer.DepthwiseConv1D{KernelSize: 2, Strides: 2, DilationRate: 2, Padding: layer.Same, NoBias: true}, in: []int{5, 2}, out: []int{3, 2}, weights: kernel},
		{name: "depthwise conv2d", layer: layer.DepthwiseConv2D{KernelSize: [2]int{2, 3}, Padding: layer.Same, DepthMultiplier: 3}, in: []int{3, 4, 2}, out: []int{3, 4, 6}, weights: both},
		{name: "depthwise conv2d strides", layer: layer.DepthwiseConv2D{KernelSize: [2]int{2, 2}, Strides: [2]int{2, 1}, Activation: layer.Softmax}, in: []int{4, 3, 2}, out: []int{2, 2, 2}, weights: both},
		{name: "separable conv1d", layer: layer.SeparableConv1D{Filters: 3, KernelSize: 2, DepthMultiplier: 2, Activation: layer.Tanh}, in: []int{4, 2}, out: []int{3, 3}, weights: separable},
		{name: "separable conv2d", layer: layer.SeparableConv2D{Filters: 2, KernelSize: [2]int{2, 3}, Strides: [2]int{1, 2}, Padding: layer.Same, ActivityRegularizer: regularizer.L1L2{L2: 0.1}}, in: []int{3, 4, 2}, out: []int{3, 2, 2}, weights: separable},
		{name: "separable conv2d without bias", layer: layer.SeparableConv2D{Filters: 2, KernelSize: [2]int{1, 2}, DilationRate: [2]int{1, 2}, NoBias: true}, in: []int{2, 4, 2}, out: []int{2, 2, 2}, weights: separable[:2]},
		{name: "transposed conv1d", layer: layer.Conv1DTranspose{Filters: 3, KernelSize: 2, Strides: 3, Activation: layer.GELU}, in: []int{3, 2}, out: []int{9, 3}, weights: both},
		{name: "transposed conv1d same", layer: layer.Conv1DTranspose{Filters: 2, KernelSize: 3, Strides: 2, Padding: layer.Same, OutputPadding: []int{0}, NoBias: true}, in: []int{3, 2}, out: []int{5, 2}, weights: kernel},
		{name: "transposed conv2d", layer: layer.Conv2DTranspose{Filters: 2, KernelSize: [2]int{2, 3}, DilationRate: [2]int{1, 2}, Activation: layer.Softmax}, in: []int{2, 3, 2}, out: []int{3, 7, 2}, weights: both},
		{name: "transposed conv2d same", layer: layer.Conv2DTranspose{Filters: 3, KernelSize: [2]int{3, 2}, Strides: [2]int{2, 1}, Padding: layer.Same}, in: []int{2, 3, 1}, out: []int{4, 3, 3}, weights: both},
		{name: "transposed conv2d with output padding", layer: layer.Conv2DTranspose{Filters: 1, KernelSize: [2]int{2, 3}, Strides: [2]int{2, 3}, OutputPadding: []int{1, 0}}, in: []int{2, 2, 2}, out: []int{5, 6, 1}, weights: both},
		{name: "attention", layer: layer.Attention{}, in: []int{3, 2}, more: [][]int{{4, 2}}, out: []int{3, 2}, mask: passes},
		{name: "attention with a scale", layer: layer.Attention{UseScale: true}, in: []int{3, 2}, more: [][]int{{4, 2}}, out: []int{3, 2}, weights: []string{"scale"}, mask: passes},
		{name: "attention of keys", layer: layer.Attention{ScoreMode: layer.ConcatScores, UseCausalMask: true, ReturnAttentionScores: true}, in: []int{3, 2}, more: [][]int{{3, 3}, {3, 2}}, out: []int{3, 3}, moreOut: [][]int{{3, 3}}, weights: []string{"concat_score_weight"}, mask: passes},
		{name: "attention by sums with a scale", layer: layer.Attention{UseScale: true, ScoreMode: layer.ConcatScores}, in: []int{1, 2}, more: [][]int{{4, 2}}, out: []int{1, 2}, weights: []string{"scale", "concat_score_weight"}, mask: passes},
		{name: "attention with dropout", layer: layer.Attention{Dropout: 0.4}, in: []int{4, 2}, more: [][]int{{5, 2}}, out: []int{4, 2}, mask: passes, trains: true, random: true},
		{name: "additive attention", layer: layer.AdditiveAttention{}, in: []int{3, 2}, more: [][]int{{4, 2}}, out: []int{3, 2}, weights: []string{"scale"}, mask: passes},
		// With 3 values the masks of the suite leave each query a key: scores less by 1e9 are too coarse for finite differences.
		{name: "additive attention of keys", layer: layer.AdditiveAttention{UseCausalMask: true, ReturnAttentionScores: true}, in: []int{3, 2}, more: [][]int{{3, 3}, {3, 2}}, out: []int{3, 3}, moreOut: [][]int{{3, 3}}, weights: []string{"scale"}, mask: passes},
		{name: "additive attention without scale", layer: layer.AdditiveAttention{NoScale: true}, in: []int{3, 2}, more: [][]int{{4, 2}}, out: []int{3, 2}, mask: passes},
		{name: "additive attention with dropout", layer: layer.AdditiveAttention{Dropout: 0.4}, in: []int{4, 2}, more: [][]int{{5, 2}}, out: []int{4, 2}, weights: []string{"scale"}, mask: passes, trains: true, random: true},
		{name: "multi-head attention", layer: layer.MultiHeadAttention{NumHeads: 2, KeyDim: 3}, in: []int{3, 2}, more: [][]int{{4, 3}}, out: []int{3, 2}, weights: heads, mask: passes},
		{name: "multi-head attention of keys", layer: layer.MultiHeadAttention{NumHeads: 2, KeyDim: 2, ValueDim: 3, OutputShape: 4, UseCausalMask: true, ReturnAttentionScores: true}, in: []int{3, 2}, more: [][]int{{4, 3}, {4, 1}}, out: []int{3, 4}, moreOut: [][]int{{2, 3, 4}}, weights: heads, mask: passes},
		{name: "multi-head attention in a window", layer: layer.MultiHeadAttention{NumHeads: 1, KeyDim: 2, SlidingWindow: 2, NoBias: true}, in: []int{4, 2}, more: [][]int{{4, 2}}, out: []int{4, 2}, weights: []string{heads[0], heads[2], heads[4], heads[6]}, mask: passes},
		{name: "multi-head attention with a gate", layer: layer.MultiHeadAttention{NumHeads: 2, KeyDim: 2, ValueDim: 3, UseGate: true, ActivityRegularizer: regularizer.L2{}}, in: []int{3, 2}, more: [][]int{{4, 3}}, out: []int{3, 2}, weights: slices.Concat(heads[:4], []string{"gate/kernel", "gate/bias"}, heads[4:]), mask: passes},
		{name: "multi-head attention along one axis of two", layer: layer.MultiHeadAttention{NumHeads: 2, KeyDim: 2, AttentionAxes: []int{-3}, ReturnAttentionScores: true}, in: []int{3, 2, 2}, more: [][]int{{4, 2, 3}}, out: []int{3, 2, 2}, moreOut: [][]int{{2, 2, 3, 4}}, weights: heads, unmasked: true},
		{name: "multi-head attention along two axes", layer: layer.MultiHeadAttention{NumHeads: 1, KeyDim: 2, Dropout: 0.3}, in: []int{3, 2, 2}, more: [][]int{{1, 2, 2}, {1, 2, 1}}, out: []int{3, 2, 2}, weights: heads, unmasked: true, trains: true, random: true},
		{name: "multi-head attention with dropout", layer: layer.MultiHeadAttention{NumHeads: 2, KeyDim: 2, Dropout: 0.4}, in: []int{3, 2}, more: [][]int{{4, 2}}, out: []int{3, 2}, weights: heads, mask: passes, trains: true, random: true},
		{name: "max pooling 1d", layer: layer.MaxPooling1D{}, in: []int{5, 2}, out: []int{2, 2}},
		{name: "max pooling 1d same", layer: layer.MaxPooling1D{PoolSize: 3, Strides: 2, Padding: layer.Same}, in: []int{5, 2}, out: []int{3, 2}},
		{name: "max pooling 2d", layer: layer.MaxPooling2D{}, in: []int{4, 5, 2}, out: []int{2, 2, 2}},
		{name: "max pooling 2d same", layer: layer.MaxPooling2D{PoolSize: [2]int{3, 2}, Strides: [2]int{1, 2}, Padding: layer.Same}, in: []int{4, 5, 2}, out: []int{4, 3, 2}},
		{name: "average pooling 1d", layer: layer.AveragePooling1D{PoolSize: 3, Strides: 1}, in: []int{5, 2}, out: []int{3, 2}},
		{name: "average pooling 2d", layer: layer.AveragePooling2D{Padding: layer.Same}, in: []int{3, 5, 2}, out: []int{2, 3, 2}},
		{name: "global max pooling 1d", layer: layer.GlobalMaxPooling1D{}, in: []int{5, 2}, out: []int{2}},
		{name: "global max pooling 2d", layer: layer.GlobalMaxPooling2D{KeepDims: true}, in: []int{3, 4, 2}, out: []int{1, 1, 2}},
		{name: "global average pooling 1d", layer: layer.GlobalAveragePooling1D{KeepDims: true}, in: []int{5, 2}, out: []int{1, 2}},
		{name: "global average pooling 2d", layer: layer.GlobalAveragePooling2D{}, in: []int{3, 4, 2}, out: []int{2}},
		{name: "embedding with a mask", layer: layer.Embedding{InputDim: 6, OutputDim: 3, MaskZero: true}, in: []int{4}, out: []int{4, 3}, mask: makes, weights: []string{"embeddings"}, indices: 6},
		{name: "rescaling", layer: layer.Rescaling{Scale: 0.5, Offset: -1}, in: []int{2, 3}, out: []int{2, 3}, mask: passes},
		{name: "rescaling by column", layer: layer.Rescaling{Scales: []float64{2, -3}, Offsets: []float64{0, 1}}, in: []int{2}, out: []int{2}},
		{name: "category encoding", layer: layer.CategoryEncoding{NumTokens: 3}, in: []int{4}, out: []int{3}, indices: 3},
		{name: "category encoding one hot", layer: layer.CategoryEncoding{NumTokens: 3, OutputMode: layer.OneHotOutput}, in: []int{4, 2}, out: []int{4, 2, 3}, indices: 3},
		{name: "category encoding of one", layer: layer.CategoryEncoding{NumTokens: 3, OutputMode: layer.OneHotOutput}, in: []int{2, 1}, out: []int{2, 3}, indices: 3},
		{name: "category encoding with weights", layer: layer.CategoryEncoding{NumTokens: 3, OutputMode: layer.CountOutput}, in: []int{4}, more: [][]int{{4}}, out: []int{3}, indices: 3},
		{name: "discretization", layer: layer.Discretization{BinBoundaries: []float64{1, 3}}, in: []int{4, 2}, out: []int{4, 2}, indices: 5},
		{name: "discretization counts", layer: layer.Discretization{BinBoundaries: []float64{1, 3}, OutputMode: layer.CountOutput}, in: []int{4}, out: []int{3}, indices: 5},
		{name: "integer lookup", layer: layer.IntegerLookup{Vocabulary: []int64{3, 1}}, in: []int{4, 2}, out: []int{4, 2}, indices: 5},
		{name: "integer lookup one hot", layer: layer.IntegerLookup{Vocabulary: []int64{3, 1}, NumOOVIndices: 2, OOVHash: true, OutputMode: layer.OneHotOutput}, in: []int{4}, out: []int{4, 4}, indices: 5},
		{name: "hashing", layer: layer.Hashing{NumBins: 3}, in: []int{4, 2}, out: []int{4, 2}, indices: 9},
		{name: "hashing counts", layer: layer.Hashing{NumBins: 3, Salt: []uint64{5}, OutputMode: layer.CountOutput}, in: []int{4}, out: []int{3}, indices: 9},
		{name: "masking", layer: layer.Masking{}, in: []int{4, 3}, out: []int{4, 3}, mask: makes},
		{name: "masking of images", layer: layer.Masking{MaskValue: 2}, in: []int{2, 3, 2}, out: []int{2, 3, 2}, mask: makes},
		{name: "add", layer: layer.Add{}, in: []int{3, 2}, more: [][]int{{3, 2}}, out: []int{3, 2}, mask: merges},
		{name: "add of flat samples", layer: layer.Add{}, in: []int{3}, more: [][]int{{3}, {3}}, out: []int{3}},
		{name: "add with repetition", layer: layer.Add{}, in: []int{1, 3}, more: [][]int{{2, 2, 1}, {3}}, out: []int{2, 2, 3}},
		{name: "dense with an activity regularizer", layer: layer.Dense{Units: 2, ActivityRegularizer: regularizer.L1L2{L1: 0.3, L2: 0.2}}, in: []int{3}, out: []int{2}, weights: both},
		{name: "embedding", layer: layer.Embedding{InputDim: 6, OutputDim: 3}, in: []int{4}, out: []int{4, 3}, weights: []string{"embeddings"}, indices: 6},
		{name: "embedding of two axes", layer: layer.Embedding{InputDim: 1, OutputDim: 1}, in: []int{2, 2}, out: []int{2, 2, 1}, weights: []string{"embeddings"}, indices: 1},
	}
	all = slices.Concat(all, mergeCases(), placeCases(), noiseCases(), elementCases(), einsumCases())
	for f := layer.Linear; f <= layer.GLU; f++ {
		width := 4
		if f == layer.GLU {
			width = 2
		}
		all = append(all,
			layerCase{name: "activation " + f.String(), mask: passes, layer: layer.Activation{Func: f}, in: []int{2, 4}, out: []int{2, width}},
			layerCase{name: "dense " + f.String(), layer: layer.Dense{Units: 4, Activation: f}, in: []int{3}, out: []int{width}, weights: both},
		)
	}
	return all
}

// prefixed puts a prefix before names.
func prefixed(prefix string, names []string) (all []string) {
	for _, name := range names {
		all = append(all, prefix+name)
	}
	return all
}

// directions names the weights of both directions of a recurrent layer.
func directions(name string) []string {
	recurrent := []string{"kernel", "recurrent_kernel", "bias"}
	return slices.Concat(prefixed("forward_"+name+"/", recurrent), prefixed("backward_"+name+"/", recurrent))
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
		{"batch normalization of another axis", layer.BatchNormalization{Axis: 1}, []int{4, 3}, "expected the last axis, -1 or 2, got axis 1"},
		{"negative momentum", layer.BatchNormalization{Momentum: -0.1}, []int{4}, "expected a momentum from 0 to 1, got -0.1"},
		{"momentum above 1", layer.BatchNormalization{Momentum: 1.1}, []int{4}, "expected a momentum from 0 to 1, got 1.1"},
		{"momentum NaN", layer.BatchNormalization{Momentum: nan}, []int{4}, "expected a momentum from 0 to 1, got NaN"},
		{"negative epsilon", layer.BatchNormalization{Epsilon: -1}, []int{4}, "expected a finite epsilon above 0, got -1"},
		{"epsilon NaN", layer.BatchNormalization{Epsilon: nan}, []int{4}, "expected a finite epsilon above 0, got NaN"},
		{"recurrent dropout of everything", layer.GRU{Units: 2, RecurrentDropout: 1}, []int{4, 2}, "expected a recurrent dropout from 0 to below 1, got 1"},
		{"dropout of everything", layer.LSTM{Units: 2, Dropout: 1}, []int{4, 2}, "expected a dropout from 0 to below 1, got 1"},
		{"bidirectional of nothing", layer.Bidirectional{}, []int{4, 2}, "expected a recurrent layer, got <nil>"},
		{"bidirectional dense", layer.Bidirectional{Layer: layer.Dense{Units: 1}}, []int{4, 2}, "expected a recurrent layer, got layer.Dense"},
		{"backward dense", layer.Bidirectional{Layer: layer.GRU{Units: 1}, BackwardLayer: layer.Dense{}}, []int{4, 2}, "expected a recurrent backward layer, got layer.Dense"},
		{"bidirectional in one direction", layer.Bidirectional{Layer: layer.GRU{Units: 1, GoBackwards: true}}, []int{4, 2}, "expected layers of which one goes backwards, got two in one direction"},
		{"directions that differ", layer.Bidirectional{Layer: layer.GRU{Units: 1}, BackwardLayer: layer.GRU{Units: 1, GoBackwards: true, ReturnState: true}}, []int{4, 2}, "expected layers that agree in ReturnSequences, ReturnState and Stateful"},
		{"directions of one name", layer.Bidirectional{Layer: layer.GRU{Units: 1, Name: "a"}, BackwardLayer: layer.GRU{Units: 1, GoBackwards: true, Name: "forward_a"}}, []int{4, 2}, `expected layers of different names, got "forward_a" twice`},
		{"sum of two widths", layer.Bidirectional{Layer: layer.GRU{Units: 1}, BackwardLayer: layer.LSTM{Units: 2, GoBackwards: true}, MergeMode: layer.MergeSum}, []int{4, 2}, "expected layers of as many units to merge by sum, got 1 and 2"},
		{"unknown merge mode", layer.Bidirectional{Layer: layer.GRU{Units: 1}, MergeMode: 5}, []int{4, 2}, "unknown merge mode 5"},
		{"bidirectional without units", layer.Bidirectional{Layer: layer.GRU{}}, []int{4, 2}, "forward_gru: expected at least 1 unit, got 0"},
		{"rnn without a cell", layer.RNN{}, []int{4, 2}, "expected a cell, got nil"},
		{"rnn of no cells", layer.RNN{Cell: layer.StackedRNNCells{}}, []int{4, 2}, "expected at least one cell, got none"},
		{"rnn of a nil cell", layer.RNN{Cell: layer.StackedRNNCells{Cells: []layer.Cell{nil}}}, []int{4, 2}, "cell 0: expected an LSTMCell, GRUCell or SimpleRNNCell, got <nil>"},
		{"rnn of cells of one name", layer.RNN{Cell: layer.StackedRNNCells{Cells: []layer.Cell{layer.GRUCell{Units: 1, Name: "a"}, layer.GRUCell{Units: 1, Name: "a"}}}}, []int{4, 2}, `expected cells of different names, got "stacked_rnn_cells/a" twice`},
		{"rnn of a cell without units", layer.RNN{Cell: layer.GRUCell{}}, []int{4, 2}, "expected at least 1 unit, got 0"},
		{"bidirectional rnn without a cell", layer.Bidirectional{Layer: layer.RNN{}}, []int{4, 2}, "forward_rnn: expected cells, got none"},
		{"time distributed nothing", layer.TimeDistributed{}, []int{4, 2}, "expected a layer to apply to each timestep, got nil"},
		{"time distributed over flat samples", layer.TimeDistributed{Layer: layer.Dense{Units: 1}}, []int{4}, "expected sequences, of shape (timesteps, ...), got shape [4]"},
		{"time distributed layer without units", layer.TimeDistributed{Layer: layer.Dense{}}, []int{4, 2}, "dense: expected at least 1 unit, got 0"},
		{"time distributed layer of two outputs", layer.TimeDistributed{Layer: layer.GRU{Units: 1, ReturnState: true}}, []int{4, 3, 2}, "expected a layer of one output, got 2"},
		{"axis beyond the sample", layer.LayerNormalization{Axis: []int{3}}, []int{4, 2}, "expected axes of samples of shape [4 2], from 1 to 2 or from -2 to -1, got 3"},
		{"axis of the batch", layer.RMSNormalization{Axis: []int{0}}, []int{4}, "expected axes of samples of shape [4], from 1 to 1 or from -1 to -1, got 0"},
		{"one axis twice", layer.UnitNormalization{Axis: []int{1, -1}}, []int{4}, "expected each axis once, got [1 -1]"},
		{"epsilon of a layer normalization", layer.LayerNormalization{Epsilon: -1}, []int{4}, "expected a finite epsilon above 0, got -1"},
		{"epsilon of a group normalization", layer.GroupNormalization{Epsilon: nan}, []int{32}, "expected a finite epsilon above 0, got NaN"},
		{"groups that do not divide channels evenly", layer.GroupNormalization{}, []int{48}, "expected channels that 32 groups divide evenly, got 48"},
		{"negative number of groups", layer.GroupNormalization{Groups: -2}, []int{4}, "expected channels that -2 groups divide evenly, got 4"},
		{"mean without variance", layer.Normalization{Mean: []float64{1}}, []int{4}, "expected as many variances as means, got 0 and 1"},
		{"means for other axes", layer.Normalization{Mean: []float64{1, 2}, Variance: []float64{1, 1}}, []int{4}, "expected a mean and a variance for each place along axes of sizes [4], got 2"},
		{"no means", layer.Normalization{Mean: []float64{}, Variance: []float64{}}, []int{4}, "expected a mean and a variance for each place along axes of sizes [4], got 0"},
		{"negative variance", layer.Normalization{Mean: []float64{0}, Variance: []float64{-1}}, []int{4}, "expected variances of at least 0, got -1"},
		{"lstm on flat samples", layer.LSTM{Units: 2}, []int{4}, "expected sequences, of shape (timesteps, features), got shape [4]"},
		{"gru on images", layer.GRU{Units: 2}, []int{4, 4, 1}, "expected sequences, of shape (timesteps, features), got shape [4 4 1]"},
		{"lstm without units", layer.LSTM{}, []int{4, 2}, "expected at least 1 unit, got 0"},
		{"gru without units", layer.GRU{Units: -1}, []int{4, 2}, "expected at least 1 unit, got -1"},
		{"simple rnn without units", layer.SimpleRNN{}, []int{4, 2}, "expected at least 1 unit, got 0"},
		{"unknown activation of an lstm", layer.LSTM{Units: 2, Activation: layer.GLU + 1}, []int{4, 2}, "unknown activation ActivationFunc(29)"},
		{"gates by softmax", layer.GRU{Units: 2, RecurrentActivation: layer.Softmax}, []int{4, 2}, "expected an activation that works element by element, got softmax"},
		{"infinite epsilon", layer.BatchNormalization{Epsilon: inf}, []int{4}, "expected a finite epsilon above 0, got +Inf"},

		{"conv1d on flat samples", layer.Conv1D{Filters: 2, KernelSize: 2}, []int{4}, "expected sequences, of shape (timesteps, features), got shape [4]"},
		{"conv2d on sequences", layer.Conv2D{Filters: 2, KernelSize: [2]int{2, 2}}, []int{4, 3}, "expected images, of shape (rows, columns, channels), got shape [4 3]"},
		{"conv1d without filters", layer.Conv1D{KernelSize: 2}, []int{4, 1}, "expected at least 1 filter, got 0"},
		{"conv1d without kernel", layer.Conv1D{Filters: 2}, []int{4, 1}, "expected a kernel size of at least 1, got 0"},
		{"conv2d with half a kernel", layer.Conv2D{Filters: 2, KernelSize: [2]int{2}}, []int{4, 4, 1}, "expected a kernel size of at least 1, got [2 0]"},
		{"negative strides", layer.Conv1D{Filters: 2, KernelSize: 2, Strides: -1}, []int{4, 1}, "expected strides of at least 1, got -1"},
		{"negative dilation rate", layer.Conv2D{Filters: 2, KernelSize: [2]int{2, 2}, DilationRate: [2]int{1, -2}}, []int{4, 4, 1}, "expected a dilation rate of at least 1, got [1 -2]"},
		{"strides and dilation rate", layer.Conv2D{Filters: 2, KernelSize: [2]int{1, 1}, Strides: [2]int{2, 1}, DilationRate: [2]int{1, 2}}, []int{4, 4, 1}, "strides above 1 do not go with a dilation rate above 1, got [2 1] and [1 2]"},
		{"negative groups", layer.Conv1D{Filters: 2, KernelSize: 2, Groups: -1}, []int{4, 1}, "expected at least 1 group, got -1"},
		{"groups that do not divide filters", layer.Conv1D{Filters: 3, KernelSize: 2, Groups: 2}, []int{4, 2}, "expected filters that 2 groups divide evenly, got 3"},
		{"groups that do not divide channels", layer.Conv1D{Filters: 4, KernelSize: 2, Groups: 2}, []int{4, 3}, "expected channels that 2 groups divide evenly, got shape [4 3]"},
		{"kernel longer than the sequence", layer.Conv1D{Filters: 2, KernelSize: 3, DilationRate: 2}, []int{4, 1}, "expected a size of at least 5 along axis 0, for a window to fit, got shape [4 1]"},
		{"kernel wider than the image", layer.Conv2D{Filters: 2, KernelSize: [2]int{1, 3}}, []int{4, 2, 1}, "expected a size of at least 3 along axis 1, for a window to fit, got shape [4 2 1]"},
		{"causal images", layer.Conv2D{Filters: 2, KernelSize: [2]int{1, 1}, Padding: layer.Causal}, []int{4, 4, 1}, "causal padding is for Conv1D alone"},
		{"unknown padding", layer.Conv1D{Filters: 2, KernelSize: 1, Padding: 3}, []int{4, 1}, "unknown padding 3"},
		{"unknown activation of a convolution", layer.Conv1D{Filters: 2, KernelSize: 1, Activation: -1}, []int{4, 1}, "unknown activation -1"},
		{"glu of an odd number of filters", layer.Conv2D{Filters: 3, KernelSize: [2]int{1, 1}, Activation: layer.GLU}, []int{4, 4, 1}, "glu halves the last axis, got an odd size 3"},
		{"depthwise on flat samples", layer.DepthwiseConv1D{KernelSize: 2}, []int{4}, "expected sequences, of shape (timesteps, features), got shape [4]"},
		{"negative depth multiplier", layer.DepthwiseConv2D{KernelSize: [2]int{1, 1}, DepthMultiplier: -1}, []int{4, 4, 1}, "expected a depth multiplier of at least 1, got -1"},
		{"causal depthwise", layer.DepthwiseConv1D{KernelSize: 1, Padding: layer.Causal}, []int{4, 1}, "causal padding is for Conv1D alone"},
		{"separable without filters", layer.SeparableConv1D{KernelSize: 1}, []int{4, 1}, "expected at least 1 filter, got 0"},
		{"separable without kernel", layer.SeparableConv2D{Filters: 1}, []int{4, 4, 1}, "expected a kernel size of at least 1, got [0 0]"},
		{"causal transposed", layer.Conv1DTranspose{Filters: 1, KernelSize: 1, Padding: layer.Causal}, []int{4, 1}, "causal padding is for Conv1D alone"},
		{"transposed on flat samples", layer.Conv2DTranspose{Filters: 1, KernelSize: [2]int{1, 1}}, []int{4}, "expected images, of shape (rows, columns, channels), got shape [4]"},
		{"transposed without filters", layer.Conv1DTranspose{KernelSize: 1}, []int{4, 1}, "expected at least 1 filter, got 0"},
		{"transposed strides and dilation rate", layer.Conv1DTranspose{Filters: 1, KernelSize: 2, Strides: 2, DilationRate: 2}, []int{4, 1}, "strides above 1 do not go with a dilation rate above 1, got 2 and 2"},
		{"output padding of the strides", layer.Conv1DTranspose{Filters: 1, KernelSize: 2, Strides: 2, OutputPadding: []int{2}}, []int{4, 1}, "expected an output padding from 0 to below the strides 2, got 2"},
		{"negative output padding", layer.Conv2DTranspose{Filters: 1, KernelSize: [2]int{2, 2}, OutputPadding: []int{0, -1}}, []int{4, 4, 1}, "expected an output padding from 0 to below the strides [1 1], got [0 -1]"},
		{"output padding of one axis", layer.Conv2DTranspose{Filters: 1, KernelSize: [2]int{2, 2}, OutputPadding: []int{0}}, []int{4, 4, 1}, "expected an output padding for each of 2 axes, got [0]"},
		{"transposed without outputs", layer.Conv1DTranspose{Filters: 1, KernelSize: 2, Padding: layer.Same, OutputPadding: []int{0}}, []int{1, 1}, "no output along axis 0: expected a larger kernel size or output padding, got shape [1 1]"},
		{"dot attention of one input", layer.Attention{}, []int{4, 2}, "expected from 2 to 3 inputs, queries, values and keys, got 1"},
		{"attention of one input", layer.AdditiveAttention{}, []int{4, 2}, "expected from 2 to 3 inputs, queries, values and keys, got 1"},
		{"multi-head attention of one input", layer.MultiHeadAttention{NumHeads: 1, KeyDim: 1}, []int{4, 2}, "expected from 2 to 4 inputs, queries, values and keys, got 1"},
		{"pool longer than the sequence", layer.MaxPooling1D{PoolSize: 5}, []int{4, 1}, "expected a size of at least 5 along axis 0, for a window to fit, got shape [4 1]"},
		{"negative pool", layer.AveragePooling2D{PoolSize: [2]int{-1, 2}}, []int{4, 4, 1}, "expected a pool size of at least 1, got [-1 2]"},
		{"causal pool", layer.AveragePooling1D{Padding: layer.Causal}, []int{4, 1}, "causal padding is for Conv1D alone"},
		{"pool of flat samples", layer.MaxPooling2D{}, []int{4}, "expected images, of shape (rows, columns, channels), got shape [4]"},
		{"global pool of flat samples", layer.GlobalMaxPooling1D{}, []int{4}, "expected sequences, of shape (timesteps, features), got shape [4]"},
		{"global pool of sequences", layer.GlobalAveragePooling2D{}, []int{4, 1}, "expected images, of shape (rows, columns, channels), got shape [4 1]"},
		{"masking of flat samples", layer.Masking{}, []int{4}, "expected sequences, of shape (timesteps, features), got shape [4]"},
		{"rescaling without a scale", layer.Rescaling{Offset: 2}, []int{4}, "expected a scale, got none; layer.Zero is a scale of 0"},
		{"rescaling with both scales", layer.Rescaling{Scale: 2, Scales: []float64{1}}, []int{1}, "expected Scale or Scales, got both"},
		{"rescaling with both offsets", layer.Rescaling{Scale: 2, Offset: 2, Offsets: []float64{1}}, []int{1}, "expected Offset or Offsets, got both"},
		{"rescaling of other columns", layer.Rescaling{Scales: []float64{1, 2}}, []int{2, 3}, "expected 3 scales, one for each column, got 2"},
		{"rescaling with other offsets", layer.Rescaling{Scale: 2, Offsets: []float64{1, 2}}, []int{3}, "expected 3 offsets, one for each column, got 2"},
		{"category encoding without tokens", layer.CategoryEncoding{}, []int{3}, "expected at least 1 token, got 0"},
		{"category encoding to indices", layer.CategoryEncoding{NumTokens: 2, OutputMode: layer.IntOutput}, []int{3}, "output mode int, expected one of [multi_hot one_hot count]"},
		{"category encoding of sets of sets", layer.CategoryEncoding{NumTokens: 2}, []int{3, 2}, "output mode multi_hot: expected samples of shape (k), got shape [3 2]"},
		{"category encoding of nothing", layer.CategoryEncoding{NumTokens: 2}, nil, "expected one input, or a second one of weights, got 0"},
		{"discretization without boundaries", layer.Discretization{NumBins: 3}, []int{3}, "expected bin boundaries, got none: give them, or call Adapt"},
		{"discretization out of order", layer.Discretization{BinBoundaries: []float64{2, 1}}, []int{3}, "expected bin boundaries in ascending order, got [2 1]"},
		{"discretization by frequency", layer.Discretization{BinBoundaries: []float64{2}, OutputMode: layer.TFIDFOutput}, []int{3}, "output mode tf_idf, expected one of [int one_hot multi_hot count]"},
		{"add of one input", layer.Add{}, []int{4}, "expected two or more inputs, got 1"},
		{"embedding without rows", layer.Embedding{OutputDim: 2}, []int{4}, "expected a table of at least 1 row and 1 column, got 0 and 2"},
		{"embedding without columns", layer.Embedding{InputDim: 2}, []int{4}, "expected a table of at least 1 row and 1 column, got 2 and 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var in [][]int
			if test.in != nil {
				in = [][]int{test.in}
			}
			_, err := layer.Build(test.layer, in)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, expected %s", err, test.want)
			}
		})
	}
}

func TestAttentionBuildErrors(t *testing.T) {
	heads := layer.MultiHeadAttention{NumHeads: 2, KeyDim: 3}
	with := func(change func(*layer.MultiHeadAttention)) layer.Layer {
		l := heads
		change(&l)
		return l
	}
	two := [][]int{{3, 2}, {4, 2}}
	for _, test := range []struct {
		name  string
		layer layer.Layer
		in    [][]int
		want  string
	}{
		{"flat queries", heads, [][]int{{3}, {4, 2}}, "expected sequences, of shape (timesteps, features), got shape [3]"},
		{"fewer keys", heads, [][]int{{3, 2}, {4, 2}, {5, 2}}, "expected as many keys as values, got shapes [5 2] and [4 2]"},
		{"mask of other steps", heads, [][]int{{3, 2}, {4, 2}, {4, 2}, {3, 3}}, "expected an attention mask of shape [3 4], got [3 3]"},
		{"keys of another size", layer.AdditiveAttention{}, [][]int{{3, 2}, {4, 3}}, "expected queries and keys of one size, got shapes [3 2] and [4 3]"},
		{"unknown score mode", layer.Attention{ScoreMode: 2}, two, "expected DotScores or ConcatScores, got score mode 2"},
		{"dot attention with keys of another size", layer.Attention{}, [][]int{{3, 2}, {4, 3}}, "expected queries and keys of one size, got shapes [3 2] and [4 3]"},
		{"dropout above 1", layer.AdditiveAttention{Dropout: 1.5}, two, "expected a dropout from 0 to 1, got 1.5"},
		{"dropout NaN", with(func(l *layer.MultiHeadAttention) { l.Dropout = math.NaN() }), two, "expected a dropout from 0 to 1, got NaN"},
		{"no heads", layer.MultiHeadAttention{KeyDim: 3}, two, "expected at least 1 head and a key dimension of at least 1, got 0 and 3"},
		{"negative value dimension", with(func(l *layer.MultiHeadAttention) { l.ValueDim = -1 }), two, "expected a value dimension of at least 1, got -1"},
		{"negative output shape", with(func(l *layer.MultiHeadAttention) { l.OutputShape = -1 }), two, "expected an output shape of at least 1, got -1"},
		{"negative window", with(func(l *layer.MultiHeadAttention) { l.SlidingWindow = -1 }), two, "expected a sliding window of at least 1, got -1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := layer.Build(test.layer, test.in); err == nil || err.Error() != test.want {
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
		{layer.Add{Name: "n"}, "Add"},
		{layer.Masking{Name: "n"}, "Masking"},
		{layer.Rescaling{Name: "n"}, "Rescaling"},
		{layer.CategoryEncoding{Name: "n"}, "CategoryEncoding"},
		{layer.Discretization{Name: "n"}, "Discretization"},
		{layer.IntegerLookup{Name: "n"}, "IntegerLookup"},
		{layer.Hashing{Name: "n"}, "Hashing"},
		{layer.Dense{Name: "n"}, "Dense"},
		{layer.Activation{Name: "n"}, "Activation"},
		{layer.Dropout{Name: "n"}, "Dropout"},
		{layer.BatchNormalization{Name: "n"}, "BatchNormalization"},
		{layer.Bidirectional{Name: "n"}, "Bidirectional"},
		{layer.RNN{Name: "n"}, "RNN"},
		{layer.TimeDistributed{Name: "n"}, "TimeDistributed"},
		{layer.LayerNormalization{Name: "n"}, "LayerNormalization"},
		{layer.RMSNormalization{Name: "n"}, "RMSNormalization"},
		{layer.UnitNormalization{Name: "n"}, "UnitNormalization"},
		{layer.GroupNormalization{Name: "n"}, "GroupNormalization"},
		{layer.Normalization{Name: "n"}, "Normalization"},
		{layer.Flatten{Name: "n"}, "Flatten"},
		{layer.Conv1D{Name: "n"}, "Conv1D"},
		{layer.Conv2D{Name: "n"}, "Conv2D"},
		{layer.DepthwiseConv1D{Name: "n"}, "DepthwiseConv1D"},
		{layer.DepthwiseConv2D{Name: "n"}, "DepthwiseConv2D"},
		{layer.SeparableConv1D{Name: "n"}, "SeparableConv1D"},
		{layer.SeparableConv2D{Name: "n"}, "SeparableConv2D"},
		{layer.Conv1DTranspose{Name: "n"}, "Conv1DTranspose"},
		{layer.Conv2DTranspose{Name: "n"}, "Conv2DTranspose"},
		{layer.Attention{Name: "n"}, "Attention"},
		{layer.AdditiveAttention{Name: "n"}, "AdditiveAttention"},
		{layer.MultiHeadAttention{Name: "n"}, "MultiHeadAttention"},
		{layer.MaxPooling1D{Name: "n"}, "MaxPooling1D"},
		{layer.MaxPooling2D{Name: "n"}, "MaxPooling2D"},
		{layer.AveragePooling1D{Name: "n"}, "AveragePooling1D"},
		{layer.AveragePooling2D{Name: "n"}, "AveragePooling2D"},
		{layer.GlobalMaxPooling1D{Name: "n"}, "GlobalMaxPooling1D"},
		{layer.GlobalMaxPooling2D{Name: "n"}, "GlobalMaxPooling2D"},
		{layer.GlobalAveragePooling1D{Name: "n"}, "GlobalAveragePooling1D"},
		{layer.GlobalAveragePooling2D{Name: "n"}, "GlobalAveragePooling2D"},
		{layer.Embedding{Name: "n"}, "Embedding"},
		{layer.LSTM{Name: "n"}, "LSTM"},
		{layer.GRU{Name: "n"}, "GRU"},
		{layer.SimpleRNN{Name: "n"}, "SimpleRNN"},
	}
	for _, test := range tests {
		if class, name := test.layer.Class(), test.layer.GivenName(); class != test.class || name != "n" {
			t.Errorf("%T: class %q and name %q, expected %q and %q", test.layer, class, name, test.class, "n")
		}
	}
}
