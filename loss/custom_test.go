package loss_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// quartic is the mean over the last axis of (p-y)⁴.
func quartic(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
	e, err := gorgonia.Sub(pred, target)
	for range 2 {
		if err != nil {
			return nil, err
		}
		e, err = gorgonia.Square(e)
	}
	if err != nil {
		return nil, err
	}
	return gorgonia.Mean(e, pred.Dims()-1)
}

func TestCustom(t *testing.T) {
	l := loss.Custom{Label: "quartic", Rows: quartic, Reduction: loss.Sum}
	if l.Name() != "quartic" || (loss.Custom{}).Name() != "custom" || l.Reduces() != loss.Sum {
		t.Errorf("names %q and %q, reduction %v", l.Name(), loss.Custom{}.Name(), l.Reduces())
	}
	s := subject{cols: 3}
	pred, y := s.draw(false, 4)
	for _, dt := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		tolerance := 1e-9
		if dt == tensor.Float32 {
			tolerance = 1e-4
		}
		got := build(t, l, dt, tensor.Shape{6, 3}, pred, y, suiteWeights, engine.NoLink)
		rows, grad := values(got.rows), values(got.grad)
		var total float64
		for r, w := range suiteWeights {
			var want float64
			for j := range 3 {
				i := r*3 + j
				e := pred[i] - y[i]
				want += e * e * e * e / 3
				if slope := w * 4 * e * e * e / 3; math.Abs(grad[i]-slope) > tolerance*(1+math.Abs(slope)) {
					t.Errorf("%v: gradient %d is %v, expected %v", dt, i, grad[i], slope)
				}
			}
			if math.Abs(rows[r]-want) > tolerance*(1+want) {
				t.Errorf("%v: row %d is %v, expected %v", dt, r, rows[r], want)
			}
			total += w * want
		}
		sum, err := loss.Compute(l, dense(dt, tensor.Shape{6, 3}, y), dense(dt, tensor.Shape{6, 3}, pred), suiteWeights)
		if err != nil || math.Abs(sum-total) > tolerance*(1+total) {
			t.Errorf("%v: the weighted sum is %v, %v, expected %v", dt, sum, err, total)
		}
	}
}

// Targets that do not look like the predictions.
func TestCustomTargets(t *testing.T) {
	l := loss.Custom{
		Rows: func(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
			p, err := gorgonia.Mean(pred, 1)
			if err != nil {
				return nil, err
			}
			return gorgonia.Sub(p, target)
		},
		Expect: func([]int) (loss.Target, error) { return loss.Target{}, nil },
	}
	got, err := loss.PerRow(l, dense(tensor.Float64, tensor.Shape{2}, []float64{1, 2}), dense(tensor.Float64, tensor.Shape{2, 3}, []float64{1, 2, 3, 4, 5, 6}))
	if err != nil || len(got) != 2 || got[0] != 1 || got[1] != 3 {
		t.Errorf("got %v, %v, expected 1 and 3", got, err)
	}
}

func TestCustomErrors(t *testing.T) {
	x := dense(tensor.Float64, tensor.Shape{2, 3}, make([]float64, 6))
	for want, l := range map[string]loss.Custom{
		"Custom.Rows is nil": {},
		"the expression is nil": {Rows: func(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
			return nil, nil
		}},
		"shape (2, 3), expected 2 rows": {Rows: func(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
			return pred, nil
		}},
		"shape (), expected 2 rows": {Rows: func(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
			return gorgonia.Sum(pred)
		}},
		"mine: out of order": {Label: "mine", Rows: func(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
			return nil, errors.New("out of order")
		}},
		"panic": {Rows: func(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
			panic("no")
		}},
		"bad shape": {Rows: quartic, Expect: func([]int) (loss.Target, error) {
			return loss.Target{}, errors.New("bad shape")
		}},
	} {
		if _, err := loss.PerRow(l, x, x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one with %q", err, want)
		}
	}
}

func values(d *tensor.Dense) []float64 {
	if d.Dtype() == tensor.Float64 {
		return d.Float64s()
	}
	var out []float64
	for _, v := range d.Float32s() {
		out = append(out, float64(v))
	}
	return out
}
