package compare

import (
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParseStrategy(t *testing.T) {
	type is = Strategy
	for spec, c := range map[string]struct {
		want    Strategy
		sampler bool
	}{
		"none":                      {is{}, false},
		" auto ":                    {is{ClassWeight: balance.Auto{}}, false},
		"log:0.15":                  {is{ClassWeight: balance.LogDamped{Mu: .15}}, false},
		"log:1e+3":                  {is{ClassWeight: balance.LogDamped{Mu: 1e3}}, false},
		`{"0": 1, "1": 50}`:         {is{ClassWeight: balance.Map{0: 1, 1: 50}}, false},
		`map:{"0": 1, "1": 50}`:     {is{ClassWeight: balance.Map{0: 1, 1: 50}}, false},
		"focal":                     {is{Loss: Focal}, false},
		"focal:0.5":                 {is{Loss: Focal, Gamma: .5}, false},
		"logit-adjust:2":            {is{Loss: LogitAdjusted, Tau: 2}, false},
		"balanced-batches":          {is{BalancedBatches: true}, false},
		"smote":                     {is{}, true},
		"random-under-sampler:0.25": {is{Ratio: .25}, true},
		"smote+auto":                {is{ClassWeight: balance.Auto{}, Ratio: HalfWay}, true},
		"smote:1+auto":              {is{ClassWeight: balance.Auto{}, Ratio: 1}, true},
		"tomek-links+auto":          {is{ClassWeight: balance.Auto{}}, true},
		`{"0": 1, "1": 2e+1}+focal+random-over:.5`: {is{ClassWeight: balance.Map{0: 1, 1: 20}, Loss: Focal, Ratio: .5}, true},
	} {
		t.Run(spec, func(t *testing.T) {
			got, err := ParseStrategy(spec)
			if err != nil {
				t.Fatal(err)
			}
			c.want.Name = strings.TrimSpace(spec)
			if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(Strategy{}, "Sampler")); diff != "" {
				t.Error(diff)
			}
			if (got.Sampler != nil) != c.sampler {
				t.Errorf("sampler: %v, want %v", got.Sampler != nil, c.sampler)
			}
		})
	}
}

func TestParseStrategyErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"":                      "it has no name",
		"smot":                  `unknown strategy "smot", expected one of none, auto`,
		"none+auto":             "none does nothing",
		"auto+log:1":            "class weights once",
		"smote+adasyn":          "one sampler",
		"focal+logit-adjust":    "one loss",
		"focal:-1":              `"-1" after focal`,
		"smote:2":               "the ratio is 2",
		"tomek-links:0.5":       "takes no ratio",
		"balanced-batches:3":    "takes no number",
		"balanced-batches+auto": "nothing is left to balance",
		"log:x":                 "invalid syntax",
		`{"0": 1`:               "class weights",
		"+":                     "unknown strategy",
	} {
		if _, err := ParseStrategy(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error with %q", spec, err, want)
		}
	}
	if _, err := ParseStrategies("auto,smote, auto", nil); err == nil || !strings.Contains(err.Error(), `"auto" is named twice`) {
		t.Errorf("twice: %v", err)
	}
}

func TestParseStrategies(t *testing.T) {
	list, err := ParseStrategies(`none,{"0": 1, "1": 50},[1, 2]+focal, smote`, nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"none", `{"0": 1, "1": 50}`, "[1, 2]+focal", "smote"}, names); diff != "" {
		t.Error(diff)
	}
}

// Every name that an error lists can be used.
func TestKnownStrategiesParse(t *testing.T) {
	fill := strings.NewReplacer("MU", "0.2", "BETA", "0.99", "EPOCHS", "3", "POLICY", "auto")
	for _, name := range Known() {
		if _, err := ParseStrategy(fill.Replace(name)); err != nil {
			t.Error(err)
		}
	}
	for _, s := range Defaults() {
		if s.Name == "" {
			t.Errorf("%+v of the default strategies is not known", s)
		}
	}
}

// Whatever a list holds, it is read or refused; what is read can be used, and
// its names read the same.
func FuzzParseStrategies(f *testing.F) {
	for _, list := range append(defaults, `none,{"0": 1, "1": 50}+focal:1e+0,[1, 2]`, "smote:0.5+auto,map:{},log:", "+,+", `"`, "]}{[", "focal:+Inf") {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		all, err := ParseStrategies(list, nil)
		if err != nil {
			return
		}
		for _, s := range all {
			again, err := ParseStrategy(s.Name)
			if err != nil || again.Ratio != s.Ratio || again.Loss != s.Loss || (again.Sampler == nil) != (s.Sampler == nil) {
				t.Fatalf("%q is %+v, and read again %+v, %v", s.Name, s, again, err)
			}
			if err := s.check(); err != nil {
				t.Fatalf("%q: %v", s.Name, err)
			}
		}
	})
}
