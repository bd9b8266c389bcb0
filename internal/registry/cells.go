package registry

import "github.com/counterweight-go/counterweight/model/layer"

// cells lists Keras's recurrent cells, which stand among its layers.
func cells() []class {
	undropped := fixed(`{"recurrent_dropout": 0.0, "seed": null}`)
	return []class{
		of(layer.LSTMCell{
			Activation: layer.Tanh, RecurrentActivation: layer.Sigmoid,
			KernelInitializer: glorot, RecurrentInitializer: ortho, BiasInitializer: zeros,
		}, undropped),
		of(layer.GRUCell{
			Activation: layer.Tanh, RecurrentActivation: layer.Sigmoid,
			KernelInitializer: glorot, RecurrentInitializer: ortho, BiasInitializer: zeros,
		}, key("ResetBefore", "!reset_after"), undropped),
		of(layer.SimpleRNNCell{
			Activation: layer.Tanh, KernelInitializer: glorot, RecurrentInitializer: ortho, BiasInitializer: zeros,
		}, undropped),
		of(layer.StackedRNNCells{}),
	}
}
