package onnx

import (
	"slices"

	"github.com/counterweight-go/counterweight/model/layer"
)

// layer adds what a layer does in inference.
func (c call) layer(l layer.Layer) ([]value, error) {
	x := c.in[0]
	one := func(y value) ([]value, error) { return []value{y}, nil }
	same := func(y value) ([]value, error) { return []value{y.masked(x.mask)}, nil } // with the mask of the input
	switch l := l.(type) {
	case layer.Identity, layer.Dropout, layer.AlphaDropout, layer.GaussianDropout, layer.GaussianNoise,
		layer.SpatialDropout1D, layer.SpatialDropout2D, layer.ActivityRegularization:
		return one(x)
	case layer.Activation:
		return same(c.activate(l.Func, x))
	case layer.ReLULayer:
		return same(c.rectify(l))
	case layer.LeakyReLULayer:
		return same(c.elementwise("LeakyRelu", x, floatOf("alpha", or(l.NegativeSlope, 0.3))))
	case layer.ELULayer:
		return same(c.elementwise("Elu", x, floatOf("alpha", or(l.Alpha, 1))))
	case layer.PReLU:
		return same(c.with("PRelu", x, c.weight(0, c.weights[0].shape...)))
	case layer.SoftmaxLayer:
		return same(c.softmax(l))

	case layer.Dense:
		return same(c.dense(l))
	case layer.EinsumDense:
		return one(c.einsum(l))
	case layer.Embedding:
		return one(c.embedding(l))
	case layer.Masking:
		return one(c.masking(l))
	case layer.CategoryEncoding:
		return one(c.categories(l))
	case layer.Discretization:
		return one(c.bins(l))
	case layer.IntegerLookup:
		return c.lookup(l)

	case layer.Flatten:
		return one(c.reshape(x, product(x.shape)))
	case layer.Reshape:
		b, err := l.Build(x.shape)
		if err != nil {
			return nil, err
		}
		return one(c.reshape(x, b.Out...))
	case layer.Permute:
		order := slices.Clone(l.Dims)
		for i := range order {
			order[i]--
		}
		return one(c.transpose(x, order...))
	case layer.RepeatVector:
		return one(c.repeat(c.reshape(x, 1, x.shape[0]), 0, l.N))
	case layer.ZeroPadding1D:
		return one(c.pad(x, borders(l.Padding[:], 1)))
	case layer.ZeroPadding2D:
		return one(c.pad(x, borders(slices.Concat(l.Padding[0][:], l.Padding[1][:]), 1)))
	case layer.Cropping1D:
		return one(c.crop(x, borders(l.Cropping[:], 1)))
	case layer.Cropping2D:
		return one(c.crop(x, borders(slices.Concat(l.Cropping[0][:], l.Cropping[1][:]), 0)))
	case layer.UpSampling1D:
		return one(c.enlarge(x, l.Size))
	case layer.UpSampling2D:
		if l.Interpolation == layer.Bilinear {
			return one(c.bilinear(x, l.Size))
		}
		return one(c.enlarge(x, l.Size[:]...))

	case layer.BatchNormalization:
		return same(c.batchNormalization(l))
	case layer.Normalization:
		return same(c.normalization(l))
	case layer.LayerNormalization:
		return same(c.layerNormalization(l))
	case layer.RMSNormalization:
		return one(c.rmsNormalization(l))
	case layer.UnitNormalization:
		return same(c.unitNormalization(l))
	case layer.GroupNormalization:
		return same(c.groupNormalization(l))
	case layer.Rescaling:
		return same(c.rescaling(l))

	case layer.Conv1D:
		return one(c.conv(window{[]int{l.KernelSize}, []int{l.Strides}, []int{l.DilationRate}, l.Padding}, l.Groups, l.NoBias, l.Activation))
	case layer.Conv2D:
		return one(c.conv(window{l.KernelSize[:], l.Strides[:], l.DilationRate[:], l.Padding}, l.Groups, l.NoBias, l.Activation))
	case layer.DepthwiseConv1D:
		return one(c.depthwise(window{[]int{l.KernelSize}, []int{l.Strides}, []int{l.DilationRate}, l.Padding}, l.NoBias, l.Activation))
	case layer.DepthwiseConv2D:
		return one(c.depthwise(window{l.KernelSize[:], l.Strides[:], l.DilationRate[:], l.Padding}, l.NoBias, l.Activation))
	case layer.SeparableConv1D:
		return one(c.separable(window{[]int{l.KernelSize}, []int{l.Strides}, []int{l.DilationRate}, l.Padding}, l.NoBias, l.Activation))
	case layer.SeparableConv2D:
		return one(c.separable(window{l.KernelSize[:], l.Strides[:], l.DilationRate[:], l.Padding}, l.NoBias, l.Activation))
	case layer.Conv1DTranspose:
		return one(c.convTranspose(window{[]int{l.KernelSize}, []int{l.Strides}, []int{l.DilationRate}, l.Padding}, l.OutputPadding, l.NoBias, l.Activation))
	case layer.Conv2DTranspose:
		return one(c.convTranspose(window{l.KernelSize[:], l.Strides[:], l.DilationRate[:], l.Padding}, l.OutputPadding, l.NoBias, l.Activation))
	case layer.MaxPooling1D:
		return one(c.pool("MaxPool", []int{l.PoolSize}, []int{l.Strides}, l.Padding))
	case layer.MaxPooling2D:
		return one(c.pool("MaxPool", l.PoolSize[:], l.Strides[:], l.Padding))
	case layer.AveragePooling1D:
		return one(c.pool("AveragePool", []int{l.PoolSize}, []int{l.Strides}, l.Padding))
	case layer.AveragePooling2D:
		return one(c.pool("AveragePool", l.PoolSize[:], l.Strides[:], l.Padding))
	case layer.GlobalMaxPooling1D:
		return one(c.global("ReduceMax", x, l.KeepDims))
	case layer.GlobalMaxPooling2D:
		return one(c.global("ReduceMax", x, l.KeepDims))
	case layer.GlobalAveragePooling1D:
		return one(c.globalMean(l.KeepDims))
	case layer.GlobalAveragePooling2D:
		return one(c.global("ReduceMean", x, l.KeepDims))

	case layer.Add:
		return one(c.merge("Sum", c.in))
	case layer.Average:
		return one(c.merge("Mean", c.in))
	case layer.Subtract:
		return one(c.merge("Sub", c.in))
	case layer.Multiply:
		return one(c.multiply())
	case layer.Maximum:
		return one(c.extreme("Max"))
	case layer.Minimum:
		return one(c.extreme("Min"))
	case layer.Concatenate:
		return one(c.concatenate(l))
	case layer.Dot:
		return one(c.dot(l))

	case layer.Attention:
		return c.attention(l)
	case layer.AdditiveAttention:
		return c.additiveAttention(l)
	case layer.MultiHeadAttention:
		return c.multiHeadAttention(l)

	case layer.LSTM, layer.GRU, layer.SimpleRNN, layer.RNN:
		return c.recurrent(l)
	case layer.Bidirectional:
		return c.bidirectional(l)
	case layer.TimeDistributed:
		return c.timeDistributed(l)
	}
	return nil, errNot
}

// or gives a setting, or its default where it is 0.
func or(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}

func orEach(v []int, otherwise ...int) []int {
	all := slices.Clone(v)
	for i, n := range all {
		if n == 0 {
			all[i] = otherwise[min(i, len(otherwise)-1)]
		}
	}
	return all
}
