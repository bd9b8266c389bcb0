package initializer

import (
	"fmt"
	"slices"
	"strings"
)

// named holds Keras's names as [ByName] compares them, without underscores.
var named = [...]struct {
	key string
	Initializer
}{
	{"zeros", Constant{0}},
	{"zero", Constant{0}},
	{"constant", Constant{0}},
	{"ones", Constant{1}},
	{"one", Constant{1}},
	{"identity", Identity{}},
	{"orthogonal", Orthogonal{}},
	{"randomnormal", RandomNormal{}},
	{"normal", RandomNormal{}},
	{"truncatednormal", TruncatedNormal{}},
	{"randomuniform", RandomUniform{}},
	{"uniform", RandomUniform{}},
	{"variancescaling", VarianceScaling{}},
	{"glorotuniform", GlorotUniform{}},
	{"glorotnormal", GlorotNormal{}},
	{"heuniform", HeUniform{}},
	{"henormal", HeNormal{}},
	{"lecununiform", LecunUniform{}},
	{"lecunnormal", LecunNormal{}},
}

// ByName returns the initialiser of one of Keras's names, with its default
// parameters: "glorot_uniform" or "GlorotUniform", "he_normal", "zeros", and
// the short forms "zero", "one", "normal" and "uniform". Case and underscores
// do not matter. Keras's "stft" is not among them.
func ByName(name string) (Initializer, error) {
	key := strings.TrimSuffix(strings.ToLower(strings.ReplaceAll(name, "_", "")), "initializer")
	var known []string
	for _, n := range named {
		if n.key == key {
			return n.Initializer, nil
		}
		known = append(known, n.Name())
	}
	slices.Sort(known)
	return nil, fmt.Errorf("initializer: unknown name %q, expected one of %s", name, strings.Join(slices.Compact(known), ", "))
}
