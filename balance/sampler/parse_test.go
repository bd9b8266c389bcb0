package sampler

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseStrategy(t *testing.T) {
	for s, want := range map[string]Strategy{
		"auto": Auto, "not majority": NotMajority, " all ": All, "0.25": Ratio(0.25), "1": Ratio(1),
		`{"0": 7, "-1": 0}`: Counts{0: 7, -1: 0}, "{}": Counts{}, "[0, 2]": Classes{0, 2}, "[]": Classes{},
	} {
		if got, err := ParseStrategy(s); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%q is %v, %v, expected %v", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", "Auto", "most", "1.5", "NaN", "0", `{"0": 1, "0": 2}`, `{"0": null}`, `{"0": 1.5}`, `{"0": -1}`, `{"a": 1}`, `{"0": 1`, `{"0": 1} {}`,
		"[null]", "[1.5]", "[1", "[1] 2", `{"0" 1}`, `{"0":1,`, "{", `{"0":`,
	} {
		if got, err := ParseStrategy(s); err == nil {
			t.Errorf("%q is %v, expected an error", s, got)
		} else if !strings.HasPrefix(err.Error(), "sampler: ") {
			t.Errorf("%q: error %q", s, err)
		}
	}
}

func TestParseForAKind(t *testing.T) {
	for s, fit := range map[string][3]bool{ // over, under, clean
		"auto": {true, true, true}, "all": {true, true, true}, "minority": {true, false, false}, "majority": {false, true, true},
		"0.5": {true, true, false}, `{"0": 1}`: {true, true, false}, "[0]": {false, false, true}, "best": {false, false, false},
	} {
		for i, parse := range []func(string) (Strategy, error){ParseOver, ParseUnder, ParseClean} {
			if got, err := parse(s); (err == nil) != fit[i] {
				t.Errorf("%q for %v is %v, %v", s, kind(i), got, err)
			}
		}
	}
}
