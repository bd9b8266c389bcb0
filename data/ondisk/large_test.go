package ondisk_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/ondisk"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

func trainer(t testing.TB, inputs int) *fit.Trainer {
	t.Helper()
	m, err := model.Config{Seed: 5}.Sequential(layer.Input{Shape: []int{inputs}}, layer.Dense{Units: 4, Activation: layer.ReLU}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
	must(t, err)
	tr, err := fit.Compile(m, fit.Config{Optimizer: optimizer.Adam{}, Loss: loss.BinaryCrossentropy{}, Logger: slog.New(slog.DiscardHandler)})
	must(t, err)
	return tr
}

// A fit gives the history that it gives from memory.
func TestFitIsThatFromMemory(t *testing.T) {
	dir := t.TempDir()
	x := count[float32](300, 3)
	for i, v := range x.Float32s() {
		x.Float32s()[i] = float32(int(v)*7919%1000)/500 - 1
	}
	labels := make([]int64, 300)
	for i := range labels {
		if x.Float32s()[3*i] > .7 {
			labels[i] = 1
		}
	}
	y := tensor.New(tensor.WithShape(300), tensor.WithBacking(labels))
	memoryY, err := data.AsType(y, tensor.Float32)
	must(t, err)
	o := fit.Options{BatchSize: 32, Epochs: 4, Verbose: fit.Silent, ClassWeight: balance.Auto{}}
	want, err := trainer(t, 3).Fit(t.Context(), x, memoryY, o)
	must(t, err)
	ds, err := ondisk.Open(save(t, dir, "x.npy", x), save(t, dir, "y.npy", y), "")
	must(t, err)
	defer ds.Close()
	got, err := trainer(t, 3).FitDataset(t.Context(), ds, o)
	must(t, err)
	if fmt.Sprint(got.Values) != fmt.Sprint(want.Values) {
		t.Errorf("history %v, from memory %v", got.Values, want.Values)
	}
}

// resident returns the memory of this process in bytes.
func resident(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	must(t, err)
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	var kB int64
	_, err = fmt.Sscan(after, &kB)
	must(t, err)
	return kB << 10
}

// sparse makes a file of an array of zeros that takes no room on disk.
func sparse(t *testing.T, path, descr string, width int, shape ...int) {
	t.Helper()
	sizes := strings.TrimSuffix(fmt.Sprint(tensor.Shape(shape)), ")") + ",)"
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, strings.Replace(sizes, ",,", ",", 1))
	file := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	file = append(file, header...)
	size := int64(len(file)) + int64(tensor.Shape(shape).TotalSize())*int64(width)
	must(t, os.WriteFile(path, file, 0o600))
	must(t, os.Truncate(path, size))
}

// A fit over 8 GiB takes less than 1 GiB: 64 MiB more than before are allowed
// here. It draws rows from the whole file, for a second.
func TestFitOverMoreThanMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("resident memory is read from /proc")
	}
	const rows, columns = 1 << 21, 1 << 10
	dir := t.TempDir()
	x, y := filepath.Join(dir, "x.npy"), filepath.Join(dir, "y.npy")
	sparse(t, x, "<f4", 4, rows, columns)
	sparse(t, y, "|u1", 1, rows)
	info, err := os.Stat(x)
	must(t, err)
	if info.Size() < 8<<30 {
		t.Fatalf("the file has %d bytes, expected 8 GiB", info.Size())
	}
	one, err := os.OpenFile(y, os.O_WRONLY, 0)
	must(t, err)
	_, err = one.WriteAt(bytes.Repeat([]byte{1, 0, 0, 0}, rows/8), 1000)
	must(t, err)
	must(t, one.Close())

	ds, err := ondisk.Open(x, y, "")
	must(t, err)
	defer ds.Close()
	before, most := resident(t), int64(0)
	began, batches := time.Now(), 0
	_, err = trainer(t, columns).FitDataset(t.Context(), ds, fit.Options{BatchSize: 2048, Epochs: 1, Verbose: fit.Silent, ClassWeight: balance.Auto{},
		Callbacks: []fit.Callback{callback.LambdaCallback{OnBatchEnd: func(r callback.Run, i int, _ *callback.Logs) error {
			batches = i + 1
			most = max(most, resident(t))
			if time.Since(began) > time.Second {
				r.Stop()
			}
			return nil
		}}}})
	must(t, err)
	if batches < 10 {
		t.Skipf("%d batches in a second are too few to tell", batches)
	}
	t.Logf("%d batches of 8 MiB; %d MiB resident before, at most %d MiB in the fit", batches, before>>20, most>>20)
	if most-before > 64<<20 {
		t.Errorf("resident memory grew from %d to %d MiB in %d batches of 8 MiB", before>>20, most>>20, batches)
	}
}
