package layer_test

import (
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/model/layer"
)

// The statistics after one batch and the output follow from the formulas of
// the documentation.
func TestBatchNormalizationTraining(t *testing.T) {
	tests := []struct {
		name              string
		layer             layer.BatchNormalization
		momentum, epsilon float64
	}{
		{"defaults", layer.BatchNormalization{}, 0.99, 1e-3},
		{"given", layer.BatchNormalization{Momentum: 0.6, Epsilon: 0.5}, 0.6, 0.5},
		{"statistics of the last batch", layer.BatchNormalization{Momentum: layer.Zero, Epsilon: layer.Zero}, 0, 0},
		{"statistics that stay", layer.BatchNormalization{Momentum: 1}, 1, 1e-3},
	}
	const rows, columns = 8, 3
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			u := layerCase{layer: test.layer, in: []int{columns}}.use(t, mode{rows: rows, training: true})
			x, before := u.state()
			y := u.run(t)
			_, after := u.state()
			for j := range columns {
				mean, variance := 0., 0.
				for i := range rows {
					mean += x[i*columns+j] / rows
				}
				for i := range rows {
					variance += math.Pow(x[i*columns+j]-mean, 2) / rows
				}
				blend := func(old, batch float64) float64 { return old*test.momentum + batch*(1-test.momentum) }
				got := []float64{after[2][j], after[3][j]}
				// Both uses of the layer in the test's graph have statistics of their own.
				near(t, "moving statistics", got, []float64{blend(before[2][j], mean), blend(before[3][j], variance)}, 1e-12)
				for i := range rows {
					want := before[0][j]*(x[i*columns+j]-mean)/math.Sqrt(variance+test.epsilon) + before[1][j]
					near(t, "output", y[i*columns+j:][:1], []float64{want}, 1e-12)
				}
			}
		})
	}
}

func TestBatchNormalizationInference(t *testing.T) {
	u := layerCase{layer: layer.BatchNormalization{}, in: []int{2}}.use(t, mode{rows: 1})
	for i, v := range [][]float64{{2, 1}, {10, -1}, {3, 0}, {4, 0.25}} { // gamma, beta, moving mean, moving variance
		copy(u.weights[i].Value.Float64s(), v)
	}
	copy(u.x.Value.Float64s(), []float64{5, 1})
	near(t, "output", u.run(t), []float64{10 + 2*2/math.Sqrt(4.001), -1 + 1/math.Sqrt(0.251)}, 1e-12)
}

// A batch of one row has no variance: what is left is beta.
func TestBatchNormalizationOfOneRow(t *testing.T) {
	u := layerCase{layer: layer.BatchNormalization{}, in: []int{3}}.use(t, mode{rows: 1, training: true})
	_, weights := u.state()
	near(t, "output", u.run(t), weights[1], 1e-12)
}
