package op

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// network builds an operation on named inputs and returns its output node. It
// is built anew for every element type.
type network struct {
	name   string
	inputs []tensor.Shape
	values func(i, j int, rng *rand.Rand) float64 // element j of input i; nil for a normal draw
	fixed  int                                    // the last inputs that have no gradient
	build  func(dt tensor.Dtype, in G.Nodes) (*G.Node, error)
}

// apply is a network of one operation.
func apply(o Op, err error) func(in G.Nodes) (*G.Node, error) {
	return func(in G.Nodes) (*G.Node, error) {
		if err != nil {
			return nil, err
		}
		return G.ApplyOp(o, in...)
	}
}

func (n network) draw() [][]float64 {
	rng := rand.New(rand.NewPCG(7, 11))
	all := make([][]float64, len(n.inputs))
	for i, s := range n.inputs {
		all[i] = make([]float64, s.TotalSize())
		for j := range all[i] {
			if n.values != nil {
				all[i][j] = n.values(i, j, rng)
			} else {
				all[i][j] = rng.NormFloat64()
			}
		}
	}
	return all
}

// evaluate runs the network with Gorgonia's own machine. The cost is the sum
// of the output times fixed numbers, so every output element counts its own way.
func (n network) evaluate(t *testing.T, dt tensor.Dtype, in [][]float64) (cost float64, out []float64, grads [][]float64) {
	t.Helper()
	g := G.NewGraph()
	nodes := make(G.Nodes, len(in))
	for i, s := range n.inputs {
		nodes[i] = G.NewTensor(g, dt, s.Dims(), G.WithName(fmt.Sprint("in", i)), G.WithValue(dense(dt, s, in[i])))
	}
	y, err := n.build(dt, nodes)
	if err != nil {
		t.Fatal(err)
	}
	total := y
	if !y.IsScalar() {
		factors := make([]float64, y.Shape().TotalSize())
		for i := range factors {
			factors[i] = math.Sin(float64(3*i + 1))
		}
		f := G.NewTensor(g, dt, y.Dims(), G.WithName("factors"), G.WithValue(dense(dt, y.Shape(), factors)))
		total = G.Must(G.Sum(G.Must(G.HadamardProd(y, f))))
	}
	wrt := nodes[:len(nodes)-n.fixed]
	gradNodes, err := G.Grad(total, wrt...)
	if err != nil {
		t.Fatal(err)
	}
	// Registers are reused, so what is looked at is read by nodes of its own.
	var costValue, outValue G.Value
	G.Read(total, &costValue)
	G.Read(y, &outValue)
	gradValues := make([]G.Value, len(wrt))
	for i, gn := range gradNodes {
		G.Read(gn, &gradValues[i])
	}
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	for _, v := range gradValues {
		grads = append(grads, floats(v))
	}
	return floats(costValue)[0], floats(outValue), grads
}

// checkGradient compares the symbolic gradient with central differences in
// float64, and the float32 results with the float64 ones.
func checkGradient(t *testing.T, n network) {
	t.Helper()
	in := n.draw()
	_, out, grads := n.evaluate(t, tensor.Float64, in)
	const h = 1e-5
	for i := range grads {
		for j := range in[i] {
			x := in[i][j]
			in[i][j] = x + h
			up, _, _ := n.evaluate(t, tensor.Float64, in)
			in[i][j] = x - h
			down, _, _ := n.evaluate(t, tensor.Float64, in)
			in[i][j] = x
			if want := (up - down) / (2 * h); !near(grads[i][j], want, 1e-6) {
				t.Fatalf("gradient of input %d element %d (value %v): got %v, finite differences give %v", i, j, x, grads[i][j], want)
			}
		}
	}
	_, out32, grads32 := n.evaluate(t, tensor.Float32, in)
	for j := range out {
		if !near(out32[j], out[j], 2e-5) {
			t.Fatalf("output %d: float32 gives %v, float64 %v", j, out32[j], out[j])
		}
	}
	for i := range grads {
		for j := range grads[i] {
			if !near(grads32[i][j], grads[i][j], 2e-4) {
				t.Fatalf("gradient of input %d element %d: float32 gives %v, float64 %v", i, j, grads32[i][j], grads[i][j])
			}
		}
	}
}

func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*(1+math.Abs(want))
}

func dense(dt tensor.Dtype, s tensor.Shape, v []float64) *tensor.Dense {
	if dt == tensor.Float64 {
		return tensor.New(tensor.WithShape(s...), tensor.WithBacking(append([]float64(nil), v...)))
	}
	f := make([]float32, len(v))
	for i := range v {
		f[i] = float32(v[i])
	}
	return tensor.New(tensor.WithShape(s...), tensor.WithBacking(f))
}

func floats(v G.Value) []float64 {
	switch d := v.Data().(type) {
	case float64:
		return []float64{d}
	case float32:
		return []float64{float64(d)}
	case []float64:
		return append([]float64(nil), d...)
	case []float32:
		out := make([]float64, len(d))
		for i := range d {
			out[i] = float64(d[i])
		}
		return out
	}
	panic(fmt.Sprintf("unexpected value %T", v.Data()))
}

