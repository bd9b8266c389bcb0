package layer_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
)

// layerCase is what [checkLayer] is told about a layer.
type layerCase struct {
	name     string
	layer    layer.Layer
	in, out  []int    // shapes of a sample
	more     [][]int  // of further inputs
	moreOut  [][]int  // of further outputs
	mask     maskRule // what becomes of the inputs' masks, where they have timesteps
	weights  []string // names of what an optimizer moves
	fixed    []string // names of the statistics, which come after the weights
	flat     bool     // the further inputs have no timesteps, and so no masks
	still    bool     // the statistics do not move
	unmasked bool     // inputs with masks are an error
	indices  int      // of a table, so many of them, are the input: it has no gradient
	trains   bool     // training gives another output than inference
	random   bool     // the output of training depends on seed and step
}

// maskRule says what becomes of masks.
type maskRule int

const (
	drops  maskRule = iota // no output has one
	passes                 // the first output has that of the first input
	makes                  // the first output has one, whether or not the inputs do
	merges                 // the first output has what is made of those of all inputs
)

// checkLayer puts a layer through the checks that every layer must pass.
func checkLayer(t *testing.T, c layerCase) {
	t.Run("build", c.checkBuild)
	t.Run("shape", c.checkShape)
	t.Run("inference", c.checkInference)
	t.Run("training", c.checkTraining)
	t.Run("twice", c.checkTwice)
	t.Run("float32", c.checkFloat32)
	t.Run("gradient", func(t *testing.T) { c.checkGradient(t, mode{rows: 3, training: true, gradient: true}) })
	t.Run("zeros", c.checkZeros)
	t.Run("mask", c.checkMask)
	t.Run("first", c.checkFirst)
	t.Run("memory", c.checkMemory)
	t.Run("config", c.checkConfig)
}

