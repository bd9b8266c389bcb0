package balance

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Where nobody counts epochs, deferred weights are the later ones.
func TestDeferred(t *testing.T) {
	counts := Counts{{Class: 0, N: 5000}, {Class: 1, N: 50}}
	for _, then := range []ClassWeight{nil, Auto{}, Map{0: 1, 1: 9}} {
		d := Deferred{Epochs: 160, Then: then}
		policy := then
		if then == nil {
			policy = EffectiveNumber{Beta: 0.9999}
		}
		got, err := d.Weights(counts)
		want, _ := policy.Weights(counts)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v: %v %s", d, err, diff)
		}
		if diff := cmp.Diff(policy, d.Policy()); diff != "" {
			t.Error(diff)
		}
	}
	for want, d := range map[string]Deferred{"deferred by -3 epochs": {Epochs: -3}, "deferred twice": {Then: Deferred{}}} {
		if _, err := d.Weights(counts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one with %q", err, want)
		}
	}
}
