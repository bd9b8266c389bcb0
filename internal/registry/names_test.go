package registry_test

import (
	"testing"

	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/google/go-cmp/cmp"
)

// Whatever has a name has a config, which gives it back.
func TestEveryNameIsRegistered(t *testing.T) {
	check := func(name string, v any, err error, decode func(any) (any, error)) {
		t.Helper()
		if err != nil {
			t.Error(err)
			return
		}
		out, err := registry.Encode(v)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		read, err := decode(through(t, out))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		again, err := registry.Encode(read)
		if diff := cmp.Diff(out, again); err != nil || diff != "" {
			t.Errorf("%s: written again: %v %s", name, err, diff)
		}
	}
	for _, name := range loss.Names() {
		l, err := loss.ByName(name)
		check(name, l, err, decoders["losses"])
	}
	for _, name := range metric.Names() {
		m, err := metric.ByName(name)
		check(name, m, err, decoders["metrics"])
	}
	for _, name := range optimizer.Names() {
		o, err := optimizer.ByName(name)
		check(name, o, err, decoders["optimizers"])
	}
	for _, name := range schedule.Names() {
		s, err := schedule.ByName(name)
		check(name, s, err, decoders["optimizers.schedules"])
	}
}
