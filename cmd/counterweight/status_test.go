package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestNoPanicIsShown and the interruption run commands of their own.
func TestStatusOf(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		does   func(*cobra.Command) error
		status int
		line   string
	}{
		{"done", cancelled, func(*cobra.Command) error { return nil }, done, ""},
		{"wrong use", context.Background(), func(*cobra.Command) error { return usagef("fit: a\nb") }, misused, "counterweight try: a b (see counterweight try --help)\n"},
		{"a panic", context.Background(), func(*cobra.Command) error { panic("a\nfault") }, failed, "counterweight: internal error: a fault\n"},
		{"a long line", context.Background(), func(*cobra.Command) error { return errors.New(strings.Repeat("é", 4000) + " (file m.keras)") }, failed,
			"counterweight try: " + strings.Repeat("é", 750) + " ... " + strings.Repeat("é", 242) + " (file m.keras)\n"},
		{"interrupted", cancelled, func(cmd *cobra.Command) error { return cmd.Context().Err() }, interrupted, "counterweight try: interrupted\n"},
		{"cancelled by nobody", context.Background(), func(*cobra.Command) error { return context.Canceled }, failed, "counterweight try: context canceled\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := newRoot()
			root.AddCommand(&cobra.Command{Use: "try", RunE: runs(c.does)})
			var stdout, stderr bytes.Buffer
			if got := execute(c.ctx, root, []string{"try"}, &stdout, &stderr); got != c.status {
				t.Errorf("status %d, want %d", got, c.status)
			}
			if stdout.String() != "" || stderr.String() != c.line {
				t.Errorf("wrote %q and %q, want %q", stdout.String(), stderr.String(), c.line)
			}
		})
	}
}

func TestTrimPackages(t *testing.T) {
	for text, want := range map[string]string{
		"fit: balance: y is 3":                                       "y is 3",
		"y.npy: npy: shape (2)":                                      "y.npy: shape (2)",
		"open x.npy: no such file":                                   "open x.npy: no such file",
		"reading batch 3: data: no batch":                            "reading batch 3: no batch",
		"fit: callback *callback.CSVLogger: callback: csv logger: 3": "csv logger: 3",
		"outfit: 3": "outfit: 3",
	} {
		if got := trimPackages(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// Every command has an example that its own flags understand.
func TestExamples(t *testing.T) {
	for _, cmd := range newRoot().Commands() {
		if strings.TrimSpace(cmd.Example) == "" {
			t.Errorf("%s has no example", cmd.Name())
		}
		text := strings.ReplaceAll(cmd.Example, "\\\n", " ")
		for line := range strings.Lines(text) {
			words := strings.Fields(line)
			if len(words) < 2 || words[0] != "counterweight" || words[1] != cmd.Name() {
				t.Errorf("%s: example %q does not run it", cmd.Name(), line)
			}
			for _, w := range words {
				name, isFlag := strings.CutPrefix(w, "--")
				if isFlag && cmd.Flags().Lookup(name) == nil {
					t.Errorf("%s: example %q has an unknown flag", cmd.Name(), line)
				}
			}
		}
	}
}
