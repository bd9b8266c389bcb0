package main

import (
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/loss"
)

// The values of flags are judged without opening a file, and never panic.
func FuzzFlags(f *testing.F) {
	for _, seed := range []string{
		"x.npy", "a.npz:key", "t.csv:column", "name=x.npy", ".npz:", ".csv", "@w.json", `{"0": 1}`, "log:0.1", "adam",
		`{"class_name": "Adam", "config": {"learning_rate": {"class_name": "ExponentialDecay", "config": {}}}}`, "accuracy,recall", `["auc", null]`,
		"val_loss:3", "{epoch:02d}-{val_loss:.2f}.keras", "{", "{}", "sampling_strategy=[1]", "binary_crossentropy", "[[[[", "{{.keras",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := parseSource(text); err == nil && (s.path == "" || s.String() != text) {
			t.Errorf("%q is read as %q", text, s)
		}
		name, rest := cutName(text)
		if name != "" && name+"="+rest != text || name == "" && rest != text {
			t.Errorf("%q is cut into %q and %q", text, name, rest)
		}
		if p, err := parsePolicy(text); err == nil && p.path == "" && p.inline == nil && strings.TrimSpace(text) != "none" {
			t.Errorf("%q weighs nothing", text)
		}
		parseConfig[optimizer.Optimizer](text)
		parseConfig[loss.Loss](text)
		parseMetrics(text)
		parseCheckpoint(text)
		if s, err := parseStopping(text); err == nil && (s.monitor == "" || s.patience < 0) {
			t.Errorf("%q is read as %+v", text, s)
		}
		key, value, _ := strings.Cut(text, "=")
		for _, sampler := range registry.SamplerNames() {
			registry.NewSampler(sampler, map[string]string{key: value}, 1)
		}
	})
}
