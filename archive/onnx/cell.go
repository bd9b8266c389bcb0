package onnx

import (
	"slices"

	"github.com/counterweight-go/counterweight/model/layer"
)

// A run is one cell on its way through sequences. Weights are its own.
type run struct {
	call
	cell
	initial               []value // states, or none for zeros
	sequences, zeroMasked bool
}

// operators have names for these functions.
var operators = map[layer.ActivationFunc]string{layer.Tanh: "Tanh", layer.Sigmoid: "Sigmoid", layer.ReLU: "Relu"}

// through gives what the cell puts out on sequences (T, d), at all steps or at
// the last one, and the states after it.
func (r run) through(x value) (y value, states []value) {
	_, act := operators[function(r.act, layer.Tanh)]
	_, gate := operators[function(r.gate, layer.Sigmoid)]
	if x.mask == nil && act && gate {
		return r.operator(x)
	}
	return r.unrolled(x)
}

// operator uses the operator that does all steps.
func (r run) operator(x value) (y value, states []value) {
	act, gate := operators[function(r.act, layer.Tanh)], operators[function(r.gate, layer.Sigmoid)]
	steps, d, u := x.shape[0], x.shape[1], r.units
	// Blocks of columns, in the operator's order.
	blocks, functions := []int{0}, []string{act}
	switch r.op {
	case "LSTM":
		blocks, functions = []int{0, 3, 1, 2}, []string{gate, act, act}
	case "GRU":
		blocks, functions = []int{0, 1, 2}, []string{gate, act}
	}
	turned := r.graph.op("Transpose", x.shape, []string{x.name}, intsOf("perm", 1, 0, 2))
	in := []string{turned.name, r.gates(0, d, blocks), r.gates(1, u, blocks), "", "", ""}
	if !r.noBias {
		in[3] = r.biases(blocks)
	}
	for i, s := range r.initial {
		in[5+i:][0] = r.graph.op("Unsqueeze", s.shape, []string{s.name, r.ints(0)}).name
		if i == 0 && r.states() == 2 {
			in = append(in, "")
		}
	}
	for len(in) > 0 && in[len(in)-1] == "" {
		in = in[:len(in)-1]
	}
	attributes := []attribute{intOf("hidden_size", u), stringsOf("activations", functions...)}
	if r.op == "GRU" && !r.resetBefore {
		attributes = append(attributes, intOf("linear_before_reset", 1))
	}
	out := r.several(r.op, 1+r.states(), in, attributes...)
	for _, name := range out[1:] {
		states = append(states, r.graph.op("Squeeze", []int{u}, []string{name, r.ints(0)}))
	}
	if !r.sequences {
		return states[0], states
	}
	back := r.graph.op("Transpose", []int{steps, 1, u}, []string{out[0]}, intsOf("perm", 2, 0, 1, 3))
	return r.reshape(back, steps, u), states
}

// gates is the i-th weight, a kernel (rows, blocks·units), as (1, blocks·units, rows).
func (r run) gates(i, rows int, blocks []int) string {
	w := r.weights[i]
	shape := []int{1, len(blocks) * r.units, rows}
	return r.tensor("gates "+w.name, w.name, typeFloat, shape, func() []byte {
		all := make([]float32, 0, len(w.data))
		for _, b := range blocks {
			for k := range r.units {
				for j := range rows {
					all = append(all, w.data[(j*len(blocks)+b)*r.units+k])
				}
			}
		}
		return rawFloats(all)
	})
}

// biases is the bias, and behind it the one of the recurrent part.
func (r run) biases(blocks []int) string {
	w := r.weights[2]
	n := len(blocks) * r.units
	return r.tensor("biases "+w.name, w.name, typeFloat, []int{1, 2 * n}, func() []byte {
		all := make([]float32, 0, 2*n)
		for row := range 2 {
			for _, b := range blocks {
				for k := range r.units {
					v := float32(0)
					if at := row*n + b*r.units + k; at < len(w.data) {
						v = w.data[at]
					}
					all = append(all, v)
				}
			}
		}
		return rawFloats(all)
	})
}

// unrolled writes every step out.
func (r run) unrolled(x value) (y value, states []value) {
	steps, d := x.shape[0], x.shape[1]
	width := r.weights[0].shape[1]
	bias := ""
	if !r.noBias {
		bias = r.tensor("row 0 "+r.weights[2].name, r.weights[2].name, typeFloat, []int{width}, func() []byte {
			return rawFloats(r.weights[2].data[:width])
		})
	}
	all := r.linear(x, r.weight(0, d, width), bias, width)
	h, c := value{}, value{} // no name: zeros
	if len(r.initial) > 0 {
		h = r.initial[0]
		if r.states() == 2 {
			c = r.initial[1]
		}
	}
	var outs []value
	for t, z := range r.split(all, 0, steps) {
		h1, c1 := r.step(r.reshape(z, width), h, c)
		out := h1
		if x.mask != nil {
			m := r.slice(*x.mask, 0, t, t+1, 1)
			if r.zeroMasked {
				out = r.choose(&m, h1, r.number(0))
			}
			h1, c1 = r.kept(m, h1, h), r.kept(m, c1, c)
			if !r.zeroMasked {
				out = h1
			}
		}
		h, c = h1, c1
		outs = append(outs, out)
	}
	states = []value{h}
	if r.states() == 2 {
		states = append(states, c)
	}
	if !r.sequences {
		return outs[steps-1], states
	}
	for i, out := range outs {
		outs[i] = r.reshape(out, 1, r.units)
	}
	return r.concat(outs, 0), states
}

