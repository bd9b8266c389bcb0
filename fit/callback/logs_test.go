package callback_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/google/go-cmp/cmp"
)

func keys(logs *callback.Logs) []string {
	var keys []string
	for key := range logs.All() {
		keys = append(keys, key)
	}
	return keys
}

func TestLogsAreInAlphabeticalOrder(t *testing.T) {
	sorted := []string{"accuracy", "loss", "precision", "val_accuracy", "val_loss", "weighted_loss"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		shuffled := slices.Clone(sorted)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		var logs callback.Logs
		for i, key := range shuffled {
			logs.Set(key, float64(i))
		}
		if diff := cmp.Diff(sorted, keys(&logs)); diff != "" {
			t.Fatalf("set in the order %v: %s", shuffled, diff)
		}
		for i, key := range shuffled {
			if value, found := logs.Get(key); !found || value != float64(i) {
				t.Fatalf("Get(%q) = %v, %v, want %d", key, value, found, i)
			}
		}
	}
}

func TestLogsSetGetClear(t *testing.T) {
	var logs callback.Logs
	if value, found := logs.Get("loss"); found || value != 0 {
		t.Errorf("empty logs have loss %v", value)
	}
	logs.Set("loss", 1)
	logs.Set("accuracy", 0)
	logs.Set("loss", 2)
	if value, found := logs.Get("loss"); !found || value != 2 {
		t.Errorf("loss is %v, %v, want the value set last, 2", value, found)
	}
	if value, found := logs.Get("accuracy"); !found || value != 0 {
		t.Errorf("accuracy is %v, %v, want 0 and found", value, found)
	}
	if _, found := logs.Get("los"); found {
		t.Error("a prefix of a key is found")
	}
	if logs.Len() != 2 {
		t.Errorf("%d keys, want 2", logs.Len())
	}
	for key := range logs.All() { // stops when asked to
		if key != "accuracy" {
			t.Errorf("first key is %q", key)
		}
		break
	}
	logs.Clear()
	if _, found := logs.Get("loss"); found || logs.Len() != 0 || keys(&logs) != nil {
		t.Errorf("keys after Clear: %v", keys(&logs))
	}
}

func TestLogsDefer(t *testing.T) {
	for _, c := range []struct {
		name string
		look func(*callback.Logs)
	}{
		{"Get", func(l *callback.Logs) { l.Get("loss") }},
		{"Len", func(l *callback.Logs) { l.Len() }},
		{"All", func(l *callback.Logs) { keys(l) }},
		{"Set", func(l *callback.Logs) { l.Set("accuracy", 1) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var logs callback.Logs
			filled := 0
			fill := func(l *callback.Logs) {
				filled++
				l.Set("loss", float64(filled))
			}
			logs.Defer(fill)
			if filled != 0 {
				t.Error("filled before anybody looked")
			}
			c.look(&logs)
			c.look(&logs)
			if value, _ := logs.Get("loss"); filled != 1 || value != 1 {
				t.Errorf("filled %d times, loss %v, want once and 1", filled, value)
			}
			logs.Defer(fill)
			logs.Clear()
			if c.look(&logs); filled != 1 {
				t.Error("filled after Clear")
			}
		})
	}
}

func TestLogsSetAgainAllocatesNothing(t *testing.T) {
	logs := makeLogs(map[string]float64{"accuracy": 1, "loss": 2})
	var sum float64
	allocations := testing.AllocsPerRun(100, func() {
		logs.Clear()
		logs.Set("loss", 3)
		logs.Set("accuracy", 4)
		logs.Set("loss", 5)
		for _, value := range logs.All() {
			sum += value
		}
	})
	if allocations != 0 {
		t.Errorf("%v allocations, want 0", allocations)
	}
}
