package kernel

import (
	"testing"

	"github.com/counterweight-go/counterweight/internal/vectors"
)

// Keras's cells with masks that are given: outputs, and gradients of Σ dy·y.
func TestDroppedRecurrentVectors(t *testing.T) {
	var all []struct {
		Layer         string
		X, DY, Output vectors.Array
		Weights       []vectors.Array
		XMasks        vectors.Array `json:"x_masks"`
		HMasks        vectors.Array `json:"h_masks"`
		Gradients     []vectors.Array
		XGradient     vectors.Array `json:"x_gradient"`
	}
	vectors.Read(t, "testdata/recurrent_dropout.json", &all)
	kinds := map[string]Cell{
		"SimpleRNN": SimpleCell, "LSTM": LSTMCell, "GRU": GRUCell, "GRU before": GRUResetBeforeCell,
	}
	if len(all) != len(kinds) {
		t.Errorf("%d entries, expected %d", len(all), len(kinds))
	}
	for _, v := range all {
		n := v.Output.Shape
		r := NewDroppedRecurrent(RecurrentConfig{
			Cell: kinds[v.Layer], Rows: n[0], Steps: n[1], Inputs: v.X.Shape[2], Units: n[2],
			Activation: Tanh, Gate: Sigmoid, Bias: true, Sequences: true, InputGrad: true,
		}, v.Weights[0].Data, v.Weights[1].Data, v.Weights[2].Data)
		r.XMask, r.HMask = v.XMasks.Data, v.HMasks.Data
		y, dx := make([]float64, len(v.Output.Data)), make([]float64, len(v.X.Data))
		var grads [3][]float64
		for i, w := range v.Weights {
			grads[i] = make([]float64, len(w.Data))
		}
		forward, backward := r.Forward(v.X.Data, nil, y), r.Backward(dx, grads[0], grads[1], grads[2], v.DY.Data)
		for range 2 { // what a run leaves does not matter to the next
			forward()
			backward()
			vectors.Equal(t, v.Layer+": output", y, v.Output.Data)
			vectors.Equal(t, v.Layer+": gradient of x", dx, v.XGradient.Data)
			for i, g := range v.Gradients {
				vectors.Equal(t, v.Layer+": gradient of "+[]string{"W", "U", "b"}[i], grads[i], g.Data)
			}
		}
	}
}

// Masks of ones are no dropout: the kernel without gives the same numbers, of
// masked steps, initial and last states and either direction, too.
func TestDroppedRecurrentWithoutDropout(t *testing.T) {
	const rows, steps, inputs, units = 5, 4, 2, 3
	for _, cell := range []Cell{SimpleCell, LSTMCell, GRUCell, GRUResetBeforeCell} {
		for variant := range 16 {
			c := RecurrentConfig{
				Cell: cell, Rows: rows, Steps: steps, Inputs: inputs, Units: units, Activation: GELU, Gate: Sigmoid, InputGrad: true,
				Bias: variant&1 == 0, Sequences: variant&2 == 0, Backwards: variant&4 == 0, Initial: true, ZeroMasked: variant&8 == 0,
			}
			gates := cell.Gates()
			x, w, u := random[float64](1, rows*steps*inputs), random[float64](2, inputs*gates*units), random[float64](3, units*gates*units)
			var b []float64
			if c.Bias {
				b = random[float64](4, cell.BiasRows()*gates*units)
			}
			h0, s0, dh, ds := random[float64](5, rows*units), random[float64](6, rows*units), random[float64](7, rows*units), random[float64](8, rows*units)
			mask := make([]float64, rows*steps)
			for i := range mask {
				mask[i] = float64(min(i%3, 1))
			}
			out := rows * units
			if c.Sequences {
				out *= steps
			}
			dy := random[float64](9, out)
			type recurrence interface {
				First(h, s, dh, ds []float64)
				Last(h, s, dh, ds []float64)
				Forward(x, mask, y []float64) func()
				Backward(dx, dw, du, db, dy []float64) func()
			}
			run := func(r recurrence) (all []float64) {
				first, second := make([]float64, rows*units), make([]float64, rows*units)
				h, s := make([]float64, rows*units), make([]float64, rows*units)
				if cell == LSTMCell {
					r.First(h0, s0, first, second)
					r.Last(h, s, dh, ds)
				} else {
					r.First(h0, nil, first, nil)
					r.Last(h, nil, dh, nil)
				}
				y, dx, dw, du, db := make([]float64, out), make([]float64, len(x)), make([]float64, len(w)), make([]float64, len(u)), make([]float64, len(b))
				r.Forward(x, mask, y)()
				r.Backward(dx, dw, du, db, dy)()
				for _, part := range [][]float64{y, h, s, dx, dw, du, db, first, second} {
					all = append(all, part...)
				}
				return all
			}
			weights := NewRecurrentWeights(c, true, w, u, b)
			weights.Pack()
			want := run(NewRecurrent(c, true, weights))
			dropped := NewDroppedRecurrent(c, w, u, b)
			dropped.HMask = make([]float64, gates*rows*units)
			for i := range dropped.HMask {
				dropped.HMask[i] = 1
			}
			got := run(dropped)
			for i, v := range want {
				if d := got[i] - v; d > 1e-9 || d < -1e-9 {
					t.Fatalf("cell %d, variant %d: number %d is %v, expected %v", cell, variant, i, got[i], v)
				}
			}
		}
	}
}
