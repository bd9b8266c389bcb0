package callback_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/counterweight-go/counterweight/fit/callback"
)

// The texts were made by Python's str.format; testdata/golden.py has the cases.
func TestTemplateNumbersAsPython(t *testing.T) {
	var cases []struct {
		Spec, Value, Want string
		Whole             bool
	}
	readJSON(t, "testdata/template.json", &cases)
	for _, c := range cases {
		v, err := strconv.ParseFloat(c.Value, 64)
		check(t, err)
		field := "{x}"
		if c.Spec != "" {
			field = "{x:" + c.Spec + "}"
		}
		got, err := callback.FillTemplate(field, func(string) (float64, bool, error) { return v, c.Whole, nil })
		if err != nil || got != c.Want {
			t.Errorf("%s of %s: %q, %v, want %q", field, c.Value, got, err, c.Want)
		}
	}
}

func TestTemplate(t *testing.T) {
	value := func(key string) (float64, bool, error) {
		switch key {
		case "epoch":
			return 7, true, nil
		case "val_loss":
			return 0.125, false, nil
		}
		return 0, false, errBroken
	}
	for _, c := range []struct{ template, want string }{
		{"", ""}, {"plain", "plain"}, {"{epoch:02d}-{val_loss:.2f}.npz", "07-0.12.npz"},
		{"{{{epoch}}}", "{7}"}, {"é{epoch}é", "é7é"}, {"a/{epoch}/b", "a/7/b"},
	} {
		if got, err := callback.FillTemplate(c.template, value); err != nil || got != c.want {
			t.Errorf("%q: %q, %v, want %q", c.template, got, err, c.want)
		}
	}
	for _, c := range []struct{ template, want string }{
		{"{", "without its }"}, {"}", "without its {"}, {"{epoch", "without its }"}, {"{a{b}}", "without its }"}, {"{}", "without a name"},
		{"{:02d}", "without a name"}, {"{epoch:zz}", `format "zz"`}, {"{epoch:2.d}", `format "2.d"`}, {"{epoch:9999d}", `format "9999d"`},
		{"{epoch:.2d}", "no precision"}, {"{val_loss:d}", "not a whole number"},
	} {
		_, err := callback.FillTemplate(c.template, value)
		checkError(t, err, c.want)
	}
	if _, err := callback.FillTemplate("{other}", value); !errors.Is(err, errBroken) {
		t.Errorf("error %v, want that of the value", err)
	}
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"{epoch:02d}-{val_loss:.2f}.npz", "{a:*^+012,.3e}", "{{}}", "{x:é>9}"} {
		f.Add(s, 1.5)
	}
	f.Fuzz(func(t *testing.T, template string, v float64) {
		for _, whole := range []bool{false, true} {
			_, _ = callback.FillTemplate(template, func(string) (float64, bool, error) { return v, whole, nil })
		}
	})
}
