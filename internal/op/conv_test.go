package op

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func axes(p kernel.Padding, stride, dilation int, inSize ...int) (a []kernel.Axis) {
	for i := 0; i < len(inSize); i += 2 {
		a = append(a, kernel.NewAxis(inSize[i], inSize[i+1], stride, dilation, p))
	}
	return a
}

func TestConvGradients(t *testing.T) {
	for _, c := range []struct {
		name              string
		axes              []kernel.Axis
		channels, filters int
		groups            int
		activation        kernel.Activation
		withoutBias       bool
	}{
		{name: "1d valid", axes: axes(kernel.Valid, 1, 1, 7, 3), channels: 2, filters: 3},
		{name: "1d valid strides 2", axes: axes(kernel.Valid, 2, 1, 8, 3), channels: 2, filters: 3},
		{name: "1d valid dilation 2", axes: axes(kernel.Valid, 1, 2, 7, 3), channels: 2, filters: 3},
		{name: "1d same", axes: axes(kernel.Same, 1, 1, 6, 4), channels: 2, filters: 3},
		{name: "1d same strides 3", axes: axes(kernel.Same, 3, 1, 7, 2), channels: 2, filters: 3},
		{name: "1d same dilation 2", axes: axes(kernel.Same, 1, 2, 6, 3), channels: 2, filters: 3},
		{name: "1d same, windows of padding alone", axes: axes(kernel.Same, 1, 5, 3, 2), channels: 2, filters: 3},
		{name: "1d causal", axes: axes(kernel.Causal, 1, 1, 6, 3), channels: 2, filters: 3},
		{name: "1d causal strides 2", axes: axes(kernel.Causal, 2, 1, 6, 3), channels: 2, filters: 3},
		{name: "1d causal dilation 3", axes: axes(kernel.Causal, 1, 3, 6, 2), channels: 2, filters: 3},
		{name: "1d groups", axes: axes(kernel.Same, 1, 1, 6, 3), channels: 4, filters: 6, groups: 2},
		{name: "1d one place, one channel, one filter", axes: axes(kernel.Valid, 1, 1, 4, 1), channels: 1, filters: 1},
		{name: "2d valid", axes: axes(kernel.Valid, 1, 1, 4, 3, 5, 2), channels: 2, filters: 3},
		{name: "2d valid strides 2", axes: axes(kernel.Valid, 2, 1, 5, 3, 6, 2), channels: 2, filters: 3},
		{name: "2d valid dilation 2", axes: axes(kernel.Valid, 1, 2, 5, 2, 6, 3), channels: 2, filters: 3},
		{name: "2d same", axes: axes(kernel.Same, 1, 1, 4, 3, 3, 2), channels: 2, filters: 3},
		{name: "2d same strides 2", axes: axes(kernel.Same, 2, 1, 5, 3, 4, 3), channels: 2, filters: 3},
		{name: "2d same dilation 2", axes: axes(kernel.Same, 1, 2, 4, 2, 4, 3), channels: 2, filters: 2},
		{name: "2d groups", axes: axes(kernel.Valid, 1, 1, 4, 2, 4, 3), channels: 4, filters: 2, groups: 2},
		{name: "2d a group for each channel", axes: axes(kernel.Same, 1, 1, 3, 3, 3, 3), channels: 3, filters: 3, groups: 3},
		{name: "2d without bias", axes: axes(kernel.Valid, 1, 1, 4, 3, 4, 3), channels: 2, filters: 3, withoutBias: true},
		{name: "2d tanh", axes: axes(kernel.Same, 1, 1, 4, 3, 4, 3), channels: 2, filters: 3, activation: kernel.Tanh},
		{name: "2d gelu", axes: axes(kernel.Valid, 1, 1, 4, 3, 4, 3), channels: 2, filters: 3, activation: kernel.GELU},
		{name: "2d relu", axes: axes(kernel.Valid, 1, 1, 4, 3, 4, 3), channels: 2, filters: 3, activation: kernel.ReLU},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := ConvConfig{
				X: tensor.Shape{2}, Axes: c.axes, Filters: c.filters, Groups: max(c.groups, 1),
				Bias: !c.withoutBias, Activation: c.activation, InputGrad: true,
			}
			w := tensor.Shape{}
			for _, a := range c.axes {
				config.X, w = append(config.X, a.In), append(w, a.Size)
			}
			config.X, w = append(config.X, c.channels), append(w, c.channels/config.Groups, c.filters)
			n := network{inputs: []tensor.Shape{config.X, w}}
			if config.Bias {
				n.inputs = append(n.inputs, tensor.Shape{c.filters})
			}
			n.build = func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) { return apply(Conv(dt, config))(in) }
			checkGradient(t, n)
		})
	}
}

