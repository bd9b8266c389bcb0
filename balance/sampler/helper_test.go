package sampler_test

import (
	"strings"
	"testing"
)

func wantError(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) || strings.Count(err.Error(), "sampler: ") != 1 {
		t.Errorf("error %v, expected one of the sampler with %q", err, part)
	}
}
