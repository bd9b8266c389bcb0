package layer_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

func text(s string) *string { return &s }

func TestPreprocessingErrors(t *testing.T) {
	table := func(l layer.StringLookup) error { _, err := l.Table(); return err }
	encode := func(l layer.StringLookup, shape ...int) error {
		_, err := l.Encode([]string{"a", "b", "c"}, shape...)
		return err
	}
	adapt := func(l layer.StringLookup, values ...string) error { return l.Adapt(values) }
	integers := func(l layer.IntegerLookup) error { _, err := l.Table(); return err }
	ab := []string{"a", "b"}
	bins := func(l layer.Discretization, batches ...[]float64) error { return l.Adapt(batches...) }
	second := func(_ any, err error) error { return err }
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"empty vocabulary":      {table(layer.StringLookup{}), "layer: string lookup: the vocabulary is empty: give one, or call Adapt"},
		"token twice":           {table(layer.StringLookup{Vocabulary: []string{"a", "a"}}), `token "a" is twice in the vocabulary`},
		"mask token inside":     {table(layer.StringLookup{Vocabulary: []string{"a", ""}, MaskToken: text("")}), `the mask token "" is in the vocabulary`},
		"too many tokens":       {table(layer.StringLookup{Vocabulary: ab, MaxTokens: 2}), "a vocabulary of 3 tokens with the special ones, expected at most 2"},
		"no room":               {table(layer.StringLookup{Vocabulary: ab, MaxTokens: 1}), "1 tokens at most leave no room beside the 1 special ones"},
		"negative number":       {table(layer.StringLookup{Vocabulary: ab, MaxTokens: -1}), "expected at most so many tokens, or 0 for any number, got -1"},
		"negative OOV":          {table(layer.StringLookup{Vocabulary: ab, NumOOVIndices: -2}), "or -1 for none, got -2"},
		"padding to nothing":    {table(layer.StringLookup{Vocabulary: ab, PadToMaxTokens: true}), "PadToMaxTokens needs MaxTokens"},
		"unknown mode":          {table(layer.StringLookup{Vocabulary: ab, OutputMode: 9}), "output mode OutputMode(9), expected one of [int one_hot multi_hot count tf_idf]"},
		"no IDF weights":        {table(layer.StringLookup{Vocabulary: ab, OutputMode: layer.TFIDFOutput}), "0 IDF weights for a vocabulary of 2 tokens"},
		"IDF weights elsewhere": {table(layer.StringLookup{Vocabulary: ab, IDFWeights: []float64{1, 2}}), "IDF weights are for output mode tf_idf, this is int"},
		"IDF weight NaN":        {table(layer.StringLookup{Vocabulary: ab, OutputMode: layer.TFIDFOutput, IDFWeights: []float64{1, math.NaN()}}), "is NaN, expected a finite number"},
		"long salt":             {table(layer.StringLookup{Vocabulary: ab, Salt: make([]uint64, 3)}), "expected a salt of one or two numbers, got 3"},
		"unknown string":        {encode(layer.StringLookup{Vocabulary: ab, NumOOVIndices: -1}), `layer: lookup: token "c" is not in the vocabulary, and there is no index for such ones`},
		"shape of more":         {encode(layer.StringLookup{Vocabulary: ab}, 2, 2), "expected a shape of 3 values, got [2 2]"},
		"shape of one axis":     {encode(layer.StringLookup{Vocabulary: ab}, 3), "expected a shape (rows, ...) of two axes or more, got [3]"},
		"negative shape":        {encode(layer.StringLookup{Vocabulary: ab}, -1, -3), "expected a shape of 3 values, got [-1 -3]"},
		"huge shape":            {encode(layer.StringLookup{Vocabulary: ab}, 1<<62, 1<<62), "expected a shape of 3 values"},
		"sets of sets":          {encode(layer.StringLookup{Vocabulary: ab, OutputMode: layer.CountOutput}, 1, 3, 1), "output mode count: expected samples of shape (k), got shape [3 1]"},
		"adapt to nothing":      {adapt(layer.StringLookup{}), "there are no values"},
		"adapt to masks":        {adapt(layer.StringLookup{MaskToken: text("")}, "", "[UNK]"), "there are none but special tokens to adapt to"},
		"salt of a remainder":   {integers(layer.IntegerLookup{Vocabulary: []int64{1}, Salt: []uint64{1}}), "layer: integer lookup: a salt needs OOVHash"},
		"inverted counts":       {integers(layer.IntegerLookup{Vocabulary: []int64{1}, Invert: true, OutputMode: layer.CountOutput}), "inverting needs output mode int, this is count"},
		"inverted column":       {second(layer.IntegerLookup{Vocabulary: []int64{1}, Invert: true}.Encode([]int64{1})), "use Table and its method Token"},
		"no bins":               {second(layer.Hashing{}.Encode([]string{"a"})), "layer: hashing: expected at least 1 bin, got 0"},
		"text as number":        {second(layer.Hashing{NumBins: 2, MaskValue: text("x")}.Build([]int{1})), `expected a whole number as mask value in a model, got "x"`},
		"no such category":      {second(layer.CategoryEncoding{NumTokens: 2}.Encode([]int{2})), "layer: category encoding: expected categories from 0 to 1, got 2"},
		"weights elsewhere":     {second(layer.CategoryEncoding{NumTokens: 2}.EncodeWeighted([]int{1}, []float64{1})), "output mode multi_hot: weights are for mode count alone"},
		"weights missing":       {second(layer.CategoryEncoding{NumTokens: 2, OutputMode: layer.CountOutput}.EncodeWeighted([]int{1}, []float64{1, 2})), "expected 1 weights, one for each value, got 2"},
		"nothing to find":       {bins(layer.Discretization{}, []float64{1}), "layer: discretization: expected at least 1 bin to find, got 0"},
		"no batches":            {bins(layer.Discretization{NumBins: 2}), "there are no values to adapt to"},
		"empty batches":         {bins(layer.Discretization{NumBins: 2}, nil, nil), "there are no values to adapt to"},
		"NaN":                   {bins(layer.Discretization{NumBins: 2}, []float64{1}, []float64{2, math.NaN()}), "NaN in row 1 of batch 1, expected a finite float32"},
		"beyond float32":        {bins(layer.Discretization{NumBins: 2}, []float64{1e300}), "1e+300 in row 0 of batch 0"},
		"epsilon":               {bins(layer.Discretization{NumBins: 2, Epsilon: 2}, []float64{1}), "epsilon 2, expected more than 1e-6, and at most 1"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: error %v, expected %q", name, c.err, c.want)
		}
	}
}

