package registry

import "github.com/counterweight-go/counterweight/model/layer"

// cells lists Keras's recurrent cells, which stand among its layers.
func cells() []class {
	return []class{
		of(layer.LSTMCell{
			Activation: layer.Tanh, RecurrentActivation: layer.Sigmoid,
			KernelInitializer: glorot, RecurrentInitializer: ortho, BiasInitializer: zeros,
		}, fixed(seed)),
		of(layer.GRUCell{
			Activation: layer.Tanh, RecurrentActivation: layer.Sigmoid,
			KernelInitializer: glorot, RecurrentInitializer: ortho, BiasInitializer: zeros,
		}, key("ResetBefore", "!reset_after"), fixed(seed)),
		of(layer.SimpleRNNCell{
			Activation: layer.Tanh, KernelInitializer: glorot, RecurrentInitializer: ortho, BiasInitializer: zeros,
		}, fixed(seed)),
		of(layer.StackedRNNCells{}),
	}
}