// kept is the new state where a step counts, and the old one elsewhere.
func (r run) kept(mask, now, before value) value {
	if now.name == "" {
		return now
	}
	old := before.name
	if old == "" {
		old = r.number(0)
	}
	return r.choose(&mask, now, old)
}

// split cuts samples into n parts along an axis.
func (g *graph) split(x value, axis, n int) []value {
	shape := slices.Clone(x.shape)
	shape[axis] /= n
	var parts []value
	for _, name := range g.several("Split", n, []string{x.name}, intOf("axis", axis+1)) {
		parts = append(parts, value{name: name, shape: shape})
	}
	return parts
}

// step makes the next states of the input's part z = x·W + b.
func (r run) step(z, h, c value) (h1, c1 value) {
	act, gate := function(r.act, layer.Tanh), function(r.gate, layer.Sigmoid)
	width := z.shape[0]
	u := value{}
	if h.name != "" && !(r.op == "GRU") {
		z = r.both("Add", z, r.linear(h, r.weight(1, r.units, width), "", width))
	}
	switch r.op {
	case "RNN":
		return r.activate(act, z), u
	case "LSTM":
		parts := r.split(z, 0, 4)
		c1 = r.both("Mul", r.activate(gate, parts[0]), r.activate(act, parts[2]))
		if c.name != "" {
			c1 = r.both("Add", r.both("Mul", r.activate(gate, parts[1]), c), c1)
		}
		return r.both("Mul", r.activate(gate, parts[3]), r.activate(act, c1)), c1
	}
	return r.gru(z, h, act, gate), u
}

func (r run) gru(z, h value, act, gate layer.ActivationFunc) value {
	n := 3 * r.units
	x := r.split(z, 0, 3)
	if r.resetBefore {
		// The recurrent kernel in three parts: the last one meets r·h'.
		if h.name == "" {
			update := r.activate(gate, x[0])
			return r.both("Mul", r.rest(update), r.activate(act, x[2]))
		}
		part := func(i int) string {
			w := r.weights[1]
			return r.tensor("part "+w.name+string(rune('0'+i)), w.name, typeFloat, []int{r.units, r.units}, func() []byte {
				all := make([]float32, 0, r.units*r.units)
				for row := range r.units {
					all = append(all, w.data[row*n+i*r.units:][:r.units]...)
				}
				return rawFloats(all)
			})
		}
		with := func(i int, h value) value {
			return r.both("Add", x[i], r.linear(h, part(i), "", r.units))
		}
		update, reset := r.activate(gate, with(0, h)), r.activate(gate, with(1, h))
		candidate := r.activate(act, with(2, r.both("Mul", reset, h)))
		return r.both("Add", r.both("Mul", update, h), r.both("Mul", r.rest(update), candidate))
	}
	bias := ""
	if !r.noBias {
		bias = r.tensor("row 1 "+r.weights[2].name, r.weights[2].name, typeFloat, []int{n}, func() []byte {
			return rawFloats(r.weights[2].data[n:])
		})
	}
	var inner []value // of h' and the second row of biases; nil for zeros
	switch {
	case h.name != "":
		inner = r.split(r.linear(h, r.weight(1, r.units, n), bias, n), 0, 3)
	case bias != "":
		inner = r.split(value{name: r.fixed2(bias, n), shape: []int{n}}, 0, 3)
	default:
		update := r.activate(gate, x[0])
		return r.both("Mul", r.rest(update), r.activate(act, x[2]))
	}
	update := r.activate(gate, r.both("Add", x[0], inner[0]))
	reset := r.activate(gate, r.both("Add", x[1], inner[1]))
	candidate := r.activate(act, r.both("Add", x[2], r.both("Mul", reset, inner[2])))
	y := r.both("Mul", r.rest(update), candidate)
	if h.name != "" {
		y = r.both("Add", r.both("Mul", update, h), y)
	}
	return y
}

// fixed2 gives a constant row a batch axis.
func (r run) fixed2(row string, n int) string {
	return r.graph.op("Reshape", []int{n}, []string{row, r.ints(1, n)}).name
}

// rest is 1 - x.
func (g *graph) rest(x value) value {
	return g.op("Sub", x.shape, []string{g.number(1), x.name})
}
