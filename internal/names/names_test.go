package names_test

import (
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/names"
)

var known = []string{"mean_squared_error", "mean_absolute_error", "huber", "hinge", "squared_hinge", "huber"}

func TestNear(t *testing.T) {
	for _, c := range []struct {
		name string
		want []string
	}{
		{"mean_sqared_error", []string{"mean_squared_error"}},
		{"MeanSquaredErorr", []string{"mean_squared_error"}},
		{"hubr", []string{"huber"}},
		{"hinge", []string{"hinge", "squared_hinge"}},
		{"absolute", []string{"mean_absolute_error"}},
		{"", nil},
		{"xyz", nil},
		{"crossentropy", nil},
	} {
		if got := names.Near(c.name, known); !slices.Equal(got, c.want) {
			t.Errorf("Near(%q) = %q, expected %q", c.name, got, c.want)
		}
	}
}

// What contains the name comes after what differs by as many letters.
func TestNearest(t *testing.T) {
	want := []string{"recall", "macro_recall"}
	if got := names.Near("recal", []string{"macro_recall", "recall"}); !slices.Equal(got, want) {
		t.Errorf("got %q, expected %q", got, want)
	}
}

func TestUnknown(t *testing.T) {
	for name, want := range map[string]string{
		"hubr": `loss: unknown loss "hubr", did you mean huber?`,
		"xyz":  `loss: unknown loss "xyz", expected one of hinge, huber, mean_absolute_error, mean_squared_error, squared_hinge`,
	} {
		if err := names.Unknown("loss: unknown loss", name, known); err.Error() != want {
			t.Errorf("got %v, expected %s", err, want)
		}
	}
}

func TestKey(t *testing.T) {
	if a, b := names.Key("KLDivergence"), names.Key("kl_divergence"); a != b || a != "kldivergence" {
		t.Errorf("%q and %q", a, b)
	}
}