// Numbers that are no category stop the step and say so.
func TestPreprocessingInModel(t *testing.T) {
	for name, c := range map[string]struct {
		l    layer.Layer
		v    float64
		want string
	}{
		"category":          {layer.CategoryEncoding{NumTokens: 2}, 2, "expected categories from 0 to 1, got 2"},
		"half a category":   {layer.CategoryEncoding{NumTokens: 2}, .5, "expected categories from 0 to 1, got 0.5"},
		"NaN":               {layer.CategoryEncoding{NumTokens: 2}, math.NaN(), "got NaN"},
		"half a number":     {layer.IntegerLookup{Vocabulary: []int64{1}}, .5, "expected whole numbers as categories, got 0.5"},
		"unknown number":    {layer.IntegerLookup{Vocabulary: []int64{1}, NumOOVIndices: -1}, 2, "token 2 is not in the vocabulary"},
		"hash of NaN":       {layer.Hashing{NumBins: 2}, math.NaN(), "expected whole numbers as categories, got NaN"},
		"hash of too much":  {layer.Hashing{NumBins: 2}, 1 << 63, "expected whole numbers as categories, got 9.2"},
		"without a setting": {layer.Hashing{}, 1, "expected at least 1 bin, got 0"},
	} {
		_, err := inModel(t, c.l, tensor.New(tensor.WithShape(1, 1), tensor.WithBacking([]float64{c.v})))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, expected %q", name, err, c.want)
		}
	}
}

func TestDiscretizationEdges(t *testing.T) {
	l := layer.Discretization{BinBoundaries: []float64{0.1, 0.2}}
	values := []float64{math.Inf(-1), 0.1, 0.2, math.Inf(1), math.NaN(), 0.2 - 1e-12}
	got, err := l.Encode(values)
	must(t, err)
	// The last value is below the boundary in float64, and on it in float32.
	if diff := cmp.Diff([]float32{0, 1, 2, 2, 2, 1}, got.Float32s()); diff != "" {
		t.Error(diff)
	}
	for dt, last := range map[tensor.Dtype]float64{tensor.Float32: 2, tensor.Float64: 1} {
		y, err := inModel(t, l, vectors.Array{Shape: []int{6, 1}, Data: values}.Tensor(dt))
		must(t, err)
		if diff := cmp.Diff([]float64{0, 1, 2, 2, 2, last}, vectors.Floats(y)); diff != "" {
			t.Errorf("%v: %s", dt, diff)
		}
	}
	everything := layer.Discretization{BinBoundaries: []float64{}, OutputMode: layer.OneHotOutput}
	if got, err = everything.Encode([]float64{7}); err != nil || got.Float32s()[0] != 1 || got.Size() != 1 {
		t.Errorf("one bin for all: %v, %v", got, err)
	}
}

// What was fitted is plain data: it comes back from JSON.
func TestFittedStateIsData(t *testing.T) {
	words := layer.StringLookup{OutputMode: layer.TFIDFOutput, MaskToken: text("")}
	must(t, words.Adapt([]string{"a", "b", "a", ""}, 2, 2))
	b, err := json.Marshal(words)
	must(t, err)
	var again layer.StringLookup
	must(t, json.Unmarshal(b, &again))
	if diff := cmp.Diff(words, again); diff != "" || len(again.IDFWeights) != 2 {
		t.Errorf("%v: %s", again, diff)
	}
}

func TestParseOutputMode(t *testing.T) {
	for m := layer.IntOutput; m <= layer.TFIDFOutput; m++ {
		if got, err := layer.ParseOutputMode(m.String()); err != nil || got != m {
			t.Errorf("%v: %v, %v", m, got, err)
		}
	}
	for name, want := range map[string]layer.OutputMode{"binary": layer.MultiHotOutput, "tf-idf": layer.TFIDFOutput} {
		if got, err := layer.ParseOutputMode(name); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "default", "INT"} {
		if _, err := layer.ParseOutputMode(name); err == nil {
			t.Errorf("%q is a mode", name)
		}
	}
}

// A step of a model hashes and looks up without allocating.
func TestPreprocessingAllocation(t *testing.T) {
	for _, c := range cases() {
		switch c.layer.(type) {
		case layer.CategoryEncoding, layer.Discretization, layer.Hashing, layer.IntegerLookup:
			u := c.use(t, mode{rows: 64})
			u.run(t)
			if n := testing.AllocsPerRun(5, func() { _ = u.plan.Run() }); n != 0 {
				t.Errorf("%s: a run allocates %v times", c.name, n)
			}
		}
	}
}
