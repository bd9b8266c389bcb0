package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	folder := t.TempDir()
	for name, x := range map[string][]float32{"labels": {0, 0, 1, 1}, "scores": {.1, .4, .35, .8}, "weights": {1, 0, 1, 1}} {
		var raw bytes.Buffer
		if err := binary.Write(&raw, binary.LittleEndian, x); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".f32"), raw.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "odd.f32"), []byte{1}, 0o666); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]float64{"": .75, "-weights weights": 1, "-statistic average_precision": 5. / 6} {
		var out bytes.Buffer
		if err := run(append([]string{"-folder", folder}, strings.Fields(args)...), &out); err != nil {
			t.Fatal(err)
		}
		var got struct{ Value, Seconds float64 }
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if math.Abs(got.Value-want) > 1e-15 || got.Seconds <= 0 {
			t.Errorf("%q: got %+v, want %v", args, got, want)
		}
	}
	for args, want := range map[string]string{
		"-statistic f1": `unknown statistic "f1"`, "-scores none": "none.f32", "-weights odd": "want a multiple of 4", "-scores odd": "want a multiple of 4",
	} {
		if err := run(append([]string{"-folder", folder}, strings.Fields(args)...), &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error with %q", args, err, want)
		}
	}
}
