package main

import (
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestReadme replays the session in README.md. Numbers may differ in their last
// digits, as processors do. UPDATE_SCRIPTS=1 writes down what is printed now.
func TestReadme(t *testing.T) {
	const readme, begin, end = "../../README.md", "```console\n", "```\n"
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	session, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("README.md has no session")
	}
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("testdata/keras")); err != nil {
		t.Fatal(err)
	}
	var now strings.Builder
	lines := strings.SplitAfter(session, "\n")
	for i := 0; i < len(lines); i++ {
		words, isCommand := strings.CutPrefix(lines[i], "$ ")
		if !isCommand {
			continue // what is printed: compared below
		}
		now.WriteString(lines[i])
		for strings.HasSuffix(words, "\\\n") {
			i++
			now.WriteString(lines[i])
			words = strings.TrimSuffix(words, "\\\n") + lines[i]
		}
		args := strings.Fields(words)
		switch args[0] {
		case "cd":
			if args[1] != "cmd/counterweight/testdata/keras" {
				t.Fatalf("the session goes to %s", args[1])
			}
		case "counterweight":
			cmd, stderr := program(t, folder, args[1:]...)
			var stdout strings.Builder
			cmd.Stdout = &stdout
			if err := cmd.Run(); err != nil || stderr.Len() > 0 {
				t.Fatalf("%v: %v: %s", args, err, stderr)
			}
			now.WriteString(stdout.String())
		default:
			t.Fatalf("the session runs %s", args[0])
		}
	}
	if os.Getenv("UPDATE_SCRIPTS") != "" {
		if err := os.WriteFile(readme, []byte(before+begin+now.String()+end+after), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !alike(session, now.String()) {
		t.Errorf("README.md shows\n%s\nnow it is\n%s", session, now.String())
	}
}

// alike compares texts word by word, numbers to one percent.
func alike(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		v, err := strconv.ParseFloat(x[i], 64)
		w, other := strconv.ParseFloat(y[i], 64)
		if err == nil && other == nil && math.Abs(v-w) <= 0.01*math.Abs(v) {
			continue
		}
		if x[i] != y[i] {
			return false
		}
	}
	return true
}
