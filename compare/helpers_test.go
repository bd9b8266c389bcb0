package compare

import (
	"context"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/table"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// sample is a table of n rows, a fifth of them positive, with columns of
// numbers, of few and of many categories, and missing values.
func sample(t *testing.T, n int) *Data {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	a, b := make([]float64, n), make([]float64, n)
	kind, shop, label := make([]string, n), make([]string, n), make([]string, n)
	for i := range n {
		label[i] = "no"
		if i%5 == 0 {
			label[i] = "yes"
			a[i]++
		}
		a[i] += rng.NormFloat64()
		b[i] = rng.NormFloat64()*10 + 100
		kind[i] = []string{"red", "green", "blue"}[rng.IntN(3)]
		shop[i] = string(rune('a' + rng.IntN(20)))
		if i%17 == 3 {
			a[i], kind[i] = math.NaN(), ""
		}
	}
	tab, err := table.New(table.NewNumbers("a", a), table.NewText("kind", kind), table.NewNumbers("b", b), table.NewText("shop", shop), table.NewText("label", label))
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewData(tab, "label", "", quiet)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// small is a comparison that takes a moment.
func small(t *testing.T, strategies string) Config {
	t.Helper()
	list, err := ParseStrategies(strategies, nil)
	if err != nil {
		t.Fatal(err)
	}
	return Config{Strategies: list, Folds: 3, Seed: 5, Hidden: []int{4}, Epochs: 3, BatchSize: 32, Logger: quiet}
}

func run(t *testing.T, d *Data, c Config) *Result {
	t.Helper()
	r, err := Run(context.Background(), d, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wants(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("%v, want an error with %q", err, text)
	}
	if err != nil && strings.Count(err.Error(), "\n") > 0 {
		t.Errorf("%v: want one line", err)
	}
}
