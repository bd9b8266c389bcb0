package archive_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
)

// Whatever the bytes are, there is a model or an error of one line, and what is
// read can be written and read again.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/*.keras", "testdata/keras2/dense.h5", "testdata/keras2/shared.keras"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(content)
		}
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		a, err := archive.Read(bytes.NewReader(content), int64(len(content)))
		checkRead(t, a, err)
	})
}

// FuzzConfig is FuzzRead with a config that is not what Keras wrote, beside
// weights that are.
func FuzzConfig(f *testing.F) {
	weights := map[int][]byte{}
	for i, name := range []string{"seq_dense_adam.keras", "func_multi_io.keras", "seq_normalization_nested.keras", "seq_lstm_masked_sgd.keras"} {
		all := members(f, filepath.Join("testdata", name))
		weights[i] = all["model.weights.h5"]
		f.Add(i, all["config.json"])
	}
	f.Fuzz(func(t *testing.T, i int, config []byte) {
		in := zipped(t, 0, map[string][]byte{"config.json": config, "model.weights.h5": weights[i&3]})
		a, err := archive.Read(in, in.Size())
		checkRead(t, a, err)
	})
}

func checkRead(t *testing.T, a *archive.Archive, err error) {
	if err != nil {
		if text := err.Error(); strings.Contains(text, "\n") || !strings.HasPrefix(text, "archive: ") || len(text) > 2000 {
			t.Errorf("the error is %q", text)
		}
		return
	}
	if a.Uncompiled != nil && strings.Contains(a.Uncompiled.Error(), "\n") {
		t.Errorf("the error is %q", a.Uncompiled)
	}
	again, err := archive.Bytes(a.Model)
	if err != nil {
		t.Fatalf("write it: %v", err)
	}
	if _, err := archive.Read(bytes.NewReader(again), int64(len(again))); err != nil {
		t.Errorf("read again: %v", err)
	}
}
