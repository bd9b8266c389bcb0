package archive_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/gorgonia"
)

// members returns the content of an archive.
func members(t testing.TB, path string) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all := map[string][]byte{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if all[f.Name], err = io.ReadAll(in); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// zipped makes an archive.
func zipped(t testing.TB, method uint16, all map[string][]byte) *bytes.Reader {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range all {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(out.Bytes())
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "archive: ") {
		t.Errorf("expected an error of one line with %q, got %v", want, err)
	}
}

// What is wrong with a config is said with the layer.
func TestConfigErrors(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{`"class_name": "Dense"`, `"class_name": "Dens"`, `layer "dense": unknown layer "Dens", did you mean Dense or EinsumDense?`},
		{`"class_name": "Dense"`, `"class_name": "Lambda"`, "a Lambda layer holds a program in Python's bytecode, which is not run"},
		{`"class_name": "Dense"`, `"registered_name": "my>Dense", "class_name": "Dense"`, `layer "dense": Dense is a class of a user of Keras's, registered as "my>Dense"`},
		{`"units": 4`, `"units": 5`, `weights of layer "dense" (Dense): layers/dense, array 0: expected dense/kernel of shape [3 5], got shape [3 4]`},
		{`"units": 4`, `"units": 400000000`, "expected at most"},
		{`"units": 4`, `"unit": 4`, `layer "dense": Dense: unknown key "unit", did you mean units?`},
		{`"batch_shape": [null, 3]`, `"batch_shape": [null, null, 3]`, `layer "input_layer": input shape [null,null,3]: an axis has no size`},
		{`"batch_shape": [null, 3]`, `"batch_shape": null`, "the shape of the input is not known"},
		{`"class_name": "Sequential"`, `"class_name": "Sequentiel"`, `unknown class of a model "Sequentiel", did you mean Sequential?`},
		{`"layers": [`, `"layers": 3, "more": [`, "a Sequential model: expected layers, at most 10000, got 3"},
		{`"module": "keras", "class_name": "Sequential"`, `"module": "keras"`, `unknown class of a model ""`},
		{`{"module"`, `[{"module"`, "config.json: "},
	} {
		all := members(t, "testdata/seq_dense_adam.keras")
		text := string(all["config.json"])
		if !strings.Contains(text, c.from) {
			t.Fatalf("the fixture has no %s", c.from)
		}
		// The registered name that stands behind would win.
		text = strings.Replace(text, c.from, c.to, 1)
		if strings.Contains(c.to, "registered_name") {
			text = strings.Replace(text, `"registered_name": null, "build_config": {"input_shape": [null, 3]}}`, `"build_config": {"input_shape": [null, 3]}}`, 1)
		}
		all["config.json"] = []byte(text)
		in := zipped(t, zip.Store, all)
		_, err := archive.Read(in, in.Size())
		wantError(t, err, c.want)
	}
}

