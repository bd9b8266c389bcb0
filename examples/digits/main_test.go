package main

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

var small = amounts{most: 40, imbalance: 10, test: 5, epochs: 2, seeds: 1}

func TestRun(t *testing.T) {
	var first, again bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &again} {
		if err := run(context.Background(), small, "", out); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range methods(2) {
		if !strings.Contains(first.String(), "\n"+m.name+" ") {
			t.Errorf("the table lacks %q:\n%s", m.name, &first)
		}
	}
	if first.String() != again.String() {
		t.Errorf("two runs differ:\n%s\n%s", &first, &again)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := run(cancelled, small, "", &first); err == nil {
		t.Error("a cancelled run has no error")
	}
	if err := run(context.Background(), amounts{}, "", &first); err == nil {
		t.Error("no images at all are no error")
	}
}

func TestLongTail(t *testing.T) {
	from := drawn(1, 60)
	trained, tested, err := longTail(from, 2, 50, 100, 10)
	if err != nil {
		t.Fatal(err)
	}
	for c, n := range tested.counts() {
		if n != 10 {
			t.Errorf("%v test images of digit %d, want 10", n, c)
		}
	}
	// 50·100^(-c/9), rounded down, and one at least
	want := []float64{50, 29, 17, 10, 6, 3, 2, 1, 1, 1}
	for c, n := range trained.counts() {
		if n != want[c] {
			t.Errorf("%v images of digit %d to train on, want %v", n, c, want[c])
		}
	}
	if _, _, err := longTail(from, 2, 50, 100, 60); err == nil {
		t.Error("a test that takes all images is no error")
	}
}

func TestRead(t *testing.T) {
	row := strings.Repeat("16,", 63) + "4,7\n"
	s, err := read(strings.NewReader(row + row))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.labels) != 2 || s.labels[1] != 7 || s.pixels[62] != 1 || s.pixels[63] != .25 {
		t.Errorf("labels %v and pixels ending in %v", s.labels, s.pixels[60:64])
	}
	for _, bad := range []string{
		strings.Repeat("1,", 63) + "7\n",
		strings.Repeat("17,", 64) + "7\n",
		strings.Repeat("NaN,", 64) + "7\n",
		strings.Repeat("1,", 64) + "10\n",
		strings.Repeat("1,", 64) + "seven\n",
	} {
		path := filepath.Join(t.TempDir(), "bad.csv")
		if err := os.WriteFile(path, []byte(row+bad), 0o666); err != nil {
			t.Fatal(err)
		}
		err := run(context.Background(), small, path, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), "bad.csv") {
			t.Errorf("%.20q...: error %v, want one that names file and line", bad, err)
		}
	}
}

func TestWrong(t *testing.T) {
	z := make([]float32, 2*digits)
	z[3], z[9] = 2, 1 // says 3, and with ln 100 taken off 3, 9
	z[digits+3] = 9
	logits := tensor.New(tensor.WithShape(2, digits), tensor.WithBacking(z))
	counts := append([]float64(nil), equal...)
	counts[3] = 100
	// Digits of which there is no image have no share of errors.
	plain, adjusted := wrong(logits, equal, []int{9, 3}), wrong(logits, counts, []int{9, 3})
	if plain.rare != 1 || adjusted.rare != 0 || plain.between != 0 || adjusted.between != 0 {
		t.Errorf("errors of rare and other digits %v and %v, adjusted %v and %v; want 1, 0, 0, 0",
			plain.rare, plain.between, adjusted.rare, adjusted.between)
	}
	if math.IsNaN(plain.all) {
		t.Error("the share of all is not a number")
	}
}
