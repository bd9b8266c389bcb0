package op

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/vectors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

var cells = []struct {
	name string
	cell kernel.Cell
}{
	{"simple", kernel.SimpleCell}, {"lstm", kernel.LSTMCell}, {"gru", kernel.GRUCell}, {"gru reset before", kernel.GRUResetBeforeCell},
}

// recurrent is a network of one recurrent operation; the mask, if any, is its
// last input and has no gradient.
func recurrent(c RecurrentConfig) network {
	columns := c.Cell.Gates() * c.Units
	n := network{inputs: []tensor.Shape{{c.Rows, c.Steps, c.Inputs}, {c.Inputs, columns}, {c.Units, columns}}}
	if c.Bias && c.Cell.BiasRows() == 2 {
		n.inputs = append(n.inputs, tensor.Shape{2, columns})
	} else if c.Bias {
		n.inputs = append(n.inputs, tensor.Shape{columns})
	}
	if c.Initial {
		c.InitialGrad = []bool{true, true}
		for range c.States() {
			n.inputs = append(n.inputs, tensor.Shape{c.Rows, c.Units})
		}
	}
	if c.Mask {
		n.inputs, n.fixed = append(n.inputs, tensor.Shape{c.Rows, c.Steps}), 1
		// The first row has gaps, the second none, the third a masked step at
		// either end.
		n.values = func(i, j int, rng *rand.Rand) float64 {
			v := rng.NormFloat64()
			if i < len(n.inputs)-1 {
				return v
			}
			row, t := j/c.Steps, j%c.Steps
			return []float64{float64(t % 2), 1, float64((t + 1) / 2 % 2)}[row]
		}
	}
	n.build = func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) { return apply(Recurrent(dt, c))(in) }
	return n
}

func TestRecurrentGradients(t *testing.T) {
	for _, cell := range cells {
		base := RecurrentConfig{RecurrentConfig: kernel.RecurrentConfig{
			Cell: cell.cell, Rows: 3, Steps: 4, Inputs: 2, Units: 3, Activation: kernel.Tanh, Gate: kernel.Sigmoid, Bias: true, InputGrad: true,
		}}
		for _, v := range []struct {
			name string
			set  func(c *RecurrentConfig)
		}{
			{"last", func(*RecurrentConfig) {}},
			{"sequences", func(c *RecurrentConfig) { c.Sequences = true }},
			{"backwards", func(c *RecurrentConfig) { c.Sequences, c.Backwards = true, true }},
			{"no bias", func(c *RecurrentConfig) { c.Sequences, c.Bias = true, false }},
			{"one step", func(c *RecurrentConfig) { c.Rows, c.Steps, c.Inputs = 2, 1, 3 }},
			{"one of each", func(c *RecurrentConfig) { c.Rows, c.Steps, c.Inputs, c.Units = 1, 1, 1, 1 }},
			{"linear", func(c *RecurrentConfig) { c.Activation, c.Gate = kernel.Linear, kernel.Tanh }},
			{"differentiated from their input", func(c *RecurrentConfig) { c.Sequences, c.Activation, c.Gate = true, kernel.GELU, kernel.Softsign }},
			{"mask last", func(c *RecurrentConfig) { c.Mask = true }},
			{"mask", func(c *RecurrentConfig) { c.Sequences, c.Mask = true, true }},
			{"mask backwards", func(c *RecurrentConfig) { c.Sequences, c.Mask, c.Backwards = true, true, true }},
			{"mask zero", func(c *RecurrentConfig) { c.Sequences, c.Mask, c.ZeroMasked = true, true, true }},
			{"initial states", func(c *RecurrentConfig) { c.Initial = true }},
			{"initial states, one step", func(c *RecurrentConfig) { c.Initial, c.Steps = true, 1 }},
			{"last states", func(c *RecurrentConfig) { c.Last = true }},
			{"all states", func(c *RecurrentConfig) {
				c.Sequences, c.Initial, c.Last, c.Mask, c.ZeroMasked = true, true, true, true, true
			}},
			{"all states backwards", func(c *RecurrentConfig) { c.Backwards, c.Initial, c.Last, c.Mask = true, true, true, true }},
			{"dropped", func(c *RecurrentConfig) {
				c.Sequences, c.Drop = true, RecurrentDrop{Recurrent: 0.4, State: &State{Seed: 3}}
			}},
			{"dropped twice", func(c *RecurrentConfig) {
				c.Drop = RecurrentDrop{Recurrent: 0.4, Input: 0.3, Row: 2, State: &State{Seed: 3}}
			}},
			{"dropped all states", func(c *RecurrentConfig) {
				c.Sequences, c.Initial, c.Last, c.Mask, c.Backwards = true, true, true, true, true
				c.Drop = RecurrentDrop{Recurrent: 0.4, Input: 0.3, State: &State{Seed: 3}}
			}},
			{"mask zero last", func(c *RecurrentConfig) { c.Mask, c.ZeroMasked, c.Backwards = true, true, true }},
		} {
			c := base
			v.set(&c)
			t.Run(fmt.Sprintf("%s/%s", cell.name, v.name), func(t *testing.T) { checkGradient(t, recurrent(c)) })
		}
	}
}

