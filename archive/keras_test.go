package archive_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
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
// here of it, and of models that began here, does so in Keras.
func TestKerasAgrees(t *testing.T) {
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
	everyLayer(t, files)
	writeOwn(t, to)
	python(t, cache, "check", to)
}

// everyLayer checks that each class of layers is in one of the archives.
func everyLayer(t *testing.T, files []string) {
	seen := map[string]bool{
		"Hashing": true, "IntegerLookup": true, // which need TensorFlow in Keras
	}
	for _, file := range files {
		config := members(t, file)["config.json"]
		for _, name := range registry.Names("layers") {
			seen[name] = seen[name] || bytes.Contains(config, []byte(`"class_name": "`+name+`"`))
		}
	}
	for _, name := range registry.Names("layers") {
		if !seen[name] {
			t.Errorf("no archive has a layer of class %s", name)
		}
	}
}

// writeOwn writes archives of models that began here, with settings that Keras
// lacks.
func writeOwn(t *testing.T, dir string) {
	x := random(1, 6, 3)
	y := tensor.New(tensor.WithShape(6, 1), tensor.WithBacking([]float32{0, 1, 0, 0, 1, 0}))
	for name, c := range map[string]struct {
		config model.Config
		fit    fit.Config
		trains bool // in Keras
	}{
		"metrics": {fit: fit.Config{
			Optimizer: optimizer.Adam{LearningRate: 0.01}, Loss: loss.BinaryCrossentropy{},
			Metrics: []metric.Metric{metric.AveragePrecision{}, metric.Accuracy{}},
		}, trains: true},
		"weighted loss": {fit: fit.Config{Loss: loss.BinaryCrossentropy{PosWeight: []float64{3}}}},
		"own loss":      {fit: fit.Config{Loss: loss.Asymmetric{}}},
		"excluded": {fit: fit.Config{
			Optimizer: optimizer.AdamW{Common: optimizer.Common{ExcludeFromWeightDecay: []string{"bias"}}}, Loss: loss.MeanSquaredError{},
		}},
		"doubles": {config: model.Config{DType: tensor.Float64}, fit: fit.Config{Optimizer: optimizer.Adam{}, Loss: loss.MeanSquaredError{}}, trains: true},
	} {
		m, err := c.config.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 4, Activation: layer.Tanh}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := fit.Compile(m, c.fit)
		if err != nil {
			t.Fatal(err)
		}
		step := func(n int) []*tensor.Dense {
			for range n {
				if _, err := trainer.TrainOnBatch(x, y, fit.BatchOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			return predictions(t, m, []*tensor.Dense{x})
		}
		arrays := []npy.Array{{Name: "x0", Value: x}, {Name: "y0", Value: y}, {Name: "p0", Value: step(2)[0]}}
		path := filepath.Join(dir, "own "+name)
		if err := archive.Save(path+".keras", trainer); err != nil {
			t.Fatal(err)
		}
		if c.trains {
			arrays = append(arrays, npy.Array{Name: "q0", Value: step(3)[0]})
		}
		file, err := os.Create(path + ".npz")
		if err == nil {
			err = errors.Join(npy.WriteZip(file, arrays), file.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// random returns numbers from -1 to 1.
func random(seed uint64, shape ...int) *tensor.Dense {
	r := rand.New(rand.NewPCG(seed, 0))
	values := make([]float32, tensor.Shape(shape).TotalSize())
	for i := range values {
		values[i] = 2*r.Float32() - 1
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
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
