package layer_test

import (
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/layer"
)

// The names are those of keras.activations, but for threshold, which has no
// default parameters.
const kerasActivations = "relu leaky_relu relu6 softmax celu elu selu softplus softsign squareplus soft_shrink sparse_plus silu " +
	"gelu glu tanh tanh_shrink sigmoid sparse_sigmoid exponential hard_sigmoid hard_silu hard_tanh hard_shrink linear mish " +
	"log_softmax log_sigmoid sparsemax"

func TestParseActivation(t *testing.T) {
	seen := map[layer.ActivationFunc]bool{}
	for name := range strings.FieldsSeq(kerasActivations) {
		f, err := layer.ParseActivation(name)
		if err != nil {
			t.Error(err)
		}
		if f.String() != name {
			t.Errorf("ParseActivation(%q) = %v", name, f)
		}
		seen[f] = true
	}
	for f := layer.Linear; f <= layer.GLU; f++ {
		if !seen[f] {
			t.Errorf("%v is no activation of Keras", f)
		}
	}
	for name, want := range map[string]layer.ActivationFunc{
		"swish": layer.SiLU, "hard_swish": layer.HardSiLU, "ReLU": layer.ReLU, "SIGMOID": layer.Sigmoid,
	} {
		if f, err := layer.ParseActivation(name); f != want || err != nil {
			t.Errorf("ParseActivation(%q) = %v, %v, expected %v", name, f, err, want)
		}
	}
}

func TestParseActivationUnknown(t *testing.T) {
	for _, name := range []string{"", "threshold", "re_lu", "swishy", " relu"} {
		if f, err := layer.ParseActivation(name); err == nil {
			t.Errorf("ParseActivation(%q) = %v, expected an error", name, f)
		}
	}
	_, err := layer.ParseActivation("rellu")
	if want := `layer: unknown activation "rellu", expected one of linear, relu, sigmoid, tanh, softmax, `; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, expected %s...", err, want)
	}
}

func TestActivationString(t *testing.T) {
	for _, f := range []layer.ActivationFunc{-1, layer.GLU + 1} {
		if got := f.String(); !strings.HasPrefix(got, "ActivationFunc(") {
			t.Errorf("String of an unknown activation is %q", got)
		}
	}
	if layer.ActivationFunc(0) != layer.Linear {
		t.Error("the zero value is not linear")
	}
}

// A loss works on the logits of a sigmoid or softmax, be it a layer or part of
// one, and of nothing else.
func TestActivationLink(t *testing.T) {
	for f := layer.Linear; f <= layer.GLU; f++ {
		want := engine.NoLink
		switch f {
		case layer.Sigmoid:
			want = engine.SigmoidLink
		case layer.Softmax:
			want = engine.SoftmaxLink
		}
		for _, l := range []layer.Layer{layer.Activation{Func: f}, layer.Dense{Units: 4, Activation: f}} {
			u := layerCase{layer: l, in: []int{4}}.use(t, mode{rows: 2})
			if u.out.Link != want || (u.out.Logits != nil) != (want != engine.NoLink) {
				t.Errorf("%T %v: link %v with logits %v, expected link %v", l, f, u.out.Link, u.out.Logits, want)
			}
		}
	}
}
