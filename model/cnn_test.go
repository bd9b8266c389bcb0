package model_test

import (
	"runtime"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// training is a plan for the loss and the gradients of a classifier on a batch.
func training(t testing.TB, m *model.Model, rows int) *engine.Plan {
	t.Helper()
	plan, err := engine.Build(m.DType(), true, &op.State{}, func(g *engine.Graph) (*engine.Tensor, []*engine.Tensor, error) {
		x, err := g.Input("x", append(tensor.Shape{rows}, m.InputShape()...))
		if err != nil {
			return nil, nil, err
		}
		for i, data := 0, x.Node.Value().Data().([]float32); i < len(data); i++ {
			data[i] = float32(i * i % 7)
		}
		y, err := apply(m, g, x)
		if err != nil {
			return nil, nil, err
		}
		o, _, err := op.Loss(m.DType(), op.LossConfig{
			Kernel: op.RowLoss{Float32: kernel.SoftmaxCE[float32]{N: y.Shape[1], Sparse: true}}, Pred: y.Logits.Shape, Target: tensor.Shape{rows},
		})
		if err != nil {
			return nil, nil, err
		}
		in := []*engine.Tensor{y.Logits}
		for first, name := range []string{"labels", "weights"} {
			v, err := g.Input(name, tensor.Shape{rows})
			if err != nil {
				return nil, nil, err
			}
			for i, data := 0, v.Node.Value().Data().([]float32); i < rows; i++ {
				data[i] = float32(first + i%2)
			}
			in = append(in, v)
		}
		cost, err := g.Apply(o, in...)
		return cost, []*engine.Tensor{y}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func step(t testing.TB, plan *engine.Plan) {
	t.Helper()
	if err := plan.Run(); err != nil {
		t.Fatal(err)
	}
}

// convolutional holds networks that together have every layer of windows, and
// an embedding.
var convolutional = map[string][]layer.Layer{
	"images": {
		layer.Input{Shape: []int{12, 12, 3}},
		layer.Conv2D{Filters: 24, KernelSize: [2]int{3, 3}, Padding: layer.Same, Activation: layer.ReLU},
		layer.MaxPooling2D{},
		layer.Conv2D{Filters: 32, KernelSize: [2]int{3, 3}, Strides: [2]int{2, 1}, Groups: 2, Activation: layer.GELU},
		layer.AveragePooling2D{PoolSize: [2]int{1, 3}, Strides: [2]int{1, 1}, Padding: layer.Same},
		layer.GlobalMaxPooling2D{},
		layer.Dense{Units: 5, Activation: layer.Softmax},
	},
	"more images": {
		layer.Input{Shape: []int{9, 9, 16}},
		layer.Conv2D{Filters: 32, KernelSize: [2]int{3, 3}, Activation: layer.ReLU},
		layer.GlobalAveragePooling2D{KeepDims: true},
		layer.Flatten{},
		layer.Dense{Units: 5, Activation: layer.Softmax},
	},
	"sequences": {
		layer.Input{Shape: []int{40, 8}},
		layer.Conv1D{Filters: 33, KernelSize: 3, Padding: layer.Causal, Activation: layer.Tanh},
		layer.Conv1D{Filters: 24, KernelSize: 3, DilationRate: 2},
		layer.AveragePooling1D{PoolSize: 3},
		layer.MaxPooling1D{PoolSize: 3, Strides: 1, Padding: layer.Same},
		layer.GlobalAveragePooling1D{},
		layer.Dense{Units: 5, Activation: layer.Softmax},
	},
	"words": {
		layer.Input{Shape: []int{30}},
		layer.Embedding{InputDim: 7, OutputDim: 48},
		layer.GlobalMaxPooling1D{},
		layer.Dense{Units: 5, Activation: layer.Softmax},
	},
}

// Gradients are the same bits on any number of processors.
func TestConvolutionsOnProcessors(t *testing.T) {
	for name, layers := range convolutional {
		t.Run(name, func(t *testing.T) {
			m := sequential(t, model.Config{}, layers...)
			var want [][]float64
			for _, processors := range []int{1, 2, 5} {
				was := runtime.GOMAXPROCS(processors)
				plan := training(t, m, 70)
				step(t, plan)
				runtime.GOMAXPROCS(was)
				var got [][]float64
				for _, p := range m.Params() {
					got = append(got, slices.Clone(vectors.Floats(plan.Grad(p))))
				}
				if want == nil {
					want = got
				}
				for i, p := range m.Params() {
					if !slices.Equal(got[i], want[i]) {
						t.Errorf("%d processors: another gradient of %s", processors, p.Name)
					}
				}
			}
		})
	}
}

func TestConvolutionsAllocateNothing(t *testing.T) {
	for name, layers := range convolutional {
		plan := training(t, sequential(t, model.Config{}, layers...), 32)
		if n := testing.AllocsPerRun(5, func() { step(t, plan) }); n != 0 {
			t.Errorf("%s: a step allocates %v times, expected 0", name, n)
		}
	}
}

// An index out of range is an error that names the layer and says what came.
func TestEmbeddingIndices(t *testing.T) {
	m := sequential(t, model.Config{}, layer.Input{Shape: []int{4}}, layer.Embedding{InputDim: 4, OutputDim: 48}, layer.GlobalMaxPooling1D{}, layer.Dense{Units: 2, Activation: layer.Softmax})
	err := training(t, m, 400).Run()
	want := `engine: embedding of layer "embedding": panic: expected whole numbers from 0 to 3 as indices, got 4`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, expected %s", err, want)
	}
}

// Indices come from outside: nothing below an embedding can learn.
func TestEmbeddingAboveWeights(t *testing.T) {
	m := sequential(t, model.Config{}, layer.Input{Shape: []int{4}}, layer.Dense{Units: 3}, layer.Embedding{InputDim: 4, OutputDim: 2})
	_, err := engine.Build(m.DType(), true, &op.State{}, func(g *engine.Graph) (*engine.Tensor, []*engine.Tensor, error) {
		x, err := g.Input("x", tensor.Shape{2, 4})
		if err != nil {
			return nil, nil, err
		}
		y, err := apply(m, g, x)
		return nil, []*engine.Tensor{y}, err
	})
	want := `model: layer "embedding" (Embedding): expected indices as input, got the output of a layer with weights`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, expected %s", err, want)
	}
}

// The gradients of one batch of 128 images of 28 x 28 pixels.
func BenchmarkCNN(b *testing.B) {
	const rows = 128
	m := sequential(b, model.Config{},
		layer.Input{Shape: []int{28, 28, 1}},
		layer.Conv2D{Filters: 32, KernelSize: [2]int{3, 3}, Activation: layer.ReLU},
		layer.MaxPooling2D{},
		layer.Conv2D{Filters: 64, KernelSize: [2]int{3, 3}, Activation: layer.ReLU},
		layer.MaxPooling2D{},
		layer.Flatten{},
		layer.Dense{Units: 128, Activation: layer.ReLU},
		layer.Dense{Units: 10, Activation: layer.Softmax})
	plan := training(b, m, rows)
	step(b, plan)
	b.ReportAllocs()
	for b.Loop() {
		step(b, plan)
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "images/s")
}