// elasticNet is a penalty in both types.
func elasticNet(x, grad *tensor.Dense, scale float64) float64 {
	if x.Dtype() == tensor.Float32 {
		var d []float32
		if grad != nil {
			d = grad.Float32s()
		}
		return kernel.ElasticNet(x.Float32s(), d, 0.3, 0.2, scale)
	}
	var d []float64
	if grad != nil {
		d = grad.Float64s()
	}
	return kernel.ElasticNet(x.Float64s(), d, 0.3, 0.2, scale)
}

func TestGradients(t *testing.T) {
	var cases []network
	add := func(n network) { cases = append(cases, n) }

	for _, act := range []kernel.Activation{kernel.Linear, kernel.Tanh, kernel.GELU} {
		add(network{
			name: fmt.Sprint("dense/activation ", act), inputs: []tensor.Shape{{5, 3}, {3, 4}, {4}},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Dense(dt, DenseConfig{X: tensor.Shape{5, 3}, Units: 4, Bias: true, Activation: act, InputGrad: true}))(in)
			},
		})
	}
	for _, s := range []struct{ x, w tensor.Shape }{{tensor.Shape{6, 1}, tensor.Shape{1, 1}}, {tensor.Shape{2, 3, 4}, tensor.Shape{4, 2}}, {tensor.Shape{1, 5}, tensor.Shape{5, 1}}} {
		add(network{
			name: fmt.Sprint("dense without bias/", s.x), inputs: []tensor.Shape{s.x, s.w},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Dense(dt, DenseConfig{X: s.x, Units: s.w[1], InputGrad: true}))(in)
			},
		})
	}
	for act := kernel.Linear; act <= kernel.LogSigmoid; act++ {
		add(network{
			name: fmt.Sprint("activation/", act), inputs: []tensor.Shape{{4, 5}},
			// Kinks lie at multiples of a half: stay away from them.
			values: func(_, j int, _ *rand.Rand) float64 { return 0.37*float64(j) - 3.71 },
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Activation(dt, ActivationConfig{X: tensor.Shape{4, 5}, Activation: act}))(in)
			},
		})
	}
	for act := kernel.Softmax; act <= kernel.GLU; act++ {
		add(network{
			name: fmt.Sprint("row activation/", act), inputs: []tensor.Shape{{2, 3, 4}},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(RowActivation(dt, RowActivationConfig{X: tensor.Shape{2, 3, 4}, Activation: act}))(in)
			},
		})
	}
	add(network{
		name: "reshape", inputs: []tensor.Shape{{2, 3, 4}},
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(Reshape(dt, ReshapeConfig{X: tensor.Shape{2, 3, 4}, Y: tensor.Shape{2, 12}}))(in)
		},
	})
	add(network{
		name: "dropout", inputs: []tensor.Shape{{8, 6}},
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(Dropout(dt, DropoutConfig{X: tensor.Shape{8, 6}, Rate: 0.4, State: &State{Seed: 3}}))(in)
		},
	})
	for _, training := range []bool{true, false} {
		for _, affine := range []bool{true, false} {
			n := network{name: fmt.Sprintf("batch norm/training %v, affine %v", training, affine), inputs: []tensor.Shape{{6, 3}}}
			if affine {
				n.inputs = append(n.inputs, tensor.Shape{3}, tensor.Shape{3})
			}
			n.build = func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(BatchNorm(dt, BatchNormConfig{
					X: tensor.Shape{6, 3}, Momentum: 0.9, Epsilon: 1e-3, Scale: affine, Center: affine, Training: training, InputGrad: true,
					MovingMean: dense(dt, tensor.Shape{3}, []float64{.1, -.2, .3}), MovingVar: dense(dt, tensor.Shape{3}, []float64{1, 2, .5}),
				}))(in)
			}
			add(n)
		}
	}
	add(network{
		name: "masked batch norm", inputs: []tensor.Shape{{3, 2, 3}, {3}, {3}, {3, 2}}, fixed: 1,
		values: func(i, j int, rng *rand.Rand) float64 {
			if i == 3 {
				return float64(min(j%3, 1))
			}
			return rng.NormFloat64()
		},
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(BatchNorm(dt, BatchNormConfig{
				X: tensor.Shape{3, 2, 3}, Momentum: 0.9, Epsilon: 1e-3, Scale: true, Center: true, Training: true, InputGrad: true, Mask: true,
				MovingMean: dense(dt, tensor.Shape{3}, []float64{.1, -.2, .3}), MovingVar: dense(dt, tensor.Shape{3}, []float64{1, 2, .5}),
			}))(in)
		},
	})
	add(network{
		name: "multiplication of rows", inputs: []tensor.Shape{{2, 3, 2}, {2, 3}}, fixed: 1,
		values: func(i, j int, rng *rand.Rand) float64 {
			if i == 1 {
				return []float64{0, 1, 2.5}[j%3]
			}
			return rng.NormFloat64()
		},
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(MultiplyRows(dt, MultiplyRowsConfig{X: tensor.Shape{2, 3, 2}, Factors: tensor.Shape{2, 3}}))(in)
		},
	})
	for _, offset := range [][]float64{{1}, {1, 2, 3}} {
		add(network{
			name: fmt.Sprint("rescaling, offsets ", offset), inputs: []tensor.Shape{{2, 3}},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Rescale(dt, RescaleConfig{X: tensor.Shape{2, 3}, Scale: []float64{-2}, Offset: offset}))(in)
			},
		})
	}
	add(network{
		name: "rescaling by column", inputs: []tensor.Shape{{2, 3}},
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(Rescale(dt, RescaleConfig{X: tensor.Shape{2, 3}, Scale: []float64{-2, 0, 3}, Offset: []float64{0}}))(in)
		},
	})
	add(network{
		name: "masked mean", inputs: []tensor.Shape{{2, 3, 2}, {2, 3}}, fixed: 1,
		values: func(i, j int, rng *rand.Rand) float64 {
			if i == 1 {
				return []float64{0, 1, 1, 0, 0, 1}[j]
			}
			return rng.NormFloat64()
		},
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(MaskedMean(dt, MaskedMeanConfig{X: tensor.Shape{2, 3, 2}, Y: tensor.Shape{2, 2}}))(in)
		},
	})
	add(network{
		name: "scale", inputs: []tensor.Shape{{2, 3}, {1}},
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(Scale(dt, ScaleConfig{X: tensor.Shape{2, 3}}))(in)
		},
	})
	add(network{
		name: "sum", inputs: []tensor.Shape{{2, 3}, {2, 3}, {2, 3}},
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(Add(dt, AddConfig{Shape: tensor.Shape{2, 3}, Terms: 3}))(in)
		},
	})
	add(network{
		name: "factored sum", inputs: []tensor.Shape{{2, 3}, {2, 3}, {2}}, fixed: 1,
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			var terms G.Nodes
			for _, x := range in[:2] { // scalars
				s, err := apply(Penalty(dt, PenaltyConfig{X: tensor.Shape{2, 3}, Penalty: elasticNet}))(G.Nodes{x})
				if err != nil {
					return nil, err
				}
				terms = append(terms, s)
			}
			return apply(FactoredSum(dt, FactoredSumConfig{Terms: 2}))(append(G.Nodes{in[2]}, terms...))
		},
	})
	for _, x := range []tensor.Shape{{2, 1, 3}, {2, 4, 1}, {2, 1, 1}, {2, 4, 3}} {
		add(network{
			name: fmt.Sprint("broadcast/", x), inputs: []tensor.Shape{x},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				return apply(Broadcast(dt, BroadcastConfig{X: x, Y: tensor.Shape{2, 4, 3}}))(in)
			},
		})
	}
	add(network{
		name: "penalty", inputs: []tensor.Shape{{4, 3}},
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(Penalty(dt, PenaltyConfig{X: tensor.Shape{4, 3}, Penalty: elasticNet}))(in)
		},
	})
	for _, n := range slices.Concat(lossNetworks(), normNetworks(), stepNetworks(), mergeNetworks(), placeNetworks(), elementNetworks()) {
		add(n)
	}
	for _, n := range cases {
		t.Run(n.name, func(t *testing.T) { checkGradient(t, n) })
	}
}

