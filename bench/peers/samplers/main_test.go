package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/npy"
	"gorgonia.org/tensor"
)

func TestRun(t *testing.T) {
	folder := t.TempDir()
	x := tensor.New(tensor.WithBacking([]float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}), tensor.WithShape(12, 1))
	y := tensor.New(tensor.WithBacking([]int64{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0}), tensor.WithShape(12))
	for name, array := range map[string]*tensor.Dense{"x.npy": x, "y.npy": y} {
		if err := write(filepath.Join(folder, name), array); err != nil {
			t.Fatal(err)
		}
	}
	prefix := filepath.Join(folder, "out")
	var out bytes.Buffer
	if err := run([]string{"-folder", folder, "-sampler", "NearMiss", "-times", "2", "-save", prefix}, &out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Seconds    []float64
		Rows, Peak int
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Seconds) != 2 || got.Rows != 8 {
		t.Errorf("got %+v, want two times and 8 rows", got)
	}
	if _, err := os.Stat("/proc/self/status"); err == nil && got.Peak < 1<<20 {
		t.Errorf("the peak is %d bytes", got.Peak)
	}
	// Those nearest to the rows of class 1, 6 to 9: then class 1.
	xs, err := npy.ReadFile(prefix + "-x.npy")
	if err != nil {
		t.Fatal(err)
	}
	if rows := xs.Float64s(); len(rows) != 8 || rows[0] != 5 || rows[7] != 9 {
		t.Errorf("got the rows %v", rows)
	}
	for args, want := range map[string]string{"-sampler none": "BorderlineSMOTE, EditedNearestNeighbours", "-folder nowhere": "nowhere", "-times 1": "too few"} {
		args := append([]string{"-folder", folder}, strings.Fields(args)...)
		if err := run(args, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error with %q", args, err, want)
		}
	}
}
