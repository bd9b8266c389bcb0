package sampler

import (
	"strings"
	"testing"
)

// Whatever is read as a strategy is in range, and an error says where it comes
// from in a line.
func FuzzParseStrategy(f *testing.F) {
	for _, seed := range []string{"auto", "0.5", "1e-9", `{"0": 7, "-1": 0}`, "[0, 2]", "{", `{"0":null}`, "[1,", "NaN", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		strategy, err := ParseStrategy(s)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "sampler: ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q", err)
			}
			return
		}
		switch v := strategy.(type) {
		case Ratio:
			if v.check() != nil {
				t.Errorf("ratio %v", v)
			}
		case Counts:
			for class, n := range v {
				if n < 0 {
					t.Errorf("%d rows of class %d", n, class)
				}
			}
		case nil:
			t.Error("no strategy and no error")
		}
	})
}
