package callback

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/internal/atomicfile"
)

// BackupAndRestore lets a fit that was interrupted, by an error, a cancelled
// context or the end of the process, go on as if it had not been: with the same
// bits in weights, optimizer, history and callbacks. It saves a backup after
// each epoch or after so many batches, and a later fit with the same trainer,
// data, options and callbacks begins where the last backup was made. Epochs may
// be raised in between.
//
// It works where the order of the rows follows from the seed, as it does for
// all data sets here, and for callbacks that have no state or are a [Keeper].
//
// The backup is one file, backup.npz in Dir, which numpy.load reads. It is
// replaced as a whole, so that it is whole at any time. A fit that ends without
// an error removes it, and Dir if that is empty then.
//
// With SaveFreq the predictions of the running epoch are kept in memory and in
// the backup, because the metrics of the epoch depend on them.
type BackupAndRestore struct {
	Base

	Dir string // needed
	// SaveFreq is the number of batches, counted over all epochs, between
	// backups; 0 saves after each epoch.
	SaveFreq int
	// KeepBackup leaves the backup of a fit that is done. A fit that begins
	// with it has nothing left to do unless it has more epochs.
	KeepBackup bool
	// Share is the most of the time that backups may take, in (0,1); 0 is no
	// limit. One that comes too early is left out, and made after all when it is
	// the last one and the fit ends with an error, as when ctx is cancelled. A
	// process that is killed then loses a little more.
	Share float64

	batches int         // since the last backup
	next    time.Time   // of a backup
	left    []npy.Array // what was left out
}

// TrainBegin makes the fit go on from the backup, if there is one. It returns
// an error when Dir is empty, SaveFreq is negative, or the backup is damaged.
// That it belongs to another fit is found later, before the first epoch.
func (c *BackupAndRestore) TrainBegin(r Run) error {
	c.batches, c.next, c.left = 0, time.Time{}, nil
	switch {
	case !(c.Share >= 0 && c.Share < 1):
		return fmt.Errorf("callback: backup and restore: the share of time is %v, want 0 or a number below 1", c.Share)
	case c.Dir == "":
		return errors.New("callback: backup and restore: Dir is empty")
	case c.SaveFreq < 0:
		return fmt.Errorf("callback: backup and restore: save frequency is %d batches, want 0 or more", c.SaveFreq)
	}
	if err := os.MkdirAll(c.Dir, 0o777); err != nil {
		return fmt.Errorf("callback: backup and restore: %w", err)
	}
	if c.SaveFreq > 0 {
		r.Record()
	}
	state, err := npy.ReadZipFile(c.path())
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("callback: backup and restore: %w", err)
	}
	r.Logger().Info("backup and restore: the fit goes on from a backup", slog.String("path", c.path()))
	return r.Resume(state)
}

// BatchEnd saves when it is time.
func (c *BackupAndRestore) BatchEnd(r Run, _ int, _ *Logs) error {
	if c.SaveFreq == 0 {
		return nil
	}
	if c.batches++; c.batches >= c.SaveFreq {
		c.batches = 0
		r.AtRest(c.save)
	}
	return nil
}

// EpochEnd saves unless batches are counted.
func (c *BackupAndRestore) EpochEnd(r Run, _ int, _ *Logs) error {
	if c.SaveFreq == 0 {
		r.AtRest(c.save)
	}
	return nil
}

func (c *BackupAndRestore) save(state []npy.Array) error {
	began := time.Now()
	if c.Share > 0 && began.Before(c.next) {
		c.left = state
		return nil
	}
	c.left = nil
	if err := c.write(state); err != nil {
		return err
	}
	if c.Share > 0 {
		took := time.Since(began)
		c.next = began.Add(time.Duration(float64(took) / c.Share))
	}
	return nil
}

// Interrupt implements [Interrupter].
func (c *BackupAndRestore) Interrupt() error {
	if c.left == nil {
		return nil
	}
	state := c.left
	c.left = nil
	return c.write(state)
}

func (c *BackupAndRestore) write(state []npy.Array) error {
	if err := atomicfile.Write(c.path(), func(w io.Writer) error { return npy.WriteZip(w, state) }); err != nil {
		return fmt.Errorf("callback: backup and restore: %w", err)
	}
	return nil
}

// TrainEnd removes the backup if asked to.
func (c *BackupAndRestore) TrainEnd(Run, *Logs) error {
	c.left = nil
	if c.KeepBackup {
		return nil
	}
	if err := os.Remove(c.path()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("callback: backup and restore: %w", err)
	}
	os.Remove(c.Dir) // stays where others have put files there
	return nil
}

func (c *BackupAndRestore) path() string { return filepath.Join(c.Dir, "backup.npz") }