// The gradient of the first layer's input is not computed, and the others are
// the same without it.
func TestDenseWithoutInputGradient(t *testing.T) {
	grads := func(inputGrad bool) [][]float64 {
		n := network{
			inputs: []tensor.Shape{{5, 3}, {3, 4}, {4}},
			build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
				o, err := Dense(dt, DenseConfig{X: tensor.Shape{5, 3}, Units: 4, Bias: true, InputGrad: inputGrad})
				return apply(o, err)(in)
			},
		}
		in := n.draw()
		if inputGrad {
			_, _, g := n.evaluate(t, tensor.Float64, in)
			return g[1:]
		}
		n.inputs = []tensor.Shape{{3, 4}, {4}} // x becomes a constant of the network
		x := dense(tensor.Float64, tensor.Shape{5, 3}, in[0])
		build := n.build
		n.build = func(dt tensor.Dtype, w G.Nodes) (*G.Node, error) {
			xn := G.NewTensor(w[0].Graph(), dt, 2, G.WithName("x"), G.WithValue(x))
			return build(dt, append(G.Nodes{xn}, w...))
		}
		_, _, g := n.evaluate(t, tensor.Float64, in[1:])
		return g
	}
	with, without := grads(true), grads(false)
	for i := range with {
		for j := range with[i] {
			if with[i][j] != without[i][j] {
				t.Fatalf("weight %d element %d: %v with the input's gradient, %v without", i, j, with[i][j], without[i][j])
			}
		}
	}
}
