package archive

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// The hard sigmoid of Keras 1 and 2 is x/5+1/2 cut to [0,1], that of Keras 3
// x/6+1/2: the former of x is the latter of 1.2·x. So what such a function is
// applied to becomes 1.2 times as large, by way of the weights that make it.
const steeper = 1.2

// soften gives a layer of Keras 1 or 2 the weights with which it puts out the
// same here.
func soften(l layer.Layer, params []*engine.Param) error {
	hard := func(f layer.CellFunc) bool { return f == layer.HardSigmoid }
	whole := func(f layer.ActivationFunc) {
		if f == layer.HardSigmoid {
			steepen(params, 1, 0)
		}
	}
	refuse := func(f bool) error {
		if f {
			return fmt.Errorf("hard_sigmoid is another function since Keras 3")
		}
		return nil
	}
	lstm := func(activation, gate layer.CellFunc) error {
		if hard(gate) {
			steepen(params, 4, 0, 1, 3)
		}
		return refuse(hard(activation))
	}
	gru := func(activation, gate layer.CellFunc, resetBefore bool) error {
		if hard(gate) {
			steepen(params, 3, 0, 1)
		}
		return refuse(hard(activation))
	}
	switch l := l.(type) {
	case layer.LSTM:
		return lstm(l.Activation, l.RecurrentActivation)
	case layer.LSTMCell:
		return lstm(l.Activation, l.RecurrentActivation)
	case layer.GRU:
		return gru(l.Activation, l.RecurrentActivation, l.ResetBefore)
	case layer.GRUCell:
		return gru(l.Activation, l.RecurrentActivation, l.ResetBefore)
	case layer.SimpleRNN:
		if hard(l.Activation) {
			steepen(params, 1, 0)
		}
	case layer.SimpleRNNCell:
		if hard(l.Activation) {
			steepen(params, 1, 0)
		}
	case layer.Dense:
		whole(l.Activation)
	case layer.Conv1D:
		whole(l.Activation)
	case layer.Conv2D:
		whole(l.Activation)
	case layer.Activation:
		return refuse(l.Func == layer.HardSigmoid)
	}
	return nil
}

// steepen multiplies some of the gates that lie side by side in arrays.
func steepen(params []*engine.Param, gates int, which ...int) {
	for _, p := range params {
		shape := p.Value.Shape()
		row := shape[len(shape)-1]
		width := row / gates
		for at := 0; at < shape.TotalSize(); at += row {
			for _, g := range which {
				for i := at + g*width; i < at+(g+1)*width; i++ {
					if p.Value.Dtype() == tensor.Float64 {
						p.Value.Float64s()[i] *= steeper
					} else {
						p.Value.Float32s()[i] *= steeper
					}
				}
			}
		}
	}
}
