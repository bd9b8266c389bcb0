package atomicfile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/atomicfile"
)

func put(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// holds checks that a folder holds one file with a content.
func holds(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("the file holds %q, %v, expected %q", got, err, want)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("the folder holds %v, expected one file", entries)
	}
}

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := atomicfile.Write(path, put("old")); err != nil {
		t.Fatal(err)
	}
	holds(t, path, "old")
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(path, put("new")); err != nil {
		t.Fatal(err)
	}
	holds(t, path, "new")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o007 != 0 {
		t.Errorf("mode %v, %v, expected that of the file before", info.Mode(), err)
	}
}

// A failure half-way leaves the old content and nothing else.
func TestWriteFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := atomicfile.Write(path, put("old")); err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	err := atomicfile.Write(path, func(w io.Writer) error {
		if err := put("half")(w); err != nil {
			return err
		}
		content(t, path, "old") // the old one is there while the new one grows
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("error %v, expected that of the writer", err)
	}
	holds(t, path, "old")
}

func content(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("the file holds %q, %v, expected %q", got, err, want)
	}
}

// What a killed process left beside the file is in nobody's way.
func TestWriteBesideAnOldRest(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "file")
	for range 3 {
		err := atomicfile.Write(path, func(w io.Writer) error {
			return atomicfile.Write(path, put("inner")) // two at once
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	holds(t, path, "")
}

func TestWriteErrors(t *testing.T) {
	folder := t.TempDir()
	if err := atomicfile.Write(folder, put("x")); err == nil {
		t.Error("a directory was replaced")
	}
	if err := atomicfile.Write(filepath.Join(folder, "missing", "file"), put("x")); !errors.Is(err, os.ErrNotExist) || strings.Contains(err.Error(), ".tmp") {
		t.Errorf("no folder: %v, want an error that names the file itself", err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 0 {
		t.Errorf("left %v", entries)
	}
}