func transposedAxes(p kernel.Padding, stride, dilation, extra int, inSize ...int) (a []kernel.Axis) {
	for i := 0; i < len(inSize); i += 2 {
		a = append(a, kernel.TransposedAxis(inSize[i], inSize[i+1], stride, dilation, extra, p))
	}
	return a
}

func TestConvTransposedGradients(t *testing.T) {
	for _, c := range []struct {
		name        string
		axes        []kernel.Axis
		activation  kernel.Activation
		withoutBias bool
	}{
		{name: "1d valid", axes: transposedAxes(kernel.Valid, 1, 1, -1, 4, 3)},
		{name: "1d valid strides 2", axes: transposedAxes(kernel.Valid, 2, 1, -1, 4, 3)},
		{name: "1d valid strides 3, gaps", axes: transposedAxes(kernel.Valid, 3, 1, -1, 3, 2)},
		{name: "1d valid strides 2, extra", axes: transposedAxes(kernel.Valid, 2, 1, 1, 3, 2)},
		{name: "1d valid dilation 2", axes: transposedAxes(kernel.Valid, 1, 2, -1, 3, 3)},
		{name: "1d same", axes: transposedAxes(kernel.Same, 1, 1, -1, 4, 3)},
		{name: "1d same strides 2", axes: transposedAxes(kernel.Same, 2, 1, -1, 4, 4)},
		{name: "1d same strides 3, gaps", axes: transposedAxes(kernel.Same, 3, 1, -1, 3, 2)},
		{name: "1d same strides 2, none extra", axes: transposedAxes(kernel.Same, 2, 1, 0, 4, 3)},
		{name: "1d same dilation 3", axes: transposedAxes(kernel.Same, 1, 3, -1, 4, 2)},
		{name: "1d one place", axes: transposedAxes(kernel.Valid, 1, 1, -1, 4, 1)},
		{name: "2d valid strides 2", axes: transposedAxes(kernel.Valid, 2, 1, -1, 3, 3, 2, 2)},
		{name: "2d valid", axes: transposedAxes(kernel.Valid, 1, 1, -1, 3, 3, 2, 2)},
		{name: "2d same strides 2", axes: transposedAxes(kernel.Same, 2, 1, -1, 2, 3, 3, 3)},
		{name: "2d same dilation 2", axes: transposedAxes(kernel.Same, 1, 2, -1, 3, 2, 3, 3)},
		{name: "2d without bias", axes: transposedAxes(kernel.Same, 2, 1, 1, 2, 3, 3, 2), withoutBias: true},
		{name: "2d gelu", axes: transposedAxes(kernel.Same, 2, 1, -1, 2, 3, 3, 3), activation: kernel.GELU},
		{name: "2d relu", axes: transposedAxes(kernel.Valid, 2, 1, -1, 2, 3, 3, 3), activation: kernel.ReLU},
	} {
		t.Run(c.name, func(t *testing.T) {
			const channels, filters = 2, 3
			config := ConvTransposedConfig{
				X: tensor.Shape{2}, Axes: c.axes, Filters: filters, Bias: !c.withoutBias, Activation: c.activation, InputGrad: true,
			}
			w := tensor.Shape{}
			for _, a := range c.axes {
				config.X, w = append(config.X, a.Out), append(w, a.Size)
			}
			config.X, w = append(config.X, channels), append(w, filters, channels)
			n := network{inputs: []tensor.Shape{config.X, w}}
			if config.Bias {
				n.inputs = append(n.inputs, tensor.Shape{filters})
			}
			n.build = func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) { return apply(ConvTransposed(dt, config))(in) }
			checkGradient(t, n)
		})
	}
}

// The kernel of a depthwise convolution lies in memory as that of a grouped one.
func TestDepthwiseGradients(t *testing.T) {
	for name, a := range map[string][]kernel.Axis{
		"1d": axes(kernel.Same, 2, 2, 6, 3), "2d": axes(kernel.Valid, 1, 1, 4, 2, 3, 3),
	} {
		t.Run(name, func(t *testing.T) {
			config := ConvConfig{X: tensor.Shape{2}, Axes: a, Filters: 6, Groups: 3, Bias: true, InputGrad: true}
			for _, a := range a {
				config.X, config.W = append(config.X, a.In), append(config.W, a.Size)
			}
			config.X, config.W = append(config.X, 3), append(config.W, 3, 2)
			checkGradient(t, network{
				inputs: []tensor.Shape{config.X, config.W, {6}},
				build:  func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) { return apply(Conv(dt, config))(in) },
			})
		})
	}
}

