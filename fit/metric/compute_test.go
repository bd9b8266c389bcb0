package metric

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

func dense(backing any, shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(backing))
}

// slice takes views.
func slice(t *testing.T, x tensor.Tensor, by ...tensor.Slice) tensor.Tensor {
	t.Helper()
	v, err := x.Slice(by...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestComputeReadsTensors(t *testing.T) {
	// Rows of: label, prediction, weight. Recall is 2/3, weighted 3/5.
	table := dense([]float64{1, .9, 1, 1, .2, 2, 0, .8, 1, 1, .7, 2}, 4, 3)
	column := func(i int) tensor.Tensor { return slice(t, table, nil, tensor.S(i)) }
	turned := dense([]float64{1, 1, 0, 1, .9, .2, .8, .7}, 2, 4)
	if err := turned.T(); err != nil {
		t.Fatal(err)
	}
	p32 := dense([]float32{.9, .2, .8, .7}, 4, 1)
	for name, c := range map[string]struct {
		y, p, w tensor.Tensor
		want    float64
	}{
		"columns of a table":  {column(0), column(1), nil, 2. / 3},
		"weighted":            {column(0), column(1), column(2), 3. / 5},
		"a transposed tensor": {slice(t, turned, nil, tensor.S(0)), slice(t, turned, nil, tensor.S(1)), nil, 2. / 3},
		"float32":             {dense([]float32{1, 1, 0, 1}, 4), p32, dense([]float32{1, 2, 1, 2}, 4), 3. / 5},
		"int":                 {dense([]int{1, 1, 0, 1}, 4), p32, dense([]int{1, 2, 1, 2}, 4), 3. / 5},
		"int32":               {dense([]int32{1, 1, 0, 1}, 4), p32, nil, 2. / 3},
		"int64":               {dense([]int64{1, 1, 0, 1}, 4), p32, nil, 2. / 3},
		"uint8":               {dense([]uint8{1, 1, 0, 1}, 4), p32, nil, 2. / 3},
		"bool":                {dense([]bool{true, true, false, true}, 4), p32, nil, 2. / 3},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Compute(Recall{}, c.y, c.p, c.w)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestComputeIsSingleForFloat32(t *testing.T) {
	y := dense([]float64{1, 1}, 2)
	for _, p := range []*tensor.Dense{dense([]float32{.3, .4}, 2), dense([]float64{.3, .4}, 2)} {
		got, err := Compute(TruePositives{Threshold: .3}, y, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got != 1 {
			t.Errorf("%v: %v predictions above .3, want 1", p.Dtype(), got)
		}
	}
}

func TestComputeErrors(t *testing.T) {
	y, p := dense([]float64{1, 0}, 2), dense([]float64{.3, .4}, 2)
	for name, c := range map[string]struct {
		metric  Metric
		y, p, w tensor.Tensor
		want    string
	}{
		"no targets":     {Recall{}, nil, p, nil, "metric: recall: targets: tensor is nil"},
		"no predictions": {Recall{}, y, nil, nil, "metric: recall: predictions: tensor is nil"},
		"scalar weight":  {Recall{}, y, p, tensor.New(tensor.FromScalar(2.)), "weights: tensor is a scalar"},
		"strings":        {Recall{}, dense([]string{"a", "b"}, 2), p, nil, "targets: tensor of string"},
		"shapes":         {Recall{}, dense([]float64{1, 0, 1, 0}, 2, 2), p, nil, "targets of shape"},
		"rows":           {Recall{}, dense([]float64{1, 0, 1}, 3), p, nil, "3 rows of targets against 2 rows"},
		"weights":        {Recall{}, y, p, dense([]float64{1, 1, 1}, 3), "weights of shape [3]"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Compute(c.metric, c.y, c.p, c.w); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestComputeMatrix(t *testing.T) {
	for name, c := range map[string]struct {
		y, p, w   *tensor.Dense
		threshold float64
		want      Matrix
	}{
		"one column":    {dense([]float32{1, 1, 0, 0}, 4), dense([]float32{.9, .3, .5, .6}, 4, 1), nil, 0, Matrix{{1, 1}, {1, 1}}},
		"lower":         {dense([]float32{1, 1, 0, 0}, 4), dense([]float32{.9, .3, .5, .6}, 4, 1), dense([]float64{1, 2, .5, 4}, 4), .25, Matrix{{0, 4.5}, {0, 3}}},
		"three classes": {dense([]int{0, 2, 1}, 3), dense([]float64{.5, .2, .3, .1, .6, .3, .2, .6, .2}, 3, 3), nil, 0, Matrix{{1, 0, 0}, {0, 1, 0}, {0, 1, 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			var w tensor.Tensor
			if c.w != nil {
				w = c.w
			}
			got, err := ComputeMatrix(c.y, c.p, w, c.threshold)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	y, p := dense([]float64{0, 1}, 2), dense([]float64{.3, .4, .3, .6}, 2, 2)
	for want, threshold := range map[string]float64{"metric: confusion matrix: threshold 0.4": .4, "threshold 2": 2} {
		if _, err := ComputeMatrix(y, p, nil, threshold); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	if _, err := ComputeMatrix(nil, p, nil, 0); err == nil || err.Error() != "metric: confusion matrix: targets: tensor is nil" {
		t.Errorf("got %v", err)
	}
}
