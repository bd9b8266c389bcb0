package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Arrays that stay on disk give the same bits as arrays in memory.
func TestFitFromDisk(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	data, err := filepath.Abs("testdata/keras")
	if err != nil {
		t.Fatal(err)
	}
	model := filepath.Join(data, "class_weight.keras")
	x := []string{"float64", "60x4"}
	for i := range 240 {
		x = append(x, []string{"0.5", "-1", "2", "0.25", "1e-3", "3", "-0.75"}[i*i%7])
	}
	writeTestArray(t, at("x.npy"), x...)
	writeTestArray(t, at("y.npy"), "int64", "60", "0", "0", "1", "0", "0", "0", "1")
	writeTestArray(t, at("w.npy"), "float32", "60", "1", "0.5", "2")
	for _, weights := range [][]string{nil, {"--class-weight", "auto"}, {"--sample-weight", at("w.npy")}} {
		var files []string
		for _, memory := range []int64{inMemory, 0} {
			f := newFitting()
			f.train.memory = memory
			root := newRoot()
			for _, c := range root.Commands() {
				if c.Name() == "fit" {
					root.RemoveCommand(c)
				}
			}
			root.AddCommand(f.command())
			var stdout, stderr bytes.Buffer
			args := slices.Concat([]string{
				"fit", "--model", model, "--x", at("x.npy"), "--y", at("y.npy"), "--epochs", "3", "--batch-size", "7", "--seed", "3",
				"--validation-x", at("x.npy"), "--validation-y", at("y.npy"), "--output", at("out.keras"),
			}, weights)
			if status := execute(context.Background(), root, args, &stdout, &stderr); status != done {
				t.Fatalf("%v: exit status %d: %s", args, status, stderr.String())
			}
			text, err := os.ReadFile(at("out.keras"))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, string(text))
			if used, err := f.train.onDisk(mustLoad(t, model)); err != nil || (used != nil) != (memory == 0) {
				t.Errorf("of %d bytes in memory: on disk %v, %v", memory, used != nil, err)
			} else if used != nil {
				used.Close()
			}
		}
		if files[0] != files[1] {
			t.Errorf("%v: other weights from disk than from memory", weights)
		}
	}
}

func TestOnDiskErrors(t *testing.T) {
	m := mustLoad(t, "testdata/keras/outputs.keras")
	folder := t.TempDir()
	writeTestArray(t, filepath.Join(folder, "x.npy"), "float32", "4x3", "1")
	d := newDataset("")
	d.memory = 0
	if err := d.x.Set("a=" + filepath.Join(folder, "x.npy")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.onDisk(m); err == nil || !strings.Contains(err.Error(), `input "b" has no array`) {
		t.Errorf("error %v", err)
	}
}

// So do evaluate and predict.
func TestUseFromDisk(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	writeTestArray(t, at("x.npy"), "float32", "60x4", "0.5", "-1", "2", "0.25", "1e-3", "3", "-0.75")
	writeTestArray(t, at("y.npy"), "int64", "60", "0", "0", "1")
	writeTestArray(t, at("w.npy"), "float64", "60", "1", "0.5")
	var lines, predictions []string
	for _, memory := range []int64{inMemory, 0} {
		d := newDataset("")
		d.memory = memory
		for flag, name := range map[*named[source]]string{d.x: "x.npy", d.y: "y.npy", d.w: "w.npy"} {
			if err := flag.Set(at(name)); err != nil {
				t.Fatal(err)
			}
		}
		var stderr bytes.Buffer
		cmd := newEvaluate()
		cmd.SetErr(&stderr)
		cmd.SetContext(context.Background())
		logs, err := evaluate(cmd, "testdata/keras/class_weight.keras", d, 7, newVerbose())
		if err != nil {
			t.Fatal(err)
		}
		line := ""
		for key, value := range logs.All() {
			line += fmt.Sprintf("%s %x ", key, value)
		}
		lines = append(lines, line)
		d.y, d.w = newArrays(), newArrays()
		if err := predict(cmd, "testdata/keras/class_weight.keras", d, 7, newVerbose(), at("p.npy")); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(at("p.npy"))
		if err != nil {
			t.Fatal(err)
		}
		predictions = append(predictions, string(text))
	}
	if lines[0] != lines[1] {
		t.Errorf("evaluated %q in memory and %q from disk", lines[0], lines[1])
	}
	if predictions[0] != predictions[1] {
		t.Error("other predictions from disk than from memory")
	}
}
