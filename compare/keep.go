package compare

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/counterweight-go/counterweight/internal/atomicfile"
)

// keeper keeps outcomes in a folder, a file for each, so that an interrupted
// comparison can go on. The nil keeper keeps nothing.
type keeper struct {
	dir   string
	what  string // fingerprint of data and settings
	fresh bool   // the folder is not there yet
}

// keptVersion is that of the files; those of another are not read.
const keptVersion = 1

// kept is the content of a file.
type kept struct {
	Version int
	Of      string // fingerprint
	Outcome outcome
}

// keeper opens the folder of the checkpoint. Without Resume it is emptied.
func (c *comparison) keeper(d *Data) (*keeper, error) {
	if c.Checkpoint == "" {
		return nil, nil
	}
	k := &keeper{dir: c.Checkpoint, what: c.fingerprint(d)}
	_, err := os.Stat(k.dir)
	k.fresh = errors.Is(err, fs.ErrNotExist)
	switch {
	case k.fresh && c.Resume:
		c.log.Info("there is nothing to resume: the comparison starts anew")
	case !k.fresh && !c.Resume:
		return k, k.drop()
	}
	return k, nil
}

// settings says what a strategy does, but for its sampler, which its name has to
// tell: class weights may come from a file that has changed.
func (s *Strategy) settings() string {
	return fmt.Sprintf(" %v %v %v %v %v %v %v", s.Sampler != nil, s.Ratio, s.ClassWeight, s.BalancedBatches, s.Loss, s.Gamma, s.Tau)
}

// fingerprint is a hash of everything that an outcome depends on, but for the
// strategy.
func (c *comparison) fingerprint(d *Data) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %d %v %d %d %v %q\n", keptVersion, c.Folds, c.Seed, c.Hidden, c.Epochs, c.BatchSize, d.Labels, d.Table.Names())
	for i := range d.Table.Columns {
		column := &d.Table.Columns[i]
		for r := range column.Len() {
			if column.Numbers != nil {
				writeBits(h, column.Numbers[r])
			} else {
				fmt.Fprintf(h, "%q", column.Text(r))
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func writeBits(h hash.Hash, v float64) {
	var b [8]byte
	bits := math.Float64bits(v)
	for i := range b {
		b[i] = byte(bits >> (8 * i))
	}
	h.Write(b[:])
}

// path is that of an outcome. Names of strategies may hold anything, so the file has
// their hash.
func (k *keeper) path(strategy string, fold int) string {
	sum := sha256.Sum256([]byte(strategy))
	return filepath.Join(k.dir, fmt.Sprintf("%s-%d.fold.json", hex.EncodeToString(sum[:8]), fold))
}

// load returns nil where there is no outcome.
func (k *keeper) load(s *Strategy, fold, rows, epochs int) (*outcome, error) {
	if k == nil || k.fresh {
		return nil, nil
	}
	path := k.path(s.Name, fold)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("compare: resume: %w", err)
	}
	var in kept
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, fmt.Errorf("compare: resume: %s: %w", path, err)
	}
	o := &in.Outcome
	switch {
	case in.Version != keptVersion || in.Of != k.what+s.settings():
		return nil, fmt.Errorf("compare: resume: %s is of other data or settings: run without resuming, or with those of the run that was interrupted", path)
	case o.Strategy != s.Name || o.Fold != fold || len(o.Scores) != rows || len(o.Loss) != epochs || len(o.InnerLoss) != epochs || len(o.InnerVal) != epochs:
		return nil, fmt.Errorf("compare: resume: %s does not hold fold %d of strategy %q", path, fold, s.Name)
	}
	return o, nil
}

func (k *keeper) save(s *Strategy, o *outcome) error {
	if k == nil {
		return nil
	}
	if err := os.MkdirAll(k.dir, 0o777); err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	text, err := json.Marshal(kept{keptVersion, k.what + s.settings(), *o})
	if err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	return atomicfile.Write(k.path(o.Strategy, o.Fold), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// RemoveCheckpoint removes what a comparison has kept in a folder, and the folder
// if nothing else lies in it.
func RemoveCheckpoint(dir string) error { return (&keeper{dir: dir}).drop() }

// drop removes what is kept, and the folder if nothing else lies in it.
func (k *keeper) drop() error {
	if k == nil {
		return nil
	}
	files, err := os.ReadDir(k.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("compare: %w", err)
	}
	for _, f := range files {
		if strings.Contains(f.Name(), ".fold.json") { // or what a write that was killed left beside it
			if err := os.Remove(filepath.Join(k.dir, f.Name())); err != nil {
				return fmt.Errorf("compare: %w", err)
			}
		}
	}
	k.fresh = true
	_ = os.Remove(k.dir) // stays if somebody else's files are in it
	return nil
}
