package model_test

import (
	"testing"

	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

func array(dt tensor.Dtype, shape ...int) *tensor.Dense {
	n := tensor.Shape(shape).TotalSize()
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(tensor.Range(dt, 1, n+1)))
}

// transposed and part are views of other arrays, both 1 2 3 / 4 5 6.
func transposed(t *testing.T) *tensor.Dense {
	a := tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float32{1, 4, 2, 5, 3, 6}))
	if err := a.T(); err != nil {
		t.Fatal(err)
	}
	return a
}

func part(t *testing.T) *tensor.Dense {
	a := tensor.New(tensor.WithShape(2, 4), tensor.WithBacking([]float32{1, 2, 3, 9, 4, 5, 6, 9}))
	v, err := a.Slice(nil, tensor.S(0, 3))
	if err != nil {
		t.Fatal(err)
	}
	return v.(*tensor.Dense)
}

func TestWeights(t *testing.T) {
	m := sequential(t, model.Config{}, layer.Input{Shape: []int{2}}, layer.Dense{Units: 3}, layer.BatchNormalization{Name: "norm"})
	type row struct {
		Name      string
		Shape     []int
		Trainable bool
	}
	want := []row{
		{"dense/kernel", []int{2, 3}, true}, {"dense/bias", []int{3}, true},
		{"norm/gamma", []int{3}, true}, {"norm/beta", []int{3}, true},
		{"norm/moving_mean", []int{3}, false}, {"norm/moving_variance", []int{3}, false},
	}
	var got []row
	for _, w := range m.Weights() {
		got = append(got, row{w.Name, w.Value.Shape(), w.Trainable})
		w.Value.Zero()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if kernel := values(m)[0]; kernel[0] == 0 && kernel[1] == 0 {
		t.Error("Weights gave the model's own memory")
	}
}

func TestSetWeights(t *testing.T) {
	f32 := tensor.Float32
	good := func() []*tensor.Dense { return []*tensor.Dense{array(f32, 2, 3), array(f32, 3), array(f32, 3, 1)} }
	one := func(i int, v *tensor.Dense) []*tensor.Dense {
		all := good()
		all[i] = v
		return all
	}
	want := [][]float64{{1, 2, 3, 4, 5, 6}, {1, 2, 3}, {1, 2, 3}}
	tests := []struct {
		name   string
		values []*tensor.Dense
		err    string // "" if the weights become want
	}{
		{"right", good(), ""},
		{"transposed view", one(0, transposed(t)), ""},
		{"part of a larger array", one(0, part(t)), ""},
		{"none", nil, "model: expected 3 weights, got 0"},
		{"too few", good()[:2], "model: expected 3 weights, got 2"},
		{"too many", append(good(), array(f32, 1)), "model: expected 3 weights, got 4"},
		{"nil", one(1, nil), `model: weight "dense/bias": expected float32 of shape (3), got nil`},
		{"empty", one(1, new(tensor.Dense)), `model: weight "dense/bias": expected float32 of shape (3), got nil`},
		{"transposed shape", one(0, array(f32, 3, 2)), `model: weight "dense/kernel": expected float32 of shape (2, 3), got float32 of shape (3, 2)`},
		{"flat", one(0, array(f32, 6)), `model: weight "dense/kernel": expected float32 of shape (2, 3), got float32 of shape (6)`},
		{"column for a vector", one(1, array(f32, 3, 1)), `model: weight "dense/bias": expected float32 of shape (3), got float32 of shape (3, 1)`},
		{"row for a vector", one(1, array(f32, 1, 3)), `model: weight "dense/bias": expected float32 of shape (3), got float32 of shape (1, 3)`},
		{"vector for a column", one(2, array(f32, 3)), `model: weight "dense_1/kernel": expected float32 of shape (3, 1), got float32 of shape (3)`},
		{"element type", one(2, array(tensor.Float64, 3, 1)), `model: weight "dense_1/kernel": expected float32 of shape (3, 1), got float64 of shape (3, 1)`},
		{"column-major", one(0, tensor.New(tensor.WithShape(2, 3), tensor.AsFortran([]float32{1, 2, 3, 4, 5, 6}))),
			`model: weight "dense/kernel": expected an array in row-major order, got column-major`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := sequential(t, model.Config{}, layer.Input{Shape: []int{2}}, layer.Dense{Units: 3}, layer.Dense{Units: 1, NoBias: true})
			expected := want
			if test.err != "" {
				expected = values(m)
			}
			got := ""
			if err := m.SetWeights(test.values); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(test.err, got); diff != "" {
				t.Error(diff)
			}
			for _, v := range test.values { // the model has copies
				if v != nil && v.Dtype().Type != nil {
					v.Zero()
				}
			}
			if diff := cmp.Diff(expected, values(m)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Weights of one model are right for another of the same layers.
func TestWeightsRoundTrip(t *testing.T) {
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		from, to := seeded(t, model.Config{Seed: 1, DType: dt}), seeded(t, model.Config{Seed: 2, DType: dt})
		var all []*tensor.Dense
		for _, w := range from.Weights() {
			all = append(all, w.Value)
		}
		if err := to.SetWeights(all); err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(values(from), values(to)) {
			t.Errorf("%v: the weights changed on the way", dt)
		}
	}
}
