// Package atomicfile writes files that are there whole or not at all, even
// when the machine stops in the midst of it.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Write gives the file at path the content that fill writes. It is written
// beside path, made durable and then renamed, so that a reader finds the old
// content or the new one. On an error the old content stays and nothing is left
// beside it. A directory that path names, or whose folder is missing, is an
// error. The file's permissions are those of a new file, 0666 before umask, or
// those of the file that was there.
func Write(path string, fill func(io.Writer) error) (err error) {
	mode := os.FileMode(0o666)
	if info, err := os.Stat(path); err == nil {
		if info.IsDir() {
			return fmt.Errorf("atomicfile: %s is a directory, expected a file", path)
		}
		mode = info.Mode().Perm()
	}
	file, err := beside(path, mode)
	if err != nil {
		return fmt.Errorf("atomicfile: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	if err := fill(file); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("atomicfile: %w", err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("atomicfile: %w", err)
	}
	syncFolder(filepath.Dir(path))
	return nil
}

// beside makes a new file whose name nobody has. os.CreateTemp would make one
// that only its owner may read, whatever the umask.
func beside(path string, mode os.FileMode) (*os.File, error) {
	for i := 0; ; i++ {
		name := fmt.Sprintf("%s.%d-%d.tmp", path, os.Getpid(), i)
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, os.ErrExist) && i < 1000 {
			continue
		}
		var at *os.PathError
		if errors.As(err, &at) { // who reads it knows of no other file than path
			err = &os.PathError{Op: at.Op, Path: path, Err: at.Err}
		}
		return file, err
	}
}

// syncFolder makes a rename durable. Not every system can do that to a folder;
// the content is safe all the same, under its old or its new name.
func syncFolder(path string) {
	if folder, err := os.Open(path); err == nil {
		_ = folder.Sync()
		_ = folder.Close()
	}
}
