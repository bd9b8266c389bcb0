package layer_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
)

// layerCase is what [checkLayer] is told about a layer.
type layerCase struct {
	name    string
	layer   layer.Layer
	in, out []int    // shapes of a sample
	weights []string // names of what an optimizer moves
	fixed   []string // names of the statistics, which come after the weights
	indices int      // of a table, so many of them, are the input: it has no gradient
	trains  bool     // training gives another output than inference
	random  bool     // the output of training depends on seed and step
}

// checkLayer puts a layer through the checks that every layer must pass.
func checkLayer(t *testing.T, c layerCase) {
	t.Run("build", c.checkBuild)
	t.Run("shape", c.checkShape)
	t.Run("inference", c.checkInference)
	t.Run("training", c.checkTraining)
	t.Run("twice", c.checkTwice)
	t.Run("float32", c.checkFloat32)
	t.Run("gradient", c.checkGradient)
	t.Run("first", c.checkFirst)
}

// checkBuild: the answer is the expected one, whatever the caller does to an
// earlier answer.
func (c layerCase) checkBuild(t *testing.T) {
	built := c.build(t)
	if diff := cmp.Diff(c.out, built.Out); diff != "" {
		t.Errorf("output shape: %s", diff)
	}
	var names []string
	for i, w := range built.Weights {
		names = append(names, w.Name)
		if fixed := i >= len(c.weights); w.Fixed != fixed {
			t.Errorf("%s: fixed is %v, expected %v", w.Name, w.Fixed, fixed)
		}
	}
	if want := slices.Concat(c.weights, c.fixed); !slices.Equal(names, want) {
		t.Errorf("weights %v, expected %v", names, want)
	}
	clear(built.Out)
	for _, w := range built.Weights {
		clear(w.Shape)
	}
	if diff := cmp.Diff(c.out, c.build(t).Out); diff != "" {
		t.Errorf("output shape the second time: %s", diff)
	}
	if c.layer.Class() == "" {
		t.Error("no class")
	}
}

// checkShape: the graph gives the shape that Build announced.
func (c layerCase) checkShape(t *testing.T) {
	for _, m := range []mode{{rows: 1}, {rows: 5}, {rows: 1, training: true}, {rows: 5, training: true}} {
		u := c.use(t, m)
		want := append([]int{m.rows}, c.out...)
		if !slices.Equal(u.out.Shape, want) || !slices.Equal(u.y().Shape(), want) {
			t.Errorf("%+v: shape %v in the graph and %v in memory, expected %v", m, u.out.Shape, u.y().Shape(), want)
		}
		if u.out.Differentiable != (len(c.weights) > 0) {
			t.Errorf("%+v: differentiable is %v", m, u.out.Differentiable)
		}
		for i, v := range u.run(t) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%+v: element %d is %v", m, i, v)
			}
		}
	}
}

// checkInference: the output is the same bits each time, no weight moves, and
// a row does not depend on the others.
func (c layerCase) checkInference(t *testing.T) {
	const rows = 4
	u := c.use(t, mode{rows: rows})
	x, weights := u.state()
	y := slices.Clone(u.run(t))
	if !slices.Equal(y, u.run(t)) {
		t.Error("a second run gave another output")
	}
	if !slices.Equal(y, c.use(t, mode{rows: rows, seed: 9, step: 9}).run(t)) {
		t.Error("the output depends on the seed")
	}
	x2, weights2 := u.state()
	if !slices.Equal(x, x2) {
		t.Error("running changed the input")
	}
	if diff := cmp.Diff(weights, weights2); diff != "" {
		t.Errorf("running changed the weights: %s", diff)
	}
	for i := range rows {
		n := len(y) / rows
		near(t, fmt.Sprintf("row %d alone", i), c.use(t, mode{rows: 1, first: i}).run(t), y[i*n:(i+1)*n], 1e-12)
	}
}

// checkTraining: the output is the same bits for the same seed and step, only
// the statistics move, and training differs from inference where it should.
func (c layerCase) checkTraining(t *testing.T) {
	training := mode{rows: 4, training: true}
	u := c.use(t, training)
	x, before := u.state()
	y := slices.Clone(u.run(t))
	x2, after := u.state()
	if !slices.Equal(x, x2) {
		t.Error("running changed the input")
	}
	for i, w := range u.weights {
		if moved := !slices.Equal(before[i], after[i]); moved == w.Trainable {
			t.Errorf("%s: moved is %v, expected %v", w.Name, moved, !w.Trainable)
		}
	}
	if !slices.Equal(y, u.run(t)) || !slices.Equal(y, c.use(t, training).run(t)) {
		t.Error("one seed and step gave different outputs")
	}
	if same := slices.Equal(y, c.use(t, mode{rows: 4}).run(t)); same == c.trains {
		t.Errorf("as in inference is %v, expected %v", same, !c.trains)
	}
	for _, m := range []mode{{rows: 4, training: true, seed: 1}, {rows: 4, training: true, step: 1}} {
		if same := slices.Equal(y, c.use(t, m).run(t)); same == c.random {
			t.Errorf("%+v: same output is %v, expected %v", m, same, !c.random)
		}
	}
}

// checkTwice: one value may stand twice in a model. The uses agree, unless
// each draws its own numbers.
func (c layerCase) checkTwice(t *testing.T) {
	u := c.use(t, mode{rows: 4, training: true})
	if same := slices.Equal(u.run(t), vectors.Floats(u.plan.Dense(u.again))); same == c.random {
		t.Errorf("same output of both uses is %v, expected %v", same, !c.random)
	}
}

// checkFloat32: it agrees with float64.
func (c layerCase) checkFloat32(t *testing.T) {
	for _, training := range []bool{false, true} {
		m := mode{rows: 4, training: training}
		want := c.use(t, m).run(t)
		m.single = true
		near(t, fmt.Sprintf("%+v", m), c.use(t, m).run(t), want, 1e-5)
	}
}

// checkGradient: gradients of the input and of the weights are those of
// finite differences.
func (c layerCase) checkGradient(t *testing.T) {
	u := c.use(t, mode{rows: 3, training: true, gradient: true})
	u.run(t)
	grads := map[string][]float64{}
	for _, p := range u.trained() {
		grads[p.Name] = slices.Clone(vectors.Floats(u.plan.Grad(p)))
	}
	const h = 1e-6
	for _, p := range u.trained() {
		values := p.Value.Float64s()
		numeric := make([]float64, len(values))
		for i, v := range values {
			values[i] = v + h
			u.run(t)
			up := u.loss()
			values[i] = v - h
			u.run(t)
			values[i] = v
			numeric[i] = (up - u.loss()) / (2 * h)
		}
		near(t, p.Name, grads[p.Name], numeric, 1e-7)
	}
}

// checkFirst: a layer whose input needs no gradient gives its weights the same
// gradients.
func (c layerCase) checkFirst(t *testing.T) {
	inside := c.use(t, mode{rows: 3, training: true, gradient: true})
	first := c.use(t, mode{rows: 3, training: true})
	inside.run(t)
	first.run(t)
	for i, w := range first.weights[:len(c.weights)] {
		want := vectors.Floats(inside.plan.Grad(inside.weights[i]))
		near(t, w.Name, vectors.Floats(first.plan.Grad(w)), want, 1e-12)
	}
}
