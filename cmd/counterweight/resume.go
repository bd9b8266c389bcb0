package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/internal/atomicfile"
)

// keeping keeps the state of a fit in a folder beside its output until the output
// is written. A fingerprint of all that the fit depends on lies there too, so that
// another fit does not go on from the state.
type keeping struct {
	backup *callback.BackupAndRestore
}

// keeping prepares the folder. Without --resume a state that is there is removed.
func (f *fitting) keeping(log *slog.Logger) (*keeping, error) {
	k := &keeping{backup: &callback.BackupAndRestore{Dir: f.to.path + ".backup", KeepBackup: true, Share: 0.1}}
	mark, err := f.fingerprint()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(k.backup.Dir, 0o777); err != nil {
		return nil, err
	}
	// What a killed process was about to write.
	old, _ := filepath.Glob(filepath.Join(globbed(k.backup.Dir), "*.tmp"))
	for _, path := range old {
		os.Remove(path)
	}
	_, err = os.Stat(k.state())
	switch kept := err == nil; {
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return nil, err
	case kept && f.resume:
		if before, err := os.ReadFile(k.mark()); err != nil || string(before) != mark {
			return nil, fmt.Errorf("%s is the state of a fit with another model, other data or other flags: give the same ones, or remove it to begin anew", k.state())
		}
		return k, nil
	case kept:
		log.Warn("the state of an interrupted fit is removed: --resume would have gone on with it", "state", k.state())
		if err := os.Remove(k.state()); err != nil {
			return nil, err
		}
	case f.resume:
		log.Info("there is no interrupted fit to go on with: the fit begins anew", "looked for", k.state())
	}
	return k, atomicfile.Write(k.mark(), func(w io.Writer) error {
		_, err := io.WriteString(w, mark)
		return err
	})
}

// globbed quotes what has a meaning in patterns.
func globbed(path string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func (k *keeping) state() string { return filepath.Join(k.backup.Dir, "backup.npz") }
func (k *keeping) mark() string  { return filepath.Join(k.backup.Dir, "fingerprint") }

// done removes the state, once the output is there.
func (k *keeping) done() error {
	for _, path := range []string{k.state(), k.mark()} {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	os.Remove(k.backup.Dir) // stays where others have put files there
	return nil
}

// failed says what is left of a fit that ended with err.
func (k *keeping) failed(err error, log *slog.Logger) error {
	if _, missing := os.Stat(k.state()); missing != nil {
		return errors.Join(err, k.done())
	}
	if errors.Is(err, context.Canceled) {
		log.Info("the state after the last whole epoch is kept: --resume goes on from it", "state", k.state())
	}
	return err
}

// fingerprint is a hash of all that decides how the fit goes, but for the number
// of its last epoch: files by their content, flags by their text.
func (f *fitting) fingerprint() (string, error) {
	h := sha256.New()
	paths := map[string]bool{f.from.path: true}
	for _, d := range []dataset{f.train, f.held} {
		for _, n := range []*named[source]{d.x, d.y, d.w} {
			for i, s := range n.values {
				fmt.Fprintf(h, "%q %q %q\n", d.prefix, n.names[i], s.key)
				paths[s.path] = true
			}
			fmt.Fprintln(h)
		}
	}
	for i, p := range f.classWeights.values {
		fmt.Fprintf(h, "%q %q\n", f.classWeights.names[i], p.text)
		if p.path != "" {
			paths[p.path] = true
		}
	}
	fmt.Fprintln(h, f.temporal.at, f.conflict.at, f.split, f.initial, f.batch, f.steps, f.validation, f.noShuffle, f.seed)
	fmt.Fprintf(h, "%q %q %q %q\n", f.compile.optimizer.text, f.compile.losses.texts, f.compile.metrics.texts, f.compile.weighted.texts)
	fmt.Fprintf(h, "%v %v %v %q\n", f.csvLog.path != "", f.tensorboard != "", f.checkpoint.value != "", f.stopping.text)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if err := hashFile(h, path); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%x\n", h.Sum(nil)), nil
}

func hashFile(h hash.Hash, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	own := sha256.New()
	if _, err := io.Copy(own, file); err != nil {
		return err
	}
	_, err = h.Write(own.Sum(nil))
	return err
}
