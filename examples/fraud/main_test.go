package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/counterweight-go/counterweight/data/handbook"
)

// The whole program on a small world and for two weeks: every detector has a
// line, the notice about overridden class weights is given, and the files are
// what they should be.
func TestCompare(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	day := func(d int) time.Time { return time.Date(2018, 4, 1+d, 0, 0, 0, 0, time.UTC) }
	s := settings{
		out: dir, folds: 2, seeds: 2, epochs: 2, latest: day(40),
		world: handbook.Config{Customers: 300, Terminals: 600, Days: 65, Radius: 10},
	}
	var stdout, stderr bytes.Buffer
	if err := compare(context.Background(), s, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	all := detectors(s)
	for _, d := range all {
		if !strings.Contains(stdout.String(), d.model.name) || !strings.Contains(stdout.String(), d.strategy.name) {
			t.Errorf("the table lacks %s, %s:\n%s", d.model.name, d.strategy.name, &stdout)
		}
	}
	if n := strings.Count(stderr.String(), "override"); n != 1 {
		t.Errorf("%d notices about overridden class weights, expected 1: %q", n, &stderr)
	}
	f, err := os.Open(filepath.Join(dir, "table.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 1+2*len(all) {
		t.Errorf("table.csv has %d rows, expected %d: %v", len(rows), 1+2*len(all), err)
	}
	for _, name := range []string{"precision-recall.png", "calibration.png"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(f); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		f.Close()
	}
}

func TestArguments(t *testing.T) {
	for _, args := range [][]string{{"-folds", "0"}, {"-seeds", "-1"}, {"stray"}, {"-unknown"}} {
		var stderr bytes.Buffer
		if err := run(context.Background(), args, &stderr, &stderr); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := run(cancelled, nil, &bytes.Buffer{}, &bytes.Buffer{}); err == nil {
		t.Error("a cancelled run has no error")
	}
}