// Keras's outputs on masked sequences.
func TestRecurrentMasks(t *testing.T) {
	var cases []struct {
		Layer       string
		Sequences   bool
		ZeroMasked  bool `json:"zero_masked"`
		Input, Mask vectors.Array
		Weights     [3]vectors.Array
		Output      vectors.Array
	}
	vectors.Read(t, "testdata/recurrent.json", &cases)
	kinds := map[string]kernel.Cell{"LSTM": kernel.LSTMCell, "GRU": kernel.GRUCell, "SimpleRNN": kernel.SimpleCell}
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		for _, c := range cases {
			t.Run(fmt.Sprint(c.Layer, "/", dt), func(t *testing.T) {
				kind, _, _ := strings.Cut(c.Layer, " ")
				o, err := Recurrent(dt, RecurrentConfig{Mask: true, RecurrentConfig: kernel.RecurrentConfig{
					Cell: kinds[kind], Rows: c.Input.Shape[0], Steps: c.Input.Shape[1], Inputs: c.Input.Shape[2], Units: 3,
					Activation: kernel.Tanh, Gate: kernel.Sigmoid, Bias: true, Sequences: c.Sequences, ZeroMasked: c.ZeroMasked,
				}})
				if err != nil {
					t.Fatal(err)
				}
				out, err := o.Do(c.Input.Tensor(dt), c.Weights[0].Tensor(dt), c.Weights[1].Tensor(dt), c.Weights[2].Tensor(dt), c.Mask.Tensor(dt))
				if err != nil {
					t.Fatal(err)
				}
				vectors.Equal(t, "output", floats(out), c.Output.Data)
			})
		}
	}
	t.Logf("replayed %d outputs of Keras", len(cases))
}

// What is dropped of a row follows from its place in the batch, however the
// batch is cut.
func TestRecurrentDropRows(t *testing.T) {
	for _, cell := range cells {
		run := func(from, rows int) []float64 {
			n := recurrent(RecurrentConfig{
				RecurrentConfig: kernel.RecurrentConfig{Cell: cell.cell, Rows: rows, Steps: 3, Inputs: 3, Units: 3, Activation: kernel.Tanh, Gate: kernel.Sigmoid, InputGrad: true},
				Drop:            RecurrentDrop{Recurrent: 0.5, Input: 0.5, Row: from, State: &State{Seed: 3}},
			})
			in := n.draw()
			all := rand.New(rand.NewPCG(1, 2))
			x := make([]float64, 5*9)
			for i := range x {
				x[i] = all.NormFloat64()
			}
			copy(in[0], x[from*9:])
			for i, w := range in[1:] {
				for j := range w {
					w[j] = float64(1+(i+j)%5) / 4
				}
			}
			_, out, _ := n.evaluate(t, tensor.Float64, in)
			return out
		}
		whole, part := run(0, 5), run(2, 3)
		for i, v := range part {
			if whole[2*3+i] != v {
				t.Errorf("%s: number %d is %v, expected %v as in the whole batch", cell.name, i, v, whole[2*3+i])
			}
		}
	}
}
