package table

import (
	"fmt"
	"strings"
)

// inFile names a file in an error of this package.
func inFile(name string, err error) error {
	if name == "" || err == nil {
		return err
	}
	if text, ours := strings.CutPrefix(err.Error(), "table: "); ours {
		return &fileError{fmt.Sprintf("table: %s: %s", name, text), err}
	}
	return fmt.Errorf("table: %s: %w", name, err)
}

// fileError is an error with a file's name behind the prefix.
type fileError struct {
	text string
	err  error
}

func (e *fileError) Error() string { return e.text }
func (e *fileError) Unwrap() error { return e.err }
