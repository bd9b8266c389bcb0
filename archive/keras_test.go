package archive_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/fit"
	"gorgonia.org/tensor"
)

// python runs Keras's side, in two halves at once, with the interpreter that
// COUNTERWEIGHT_PYTHON names, or skips the test.
func python(t *testing.T, cache string, args ...string) {
	t.Helper()
	interpreter := os.Getenv("COUNTERWEIGHT_PYTHON")
	if interpreter == "" {
		t.Skip("COUNTERWEIGHT_PYTHON names no Python with Keras")
	}
	var group sync.WaitGroup
	for _, half := range []string{"0/2", "1/2"} {
		group.Go(func() {
			run := exec.Command(interpreter, append(append([]string{"testdata/peer.py"}, args...), half)...)
			run.Env = append(os.Environ(), "JAX_COMPILATION_CACHE_DIR="+cache)
			out, err := run.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
				return
			}
			t.Logf("%s", out[max(0, len(out)-200):])
		})
	}
	group.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// numbers are the arrays beside an archive.
type numbers map[string]*tensor.Dense

func numbersOf(t *testing.T, path string) numbers {
	t.Helper()
	arrays, err := npy.ReadZipFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := numbers{}
	for _, a := range arrays {
		n[a.Name] = a.Value
	}
	return n
}

// of returns x0, x1, ... or those of another letter.
func (n numbers) of(letter string) (all fit.List) {
	for i := 0; ; i++ {
		v := n[letter+string(rune('0'+i))]
		if v == nil {
			return all
		}
		all = append(all, v)
	}
}

// What Keras writes predicts and trains on here as there; and what is written
// here of it, does so in Keras.
func TestKeras(t *testing.T) {
	from, to, cache := t.TempDir(), t.TempDir(), t.TempDir()
	python(t, cache, "write", from)
	files, err := filepath.Glob(filepath.Join(from, "*.keras"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".keras")
		t.Run(name, func(t *testing.T) {
			arrays := strings.TrimSuffix(file, ".keras") + ".npz"
			checkKeras(t, file, numbersOf(t, arrays), filepath.Join(to, filepath.Base(file)))
			if err := os.Rename(arrays, filepath.Join(to, filepath.Base(arrays))); err != nil {
				t.Fatal(err)
			}
		})
	}
	python(t, cache, "check", to)
}

// checkKeras loads an archive, saves it elsewhere, and compares with Keras.
func checkKeras(t *testing.T, path string, n numbers, to string) {
	a, err := archive.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	sameAs(t, "predictions", predictions(t, a.Model, denses(n.of("x"))), n.of("p"), 1e-5)
	if len(n.of("q")) == 0 {
		if err := archive.SaveModel(to, a.Model); err != nil {
			t.Fatal(err)
		}
		return
	}
	trainer, err := a.Trainer()
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.Save(to, trainer); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := trainer.TrainOnBatchMany(fit.Many{X: n.of("x"), Y: n.of("y")}, fit.BatchOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	sameAs(t, "predictions after training", predictions(t, a.Model, denses(n.of("x"))), n.of("q"), 1e-4)
}

func denses(list fit.List) (all []*tensor.Dense) {
	for _, v := range list {
		all = append(all, v.(*tensor.Dense))
	}
	return all
}

func sameAs(t *testing.T, what string, got []*tensor.Dense, want fit.List, tol float64) {
	t.Helper()
	t.Run(what, func(t *testing.T) { same(t, got, denses(want), tol) })
}