// What is wrong with the file itself.
func TestFileErrors(t *testing.T) {
	good := members(t, "testdata/seq_dense_adam.keras")
	change := func(name string, content []byte) map[string][]byte {
		all := map[string][]byte{}
		for n, c := range good {
			all[n] = c
		}
		delete(all, name)
		if content != nil {
			all[name] = content
		}
		return all
	}
	with := func(name string) map[string][]byte { return change(name, []byte("x")) }
	sharded := change("model.weights.h5", nil)
	sharded["model.weights.json"] = []byte("{}")
	pickled := change("model.weights.h5", nil)
	pickled["model.weights.npz"] = []byte("PK")
	for want, all := range map[string]map[string][]byte{
		`member "../config.json" lies outside of the archive`: with("../config.json"),
		`member "/etc/passwd" lies outside of the archive`:    with("/etc/passwd"),
		`member "a\\..\\..\\b" lies outside of the archive`:   with(`a\..\..\b`),
		"no config.json":                                             change("config.json", nil),
		"no model.weights.h5":                                        change("model.weights.h5", nil),
		"the weights are in several files":                           sharded,
		"the weights are pickled":                                    pickled,
		"model.weights.h5: hdf5: ":                                   change("model.weights.h5", good["model.weights.h5"][:5000]),
		"config.json: unexpected end of JSON":                        change("config.json", good["config.json"][:500]),
		"config.json: expected a JSON object, got [3]":               change("config.json", []byte("[3]")),
		"config.json: expected a JSON object, got null":              change("config.json", []byte("null")),
		"Sequential: expected models within models at most 100 deep": change("config.json", nested(3000)),
		"more than 100 times as many":                                change("config.json", bytes.Repeat([]byte(" "), 20_000_000)),
	} {
		in := zipped(t, zip.Deflate, all)
		_, err := archive.Read(in, in.Size())
		wantError(t, err, want)
	}
	for want, content := range map[string]string{
		"a pickle, which is a program and is not run": "\x80\x04\x95",
		"neither a zip archive nor HDF5":              "",
		"neither a zip archive nor HDF5: expected":    "hello",
		"zip: not a valid zip file":                   "PK\x03\x04",
	} {
		in := strings.NewReader(content)
		_, err := archive.Read(in, in.Size())
		wantError(t, err, want)
	}
	_, err := archive.Load("testdata")
	wantError(t, err, "is a directory")
	_, err = archive.Load("testdata/none.keras")
	wantError(t, err, "none.keras")
}

// nested is the config of a model within so many others.
func nested(models int) []byte {
	return []byte(strings.Repeat(`{"class_name": "Sequential", "config": {"layers": [`, models) +
		`{"class_name": "InputLayer", "config": {"batch_shape": [null, 3]}}, {"class_name": "Dense", "config": {"units": 4}}` +
		strings.Repeat(`]}}`, models))
}

// A file that is cut off is an error wherever it ends, never a panic.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"seq_dense_adam.keras", "func_multi_io.keras"} {
		whole, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n < len(whole); n += 509 {
			if _, err := archive.Read(bytes.NewReader(whole[:n]), int64(n)); err == nil {
				t.Errorf("%s: the first %d of %d bytes were read without an error", name, n, len(whole))
			}
		}
	}
}

// A deflated archive, without metadata, is read too.
func TestDeflated(t *testing.T) {
	all := members(t, "testdata/seq_dense_adam.keras")
	delete(all, "metadata.json")
	in := zipped(t, zip.Deflate, all)
	if _, err := archive.Read(in, in.Size()); err != nil {
		t.Error(err)
	}
}

// What cannot be saved is an error, and leaves nothing behind.
func TestSaveErrors(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.keras")
	square := layer.Lambda{Function: func(in []*gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Square(in[0]) }, Name: "square"}
	m, err := model.Sequential(layer.Input{Shape: []int{3}}, square)
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, archive.SaveModel(path, m), `layer "square": a Lambda is a function of Go's, which an archive does not hold`)
	inner, err := model.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 3})
	if err != nil {
		t.Fatal(err)
	}
	g := model.NewGraph()
	x := g.Add(layer.Input{Shape: []int{3}})
	twice, err := g.Model(g.Add(inner, g.Add(inner, x)))
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, archive.SaveModel(path, twice), `layers "sequential" and "sequential_1" are one model`)
	wantError(t, archive.SaveModel(filepath.Join(dir, "m.h5"), inner), "expected one that ends in .keras")
	wantError(t, archive.SaveModel(path, nil), "the model is nil")
	wantError(t, archive.Save(path, nil), "not compiled")
	trainer, err := fit.Compile(inner, fit.Config{Loss: own{}})
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, archive.Save(path, trainer), "loss: archive_test.own has no config of Keras's")
	wantError(t, archive.SaveModel(filepath.Join(dir, "none", "m.keras"), inner), "saving")
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// own is a loss of a user's.
type own struct{ loss.MeanSquaredError }
