package loss_test

import (
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

func TestCircle(t *testing.T) {
	p := []float64{1, 0, .6, .8, 0, 1, -.8, .6, -1, 0}
	y := []float64{3, 3, 5, 5, 9} // the last is alone
	const gamma, margin = 4., .3
	formula := func(diagonal bool) (out []float64) {
		for i := range y {
			var own, other float64
			for j := range y {
				d := max(1-p[2*i]*p[2*j]-p[2*i+1]*p[2*j+1], 0)
				switch {
				case i == j && !diagonal:
				case y[i] == y[j]:
					own += math.Exp(-gamma * max(margin+d, 0) * (margin - d))
				default:
					other += math.Exp(gamma * max(1+margin-d, 0) * (1 - margin - d))
				}
			}
			out = append(out, math.Log(1+own*other))
		}
		return out
	}
	yt, pt := dense(tensor.Float64, tensor.Shape{5}, y), dense(tensor.Float64, tensor.Shape{5, 2}, p)
	for _, diagonal := range []bool{false, true} {
		l := loss.Circle{Gamma: gamma, Margin: margin, KeepDiagonal: diagonal}
		want := formula(diagonal)
		got, err := loss.PerRow(l, yt, pt)
		if err != nil {
			t.Fatal(err)
		}
		counted, sum := 0., 0.
		for i, v := range want {
			if math.Abs(got[i]-v) > 1e-12 {
				t.Errorf("row %d: %v, expected %v", i, got[i], v)
			}
			sum += v
			if v > 0 {
				counted++
			}
		}
		if mean, err := loss.Compute(l, yt, pt, nil); err != nil || math.Abs(mean-sum/counted) > 1e-12 {
			t.Errorf("mean %v, %v, expected %v over the %v rows with a loss", mean, err, sum/counted, counted)
		}
		if wanted := map[bool]float64{false: 4, true: 5}[diagonal]; counted != wanted {
			t.Errorf("%v rows have a loss, expected %v", counted, wanted)
		}
	}
}
