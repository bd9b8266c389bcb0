package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	var out bytes.Buffer
	if err := run(context.Background(), 100, 1, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"unweighted", "class weights: auto, (n,T)", "temporal weights: early"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &out)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := run(cancelled, 100, 1, &out); err == nil {
		t.Error("a cancelled run has no error")
	}
}

// Temporal weights stand where the bumps are.
func TestEarly(t *testing.T) {
	s := generate(200, 3)
	w := s.early().Float32s()
	for i, start := range s.start {
		for step := range timesteps {
			want := float32(1)
			if k := step - start; start >= 0 && k >= 0 && k < bump {
				want = [bump]float32{30, 30, 5, 5}[k]
			}
			if w[i*timesteps+step] != want {
				t.Fatalf("sequence %d, timestep %d weighs %v, expected %v", i, step, w[i*timesteps+step], want)
			}
		}
	}
}

func TestFound(t *testing.T) {
	s := sequences{start: []int{1, -1}}
	p := make([]float32, 2*timesteps)
	p[1], p[4], p[10], p[timesteps] = .9, .6, .7, .8 // the first and last step of the bump, two false alarms
	f := s.found(p)
	if f.recall != [bump]float64{1, 0, 0, 1} || f.falseAlarms != 2./(2*timesteps-bump) {
		t.Errorf("got %+v", f)
	}
}