// checkBuild: the answer is the expected one, whatever the caller does to an
// earlier answer.
func (c layerCase) checkBuild(t *testing.T) {
	built := c.build(t)
	if diff := cmp.Diff(c.allOuts(), built.Outs); diff != "" {
		t.Errorf("output shapes: %s", diff)
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
	for _, out := range built.Outs {
		clear(out)
	}
	for _, w := range built.Weights {
		clear(w.Shape)
	}
	if diff := cmp.Diff(c.allOuts(), c.build(t).Outs); diff != "" {
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
		for i, sample := range c.allOuts() {
			want, out := append([]int{m.rows}, sample...), u.outs[i]
			if got := u.plan.Dense(out).Shape(); !slices.Equal(out.Shape, want) || !slices.Equal(got, want) {
				t.Errorf("%+v: shape %v in the graph and %v in memory, expected %v", m, out.Shape, got, want)
			}
			if out.Differentiable != (len(c.weights) > 0) {
				t.Errorf("%+v: differentiable is %v", m, out.Differentiable)
			}
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
		t.Error("running changed the inputs")
	}
	if diff := cmp.Diff(weights, weights2); diff != "" {
		t.Errorf("running changed the weights: %s", diff)
	}
	for i := range rows {
		alone := c.use(t, mode{rows: 1, first: i})
		alone.run(t)
		for at, out := range alone.outs {
			y := vectors.Floats(u.plan.Dense(u.outs[at]))
			n := len(y) / rows
			near(t, fmt.Sprintf("row %d alone", i), vectors.Floats(alone.plan.Dense(out)), y[i*n:(i+1)*n], 1e-12)
		}
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
		t.Error("running changed the inputs")
	}
	for i, w := range u.weights {
		if moved := !slices.Equal(before[i], after[i]); moved != (!w.Trainable && !c.still) {
			t.Errorf("%s: moved is %v, expected %v", w.Name, moved, !moved)
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
	if same := slices.Equal(u.run(t), u.values(u.again)); same == c.random {
		t.Errorf("same output of both uses is %v, expected %v", same, !c.random)
	}
}

// checkConfig: Keras's config of the layer gives the layer back. A Lambda has
// none.
func (c layerCase) checkConfig(t *testing.T) {
	config, err := registry.Encode(c.layer)
	if _, lambda := c.layer.(layer.Lambda); lambda {
		if err == nil {
			t.Errorf("expected an error, got %v", config)
		}
		return
	}
	if err != nil {
		t.Fatalf("%v: is it in internal/registry/layers.go?", err)
	}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	var raw any
	if err := json.Unmarshal(text, &raw); err != nil {
		t.Fatal(err)
	}
	l, err := registry.Decode[layer.Layer](raw)
	if err != nil {
		t.Fatal(err)
	}
	again, err := registry.Encode(l)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(config, again); diff != "" {
		t.Errorf("written again: %s", diff)
	}
}

// checkMemory: operations that share memory, and find in it what the last run
// left, compute what they compute with memory of their own.
func (c layerCase) checkMemory(t *testing.T) {
	for _, m := range []mode{{rows: 4}, {rows: 4, training: true, gradient: true}, {rows: 4, training: true, masked: true}} {
		if m.masked && c.mask == drops {
			continue
		}
		run := func(apart bool) (all []float64) {
			m.apart = apart
			u := c.use(t, m)
			for range 2 {
				all = append(all, u.run(t)...)
				for _, p := range u.trained() {
					if g := u.plan.Grad(p); g != nil {
						all = append(all, vectors.Floats(g)...)
					}
				}
			}
			return all
		}
		if shared, apart := run(false), run(true); !slices.Equal(shared, apart) {
			t.Errorf("%+v: numbers differ from those of operations with memory of their own", m)
		}
	}
}

// checkFloat32: outputs and gradients agree with those in float64.
func (c layerCase) checkFloat32(t *testing.T) {
	for _, training := range []bool{false, true} {
		m := mode{rows: 4, training: training, gradient: training}
		double := c.use(t, m)
		want := double.run(t)
		m.single = true
		single := c.use(t, m)
		near(t, fmt.Sprintf("%+v", m), single.run(t), want, 1e-5)
		for i, p := range single.trained() {
			if training {
				near(t, p.Name, vectors.Floats(single.plan.Grad(p)), vectors.Floats(double.plan.Grad(double.trained()[i])), 1e-4)
			}
		}
	}
}

// checkGradient: gradients of the inputs and of the weights are those of
// finite differences.
func (c layerCase) checkGradient(t *testing.T, m mode) {
	u := c.use(t, m)
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

// checkZeros: rows of zeros give finite outputs and gradients.
func (c layerCase) checkZeros(t *testing.T) {
	for _, m := range []mode{{rows: 2, zeros: true}, {rows: 2, zeros: true, training: true, gradient: true}} {
		u := c.use(t, m)
		all := u.run(t)
		for _, p := range u.trained() {
			if m.training {
				all = append(all, vectors.Floats(u.plan.Grad(p))...)
			}
		}
		for i, v := range all {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%+v: number %d is %v", m, i, v)
			}
		}
	}
}

// checkMask: masks become what the case says, and gradients are right with
// masks, too.
func (c layerCase) checkMask(t *testing.T) {
	made := c.use(t, mode{rows: 2}).outs[0].Mask != nil
	if made != (c.mask == makes) {
		t.Errorf("a mask without one before is %v, expected %v", made, c.mask == makes)
	}
	if c.unmasked {
		return
	}
	for at, in := range c.ins() {
		if len(in) < 2 && c.indices == 0 && !(c.flat && at > 0) {
			if c.mask == passes || c.mask == merges {
				t.Error("no timesteps, so no mask could be passed on")
			}
			return
		}
	}
	for _, training := range []bool{false, true} {
		u := c.use(t, mode{rows: 3, training: training, masked: true})
		mask := u.outs[0].Mask
		if (mask != nil) != (c.mask != drops) {
			t.Fatalf("training %v: a mask is %v, expected %v", training, mask != nil, c.mask != drops)
		}
		if c.mask == passes && mask != u.masks[0] {
			t.Errorf("training %v: the mask is another one", training)
		}
		if c.mask != drops && !slices.Equal(mask.Shape, u.outs[0].Shape[:len(mask.Shape)]) {
			t.Errorf("training %v: mask of shape %v on an output of shape %v", training, mask.Shape, u.outs[0].Shape)
		}
	}
	c.checkGradient(t, mode{rows: 3, training: true, gradient: true, masked: true})
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
