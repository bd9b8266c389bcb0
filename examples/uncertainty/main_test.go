package main

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"
)

// Training finds what gonum computes, with weights and without, and weights
// bring it nearer to the truth.
func TestTrainingSolvesLeastSquares(t *testing.T) {
	all, err := solutions(context.Background(), 200, 800)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(all); i += 2 {
		exact, trained := all[i], all[i+1]
		for j, want := range exact.beta {
			if math.Abs(trained.beta[j]-want) > 1e-6 {
				t.Errorf("%s: coefficient %d is %v, gonum has %v", trained.name, j, trained.beta[j], want)
			}
			if math.Abs(want-truth[j]) > 4*exact.errors[j] {
				t.Errorf("%s: coefficient %d is %v ± %v, the truth %v", exact.name, j, want, exact.errors[j], truth[j])
			}
		}
	}
	for j := range truth {
		if plain, weighted := all[1].errors[j], all[3].errors[j]; weighted > plain/2 {
			t.Errorf("coefficient %d: standard error %v weighted, %v unweighted, expected less than half", j, weighted, plain)
		}
	}
}

func TestRun(t *testing.T) {
	var out bytes.Buffer
	if err := run(context.Background(), 50, 10, &out); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "gonum") + strings.Count(out.String(), "trained"); got != 4 {
		t.Errorf("the table has %d solutions, expected 4:\n%s", got, &out)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := run(cancelled, 50, 10, &out); err == nil {
		t.Error("a cancelled run has no error")
	}
}
