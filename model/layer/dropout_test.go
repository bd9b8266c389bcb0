package layer_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/model/layer"
)

func TestDropoutInference(t *testing.T) {
	for _, rate := range []float64{0, 0.3, 1} {
		u := layerCase{layer: layer.Dropout{Rate: rate}, in: []int{50}}.use(t, mode{rows: 4})
		if !slices.Equal(u.run(t), u.x.Value.Float64s()) {
			t.Errorf("rate %v: inference is not the identity", rate)
		}
	}
}

func TestDropoutTraining(t *testing.T) {
	for _, rate := range []float64{0, 0.1, 0.5, 0.9, 1} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			u := layerCase{layer: layer.Dropout{Rate: rate}, in: []int{400}}.use(t, mode{rows: 100, training: true})
			x, y := u.x.Value.Float64s(), u.run(t)
			dropped := 0.
			for i, v := range y {
				if v == 0 {
					dropped++
				} else if want := x[i] / (1 - rate); math.Abs(v-want) > 1e-12*math.Abs(want) {
					t.Fatalf("element %d is %v, expected %v or 0", i, v, want)
				}
			}
			n := float64(len(y))
			if tolerance := 4 * math.Sqrt(n*rate*(1-rate)); math.Abs(dropped-n*rate) > tolerance {
				t.Errorf("%v of %v dropped, expected %v ± %v", dropped, n, n*rate, tolerance)
			}
		})
	}
}

// Masks of steps that follow each other have nothing to do with each other.
func TestDropoutSteps(t *testing.T) {
	masks := make([][]float64, 3)
	for step := range masks {
		u := layerCase{layer: layer.Dropout{Rate: 0.5}, in: []int{400}}.use(t, mode{rows: 100, training: true, step: uint64(step)})
		masks[step] = u.run(t)
	}
	for i := range masks {
		for j := range i {
			n, both := float64(len(masks[i])), 0.
			for k := range masks[i] {
				if masks[i][k] == 0 && masks[j][k] == 0 {
					both++
				}
			}
			if math.Abs(both-n/4) > 4*math.Sqrt(n*3/16) {
				t.Errorf("steps %d and %d drop %v of %v elements together, expected a quarter", i, j, both, n)
			}
		}
	}
}
