package registry

import (
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
)

// What Keras fills kernels and biases with.
var (
	glorot  = initializer.GlorotUniform{}
	zeros   = initializer.Constant{}
	ones    = initializer.Constant{Value: 1}
	ortho   = initializer.Orthogonal{}
	uniform = initializer.RandomUniform{}
)

const (
	lastChannels = `{"data_format": "channels_last"}`
	unquantized  = `{"quantization_config": null}`
	rolled       = `{"unroll": false, "seed": null}`
)

// layers lists Keras's layers, each with Keras's defaults written out.
func layers() []class {
	last := []int{-1}
	sides, around := [2]int{1, 1}, [2][2]int{{1, 1}, {1, 1}}
	oov := int64(-1)
	return []class{
		of(layer.Input{}, key("Shape", "batch_shape"), batch("BatchSize"), fixed(`{"sparse": false, "ragged": false, "optional": false}`)),
		of(layer.Dense{KernelInitializer: glorot, BiasInitializer: zeros}, fixed(unquantized)),
		of(layer.Activation{}, key("Func", "activation")),
		of(layer.Dropout{}, fixed(seed)),
		of(layer.SpatialDropout1D{}, fixed(seed)),
		of(layer.SpatialDropout2D{}, fixed(seed), fixed(lastChannels)),
		of(layer.AlphaDropout{}, fixed(seed)),
		of(layer.GaussianDropout{}, fixed(seed)),
		of(layer.GaussianNoise{}, fixed(seed)),
		of(layer.Identity{}),
		of(layer.ActivityRegularization{}),
		of(layer.ReLULayer{}, unset("MaxValue")),
		of(layer.LeakyReLULayer{NegativeSlope: 0.3}),
		of(layer.ELULayer{Alpha: 1}),
		of(layer.PReLU{AlphaInitializer: zeros}),
		of(layer.SoftmaxLayer{Axis: last}),
		of(layer.BatchNormalization{
			Axis: -1, Momentum: 0.99, Epsilon: 1e-3,
			GammaInitializer: ones, BetaInitializer: zeros, MovingMeanInitializer: zeros, MovingVarianceInitializer: ones,
		}, fixed(`{"synchronized": false, "renorm": false, "renorm_clipping": null, "renorm_momentum": 0.99}`)),
		of(layer.LayerNormalization{Axis: last, Epsilon: 1e-3, GammaInitializer: ones, BetaInitializer: zeros}),
		of(layer.RMSNormalization{Axis: last, Epsilon: 1e-6}),
		of(layer.GroupNormalization{Groups: 32, Axis: -1, Epsilon: 1e-3, GammaInitializer: ones, BetaInitializer: zeros}),
		of(layer.UnitNormalization{Axis: last}),
		of(layer.Normalization{Axis: last}),
		of(layer.Flatten{}, fixed(lastChannels)),
		of(layer.Add{}),
		of(layer.Subtract{}),
		of(layer.Multiply{}),
		of(layer.Average{}),
		of(layer.Maximum{}),
		of(layer.Minimum{}),
		of(layer.Concatenate{Axis: -1}),
		of(layer.Dot{}),
		of(layer.Reshape{}),
		of(layer.Permute{}),
		of(layer.RepeatVector{}),
		of(layer.Cropping1D{Cropping: sides}, none("Cropping")),
		of(layer.Cropping2D{}, fixed(lastChannels)),
		of(layer.ZeroPadding1D{Padding: sides}, none("Padding"), fixed(lastChannels)),
		of(layer.ZeroPadding2D{Padding: around}, none("Padding"), fixed(lastChannels)),
		of(layer.UpSampling1D{Size: 2}),
		of(layer.UpSampling2D{Size: [2]int{2, 2}}, fixed(lastChannels)),
		of(layer.Masking{}),
		of(layer.Embedding{EmbeddingsInitializer: uniform}, fixed(unquantized)),
		of(layer.LSTM{
			Activation: layer.Tanh, RecurrentActivation: layer.Sigmoid,
			KernelInitializer: glorot, RecurrentInitializer: ortho, BiasInitializer: zeros,
		}, fixed(rolled), also("unroll", "true")),
		of(layer.GRU{
			Activation: layer.Tanh, RecurrentActivation: layer.Sigmoid,
			KernelInitializer: glorot, RecurrentInitializer: ortho, BiasInitializer: zeros,
		}, key("ResetBefore", "!reset_after"), fixed(rolled), also("unroll", "true")),
		of(layer.SimpleRNN{
			Activation: layer.Tanh, KernelInitializer: glorot, RecurrentInitializer: ortho, BiasInitializer: zeros,
		}, fixed(rolled), also("unroll", "true")),
		of(layer.Conv1D{
			Strides: 1, DilationRate: 1, Groups: 1, KernelInitializer: glorot, BiasInitializer: zeros,
		}, fixed(lastChannels)),
		of(layer.Conv2D{
			Strides: [2]int{1, 1}, DilationRate: [2]int{1, 1}, Groups: 1, KernelInitializer: glorot, BiasInitializer: zeros,
		}, fixed(lastChannels)),
		of(layer.Conv1DTranspose{Strides: 1, DilationRate: 1, KernelInitializer: glorot, BiasInitializer: zeros}, fixed(lastChannels)),
		of(layer.Conv2DTranspose{
			Strides: [2]int{1, 1}, DilationRate: [2]int{1, 1}, KernelInitializer: glorot, BiasInitializer: zeros,
		}, fixed(lastChannels)),
		of(layer.DepthwiseConv1D{
			Strides: 1, DilationRate: 1, DepthMultiplier: 1, DepthwiseInitializer: glorot, BiasInitializer: zeros,
		}, fixed(lastChannels)),
		of(layer.DepthwiseConv2D{
			Strides: [2]int{1, 1}, DilationRate: [2]int{1, 1}, DepthMultiplier: 1, DepthwiseInitializer: glorot, BiasInitializer: zeros,
		}, fixed(lastChannels)),
		of(layer.SeparableConv1D{
			Strides: 1, DilationRate: 1, DepthMultiplier: 1,
			DepthwiseInitializer: glorot, PointwiseInitializer: glorot, BiasInitializer: zeros,
		}, fixed(lastChannels)),
		of(layer.SeparableConv2D{
			Strides: [2]int{1, 1}, DilationRate: [2]int{1, 1}, DepthMultiplier: 1,
			DepthwiseInitializer: glorot, PointwiseInitializer: glorot, BiasInitializer: zeros,
		}, fixed(lastChannels)),
		of(layer.MaxPooling1D{PoolSize: 2}, same("Strides", "PoolSize"), fixed(lastChannels)),
		of(layer.MaxPooling2D{PoolSize: [2]int{2, 2}}, same("Strides", "PoolSize"), fixed(lastChannels)),
		of(layer.AveragePooling1D{PoolSize: 2}, same("Strides", "PoolSize"), fixed(lastChannels)),
		of(layer.AveragePooling2D{PoolSize: [2]int{2, 2}}, same("Strides", "PoolSize"), fixed(lastChannels)),
		of(layer.EinsumDense{KernelInitializer: glorot, BiasInitializer: zeros}, fixed(unquantized)),
		of(layer.Attention{}, key("UseCausalMask", "?use_causal_mask"), key("ReturnAttentionScores", "?return_attention_scores"), fixed(seed)),
		of(layer.AdditiveAttention{}, key("NoScale", "!use_scale"), key("UseCausalMask", "?use_causal_mask"), key("ReturnAttentionScores", "?return_attention_scores"), fixed(`{"seed": null}`)),
		of(layer.MultiHeadAttention{KernelInitializer: glorot, BiasInitializer: zeros},
			key("UseCausalMask", "?use_causal_mask"), key("ReturnAttentionScores", "?return_attention_scores"),
			same("ValueDim", "KeyDim"), unset("OutputShape"), unset("SlidingWindow"),
			fixed(seed)),
		of(layer.RNN{}, fixed(`{"unroll": false}`), also("unroll", "true")),
		of(layer.Bidirectional{}),
		of(layer.TimeDistributed{}),
		of(layer.Rescaling{}, key("Scales", "scale"), key("Offsets", "offset")),
		of(layer.Discretization{Epsilon: 0.01, OutputMode: layer.IntOutput}, fixed(notSparse)),
		of(layer.CategoryEncoding{OutputMode: layer.MultiHotOutput}, fixed(notSparse)),
		of(layer.Hashing{OutputMode: layer.IntOutput}, fixed(notSparse)),
		of(layer.IntegerLookup{NumOOVIndices: 1, OOVToken: &oov, OutputMode: layer.IntOutput},
			key("NumOOVIndices", "num_oov_indices"), key("OOVToken", "oov_token"), key("OOVHash", "oov_method"),
			key("IDFWeights", "idf_weights"), none("NumOOVIndices"), derived("vocabulary_size"),
			fixed(notSparse), fixed(`{"vocabulary_dtype": "int64"}`)),
		of(layer.GlobalMaxPooling1D{}, fixed(lastChannels)),
		of(layer.GlobalMaxPooling2D{}, fixed(lastChannels)),
		of(layer.GlobalAveragePooling1D{}, fixed(lastChannels)),
		of(layer.GlobalAveragePooling2D{}, fixed(lastChannels)),
	}
}

const notSparse = `{"sparse": false}`
