package balance

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		spec string
		want ClassWeight
		text string
	}{
		{"auto", Auto{}, "auto"},
		{"balanced", Auto{}, "auto"},
		{" auto ", Auto{}, "auto"},
		{"log:0.15", LogDamped{Mu: 0.15}, "log:0.15"},
		{"log:2", LogDamped{Mu: 2}, "log:2"},
		{"effective:0.9999", EffectiveNumber{Beta: 0.9999}, "effective:0.9999"},
		{"effective:0", EffectiveNumber{Beta: math.SmallestNonzeroFloat64}, "effective:5e-324"},
		{"inverse-sqrt", InverseSqrt{}, "inverse-sqrt"},
		{`{"0": 1, "10": 0.5, "2": 1e6}`, Map{0: 1, 2: 1e6, 10: 0.5}, `{"0": 1, "2": 1e+06, "10": 0.5}`},
		{`{"-1": 2}`, Map{-1: 2}, `{"-1": 2}`},
		{"{}", Map{}, "{}"},
		{"[1, 50]", List{1, 50}, "[1, 50]"},
		{"deferred:160:effective:0.9999", Deferred{160, EffectiveNumber{Beta: 0.9999}}, "deferred:160:effective:0.9999"},
		{`deferred:0:{"1": 5}`, Deferred{0, Map{1: 5}}, `deferred:0:{"1": 5}`},
		{"none", nil, ""},
	} {
		t.Run(c.spec, func(t *testing.T) {
			got, err := Parse(c.spec)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if got == nil {
				return
			}
			if got.String() != c.text {
				t.Errorf("String is %s, want %s", got, c.text)
			}
			if again, err := Parse(got.String()); err != nil || !cmp.Equal(got, again) {
				t.Errorf("%s reads back as %v, %v", got, again, err)
			}
		})
	}
	for policy, want := range map[ClassWeight]string{Deferred{Epochs: 8}: "deferred:8:effective:0.9999", LogDamped{}: "log:0.15", EffectiveNumber{}: "effective:0.999"} {
		if policy.String() != want {
			t.Errorf("String is %s, want %s", policy, want)
		}
	}
}

func TestParsedBetaZero(t *testing.T) {
	p, err := Parse("effective:0")
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Weights(Counts{{0, 1}, {1, 2}, {2, 1000000}})
	if diff := cmp.Diff(map[int]float64{0: 1, 1: 1, 2: 1}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestParseErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"":                           "unknown policy, want auto",
		"Auto":                       "unknown policy",
		"auto:1":                     "unknown policy",
		"log":                        "unknown policy",
		"effective":                  "unknown policy",
		"@file.json":                 "unknown policy",
		"deferred:3":                 "unknown policy",
		"deferred:3:none":            "no class weights are deferred",
		"deferred:x:auto":            "invalid syntax",
		"deferred:-1:auto":           "deferred by -1 epochs",
		"deferred:1:deferred:1:auto": "deferred twice",
		"log:":                       "invalid syntax",
		"log:x":                      "invalid syntax",
		"log:0":                      "mu is 0",
		"log:-1":                     "mu is -1",
		"log:nan":                    "mu is NaN",
		"log:inf":                    "mu is +Inf",
		"effective:":                 "invalid syntax",
		"effective:1":                "beta is 1",
		"effective:-0.5":             "beta is -0.5",
		"effective:nan":              "beta is NaN",
		`{"0": 1`:                    "EOF",
		`{"0"}`:                      "expected colon",
		`{"0": 1,}`:                  "invalid character",
		`{"0": 1} 2`:                 "something follows",
		`{0: 1}`:                     "invalid character",
		`{"0.7": 1}`:                 `key "0.7" is not a class`,
		`{"fraud": 1}`:               `key "fraud" is not a class`,
		`{"1": 1, "01": 2}`:          "class 1 is given twice",
		`{"0": null}`:                "weight of class 0 is null",
		`{"0": "1"}`:                 "weight of class 0",
		`{"0": [1]}`:                 "weight of class 0",
		`{"0": -1}`:                  "weight -1 of class 0",
		`{"0": 1e999}`:               "weight of class 0",
		`[1, null]`:                  "weight of class 1 is null",
		`[1, -1]`:                    "weight -1 of class 1",
		`[1, 2`:                      "unexpected end",
		`{"0": {"1": "two"}`:         "weight of class 0",
	} {
		t.Run(spec, func(t *testing.T) {
			if p, err := Parse(spec); err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "balance:") != 1 {
				t.Errorf("got %v, %v, want an error with %q", p, err, want)
			}
		})
	}
}

// What Parse takes has valid weights and reads back from its own String.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"auto", "log:0.15", "effective:.9", `{"0": 1, "1": 50}`, "[1, 2]", "none", `{"a"`, "{[", "[{"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		p, err := Parse(spec)
		if err != nil || p == nil {
			return
		}
		w, err := p.Weights(Counts{{0, 10}, {1, 1}})
		if err != nil {
			t.Fatalf("%q: %v", spec, err)
		}
		for c, v := range w {
			if checkWeight(c, v) != nil {
				t.Fatalf("%q: class %d weighs %v", spec, c, v)
			}
		}
		if again, err := Parse(p.String()); err != nil || !cmp.Equal(p, again) {
			t.Fatalf("%q: %v reads back as %v, %v", spec, p, again, err)
		}
	})
}
