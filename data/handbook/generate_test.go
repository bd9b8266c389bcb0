package handbook

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// whole is the handbook's own data set, made once for all tests.
var whole = sync.OnceValues(func() (*Transactions, error) {
	return Generate(context.Background(), Config{})
})

func generate(t testing.TB, cfg Config) *Transactions {
	t.Helper()
	tx, err := Generate(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return tx
}

func scenarios(tx *Transactions) (count [4]int) {
	for _, s := range tx.Scenario {
		count[s]++
	}
	return count
}

func TestHandbookCounts(t *testing.T) {
	tx, err := whole()
	if err != nil {
		t.Fatal(err)
	}
	if tx.Len() != 1_754_155 {
		t.Errorf("%d transactions, want 1754155", tx.Len())
	}
	if got, want := scenarios(tx), [4]int{1_739_474, 973, 9_077, 4_631}; got != want {
		t.Errorf("scenarios %v, want %v", got, want)
	}
	if want := time.Date(2018, 4, 1, 0, 0, 0, 0, time.UTC); !tx.Start.Equal(want) {
		t.Errorf("start %v, want %v", tx.Start, want)
	}
}

func TestTransactionsAreWellFormed(t *testing.T) {
	tx := generate(t, Config{Customers: 200, Terminals: 500, Days: 20})
	if err := tx.check(); err != nil {
		t.Error(err)
	}
	for row, amount := range tx.Amount {
		if cents := amount * 100; math.Abs(cents-math.Round(cents)) > 1e-6 {
			t.Fatalf("row %d: amount %v is not in cents", row, amount)
		}
		if tx.Day(row) >= 20 || tx.Customer[row] >= 200 || tx.Terminal[row] >= 500 {
			t.Fatalf("row %d lies outside the world", row)
		}
		if amount > 220 && !tx.Fraud(row) {
			t.Fatalf("row %d: amount %v is not a fraud", row, amount)
		}
	}
}

func TestGenerateDoesNotDependOnProcessors(t *testing.T) {
	cfg := Config{Customers: 100, Terminals: 300, Days: 15, Radius: 12}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := generate(t, cfg)
	oneFeatures, err := one.Features(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	runtime.GOMAXPROCS(4)
	four := generate(t, cfg)
	fourFeatures, err := four.Features(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(one, four); d != "" {
		t.Errorf("transactions (-one +four):\n%s", d)
	}
	if !slices.Equal(oneFeatures.X, fourFeatures.X) {
		t.Error("features differ")
	}
}

func TestTinyWorlds(t *testing.T) {
	for name, cfg := range map[string]Config{
		"one of each":           {Customers: 1, Terminals: 1, Days: 40, Radius: 200},
		"one day":               {Customers: 5, Terminals: 5, Days: 1, Radius: 200},
		"no terminal in reach":  {Customers: 5, Terminals: 5, Days: 5, Radius: 1e-9},
		"every terminal can be": {Customers: 5, Terminals: 5, Days: 5, Radius: math.Inf(1)},
	} {
		t.Run(name, func(t *testing.T) {
			tx := generate(t, cfg)
			if (tx.Len() == 0) != (cfg.Radius < 1) {
				t.Errorf("%d transactions", tx.Len())
			}
			if f, err := tx.Features(context.Background()); err != nil || len(f.X) != tx.Len() {
				t.Errorf("features: %v", err)
			}
		})
	}
}

func TestGenerateRejects(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		cfg        Config
	}{
		{"customers", "got -1", Config{Customers: -1}},
		{"terminals", "got -2", Config{Terminals: -2}},
		{"days", "got -3", Config{Days: -3}},
		{"too many days", "0 to 24855 days, got 24856", Config{Days: 24856}},
		{"negative radius", "got -5", Config{Radius: -5}},
		{"NaN radius", "got NaN", Config{Radius: math.NaN()}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tx, err := Generate(context.Background(), tt.cfg)
			if err == nil || !strings.Contains(err.Error(), tt.want) || tx != nil {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestCancelledContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Generate(ctx, Config{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Generate: %v, want context.Canceled", err)
	}
	tx := generate(t, Config{Customers: 3, Terminals: 3, Days: 3, Radius: 200})
	if _, err := tx.Features(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Features: %v, want context.Canceled", err)
	}
}

func BenchmarkGenerate(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		generate(b, Config{})
	}
}
