package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var out bytes.Buffer
	if err := run(context.Background(), amounts{intact: 20, scratched: 4, test: 5, epochs: 1}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"unweighted", "class weights: auto", "balanced batches", "balanced by augmentation"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &out)
		}
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) != 0 {
		t.Errorf("%v is left behind, error %v", left, err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := run(cancelled, amounts{intact: 4, scratched: 2, test: 2, epochs: 1}, &out); err == nil {
		t.Error("a cancelled run has no error")
	}
}