func TestPoolGradients(t *testing.T) {
	for _, c := range []struct {
		name string
		axes []kernel.Axis
	}{
		{"1d", axes(kernel.Valid, 2, 1, 7, 2)},
		{"1d same, overlapping", axes(kernel.Same, 2, 1, 7, 3)},
		{"1d, gaps", axes(kernel.Valid, 3, 1, 8, 2)},
		{"2d", axes(kernel.Valid, 2, 1, 5, 2, 4, 2)},
		{"2d, overlapping", axes(kernel.Valid, 1, 1, 4, 3, 5, 2)},
		{"2d same", axes(kernel.Same, 2, 1, 5, 3, 4, 3)},
		{"2d same, overlapping", axes(kernel.Same, 1, 1, 3, 3, 4, 2)},
		{"2d global", axes(kernel.Valid, 1, 1, 3, 3, 4, 4)},
	} {
		for name, mean := range map[string]bool{"max": false, "average": true} {
			t.Run(name+" "+c.name, func(t *testing.T) {
				config := PoolConfig{X: tensor.Shape{2}, Y: tensor.Shape{2}, Axes: c.axes, Mean: mean}
				for _, a := range c.axes {
					config.X, config.Y = append(config.X, a.In), append(config.Y, a.Out)
				}
				config.X, config.Y = append(config.X, 3), append(config.Y, 3)
				checkGradient(t, network{inputs: []tensor.Shape{config.X}, build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
					return apply(Pool(dt, config))(in)
				}})
			})
		}
	}
}

// The indices are a constant of the network: they have no gradient.
func TestEmbeddingGradient(t *testing.T) {
	x := tensor.Shape{3, 4}
	config := EmbeddingConfig{X: x, Rows: 5, Size: 3}
	checkGradient(t, network{
		inputs: []tensor.Shape{{5, 3}, x}, fixed: 1,
		values: func(i, j int, rng *rand.Rand) float64 {
			if i == 1 {
				return float64(j * j % 5)
			}
			return rng.NormFloat64()
		},
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(Embedding(dt, config))(G.Nodes{in[1], in[0]})
		},
	})
}

// A convolution below a pooling computes the gradient of the pooling itself,
// unless its output goes somewhere else as well.
func TestConvBelowPoolGradients(t *testing.T) {
	conv := ConvConfig{
		X: tensor.Shape{2, 4, 5, 1}, Axes: axes(kernel.Valid, 1, 1, 4, 2, 5, 2), Filters: 2, Groups: 1, Bias: true, InputGrad: true,
	}
	y := tensor.Shape{2, 3, 4, 2}
	for _, pool := range []struct {
		name string
		PoolConfig
	}{
		{"max", PoolConfig{X: y, Axes: axes(kernel.Valid, 2, 1, 3, 2, 4, 2), Y: tensor.Shape{2, 1, 2, 2}}},
		{"max same, overlapping", PoolConfig{X: y, Axes: axes(kernel.Same, 1, 1, 3, 3, 4, 2), Y: y}},
		{"global max", PoolConfig{X: y, Axes: axes(kernel.Valid, 1, 1, 3, 3, 4, 4), Y: tensor.Shape{2, 2}}},
		{"average same", PoolConfig{X: y, Axes: axes(kernel.Same, 3, 1, 3, 3, 4, 2), Y: tensor.Shape{2, 1, 2, 2}, Mean: true}},
	} {
		for name, act := range map[string]kernel.Activation{"linear": kernel.Linear, "relu": kernel.ReLU, "mish": kernel.Mish} {
			for _, twice := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, twice %v", pool.name, name, twice), func(t *testing.T) {
					conv.Activation = act
					checkGradient(t, network{
						inputs: []tensor.Shape{conv.X, {2, 2, 1, 2}, {2}},
						build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
							y, err := apply(Conv(dt, conv))(in)
							if err != nil {
								return nil, err
							}
							z, err := apply(Pool(dt, pool.PoolConfig))(G.Nodes{y})
							if err != nil || !twice {
								return z, err
							}
							whole, err := G.Sum(G.Must(G.Square(y)))
							if err != nil {
								return nil, err
							}
							return G.Add(whole, G.Must(G.Sum(G.Must(G.Square(z)))))
						},
					})
				})
			}
		}
	}
}
