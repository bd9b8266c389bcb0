package main

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/google/go-cmp/cmp"
)

// asProgram makes the test binary the program itself.
const asProgram = "COUNTERWEIGHT_TEST_AS_PROGRAM"

// program prepares a run of the program in a folder.
func program(t *testing.T, folder string, args ...string) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), asProgram+"=1")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	return cmd, &stderr
}

func writeTestArray(t *testing.T, path string, args ...string) {
	t.Helper()
	a, err := parseArray(args)
	if err == nil {
		err = writeArray(path, a)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// resumable is a fit with everything that has a state: Adam, dropout, shuffling,
// a log, early stopping, checkpoints. It leaves its files in a folder.
func resumable(t *testing.T) (args []string) {
	t.Helper()
	data, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	x := []string{"float32", "160x3"}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 480 {
		x = append(x, json.Number(rat(rng.NormFloat64())).String())
	}
	writeTestArray(t, filepath.Join(folder, "x.npy"), x...)
	writeTestArray(t, filepath.Join(folder, "y.npy"), "float32", "160", "0", "1", "2", "0", "0", "1", "0")
	return []string{
		"fit", "--model", filepath.Join(data, "../../archive/testdata/seq_dense_adam.keras"), "--loss", "sparse_categorical_crossentropy", "--metrics", "accuracy",
		"--x", filepath.Join(folder, "x.npy"), "--y", filepath.Join(folder, "y.npy"), "--class-weight", "auto", "--validation-split", "0.2", "--epochs", "40",
		"--batch-size", "4", "--seed", "9", "--output", "out.keras", "--history", "h.json", "--csv-log", "log.csv", "--checkpoint", "last.keras",
		"--early-stopping", "val_loss:50",
	}
}

func rat(v float64) string {
	text, _ := json.Marshal(v)
	return string(text)
}

// left reads what a fit left behind, but for the times.
func left(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{"out.keras", "last.keras", "log.csv", "h.json"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	var h map[string]any
	if err := json.Unmarshal([]byte(files["h.json"]), &h); err != nil {
		t.Fatal(err)
	}
	if len(h["seconds"].([]any)) != len(h["epoch"].([]any)) {
		t.Errorf("%d times of %d epochs", len(h["seconds"].([]any)), len(h["epoch"].([]any)))
	}
	delete(h, "seconds")
	text, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	files["h.json"] = string(text)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".tmp") { // of a checkpoint that was being written
			names = append(names, e.Name())
		}
	}
	files["names"] = strings.Join(names, " ")
	return files
}

// A fit that is killed again and again, at random moments, ends as one that was
// left alone.
func TestResumeAfterKills(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no signals to send")
	}
	args := resumable(t)
	alone := t.TempDir()
	begin := time.Now()
	cmd, stderr := program(t, alone, args...)
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	whole := time.Since(begin)
	want := left(t, alone)

	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	folder := t.TempDir()
	var history []string
	for round := 0; ; round++ {
		if round > 60 {
			t.Fatalf("no end after %q", history)
		}
		cmd, stderr := program(t, folder, append(slices.Clone(args), "--resume")...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		signal := []os.Signal{syscall.SIGKILL, os.Interrupt, syscall.SIGTERM}[round%3]
		// Later rounds have more time, so that the test ends on a slow machine.
		after := time.Duration(rng.Int64N(int64(whole)/4) + int64(whole)*int64(round)/60)
		timer := time.AfterFunc(after, func() { cmd.Process.Signal(signal) })
		err := cmd.Wait()
		timer.Stop()
		history = append(history, signal.String())
		if err == nil {
			break
		}
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if code := exit.ExitCode(); signal != syscall.SIGKILL && code != interrupted && code != -1 {
			t.Fatalf("%v: exit status %d, want %d: %s", signal, code, interrupted, stderr)
		}
	}
	if diff := cmp.Diff(want, left(t, folder)); diff != "" {
		t.Errorf("after %q: %s", history, diff)
	}
	t.Logf("%d times killed or interrupted", len(history)-1)
}

// interruptedFit leaves the state of a fit that was interrupted in a folder.
func interruptedFit(t *testing.T, args []string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	cmd, _ := program(t, folder, append(slices.Clone(args), "--epochs", "100000")...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(folder, "out.keras.backup/backup.npz")); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no state was kept")
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	return folder
}

func TestResumeOnlyTheSameFit(t *testing.T) {
	args := resumable(t)
	folder := interruptedFit(t, args)
	for _, change := range [][]string{{"--seed", "8"}, {"--x", "other.npy"}, {"--optimizer", "sgd"}} {
		writeTestArray(t, filepath.Join(folder, "other.npy"), "float32", "160x3", "1", "2", "3", "4")
		changed := slices.Clone(args)
		if i := slices.Index(changed, change[0]); i >= 0 {
			changed = slices.Delete(changed, i, i+2)
		}
		cmd, stderr := program(t, folder, slices.Concat(changed, change, []string{"--resume"})...)
		err := cmd.Run()
		if cmd.ProcessState.ExitCode() != failed || !strings.Contains(stderr.String(), "give the same ones, or remove it") {
			t.Errorf("%v: %v, %s", change, err, stderr)
		}
	}
	// With another number of epochs it is the same fit.
	state, err := npy.ReadZipFileArray(filepath.Join(folder, "out.keras.backup/backup.npz"), "fit/epoch")
	if err != nil {
		t.Fatal(err)
	}
	more := []string{"--epochs", strconv.FormatInt(state.ScalarValue().(int64)+2, 10), "--resume"}
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	longer, text := program(t, copied, append(slices.Clone(args), more...)...)
	if err := longer.Run(); err != nil {
		t.Errorf("%v: %v: %s", more, err, text)
	}
	// Without --resume the fit begins anew, and says so.
	cmd, stderr := program(t, folder, args...)
	if err := cmd.Run(); err != nil || !strings.Contains(stderr.String(), "the state of an interrupted fit is removed") {
		t.Errorf("%v: %s", err, stderr)
	}
	// There is nothing to go on with any more.
	cmd, stderr = program(t, folder, append(slices.Clone(args), "--resume")...)
	if err := cmd.Run(); err != nil || !strings.Contains(stderr.String(), "there is no interrupted fit") {
		t.Errorf("%v: %s", err, stderr)
	}
}
