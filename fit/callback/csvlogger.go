package callback

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
)

// CSVLogger writes one row per epoch to a file, with the columns of Keras's
// CSVLogger: the epoch, counted from 0, and the keys of the first epoch in
// alphabetical order. When the fit validates but did not do so in its first
// epoch, columns with "val_" before each key follow. A missing value is NA.
// Values are written so that reading them gives the same float64. Unlike
// Keras, rows end in \n, and a fit without validation has no "val_" columns.
//
// A key that has no column is left out, with one warning. The file is closed
// between epochs and holds all epochs so far, also when the fit fails.
type CSVLogger struct {
	Base

	Path      string
	Separator rune // 0 means ','
	// Append keeps the rows that are there, otherwise the file is replaced when
	// the fit begins. The columns are those of the file's header, if it has one.
	Append bool

	header []string // nil until it is in the file
	warned bool
}

// TrainBegin prepares the file. It returns an error when the file cannot be
// written, when it is to be appended to and does not begin with a header, or
// when the separator is a quote, a line end or no character.
func (c *CSVLogger) TrainBegin(Run) error {
	c.header, c.warned = nil, false
	// Writing nothing checks the separator.
	if err := c.writer(io.Discard).Write(nil); err != nil {
		return fmt.Errorf("callback: csv logger: separator %q: %w", c.Separator, err)
	}
	if !c.Append {
		if err := os.WriteFile(c.Path, nil, 0o666); err != nil {
			return fmt.Errorf("callback: csv logger: %w", err)
		}
		return nil
	}
	return c.readHeader()
}

// readHeader takes the columns from the file, if it has any.
func (c *CSVLogger) readHeader() error {
	file, err := os.OpenFile(c.Path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return fmt.Errorf("callback: csv logger: %w", err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma = c.separator()
	header, err := reader.Read()
	switch {
	case err == io.EOF:
		return nil
	case err != nil:
		return fmt.Errorf("callback: csv logger: reading the header of %s: %w", c.Path, err)
	case header[0] != "epoch":
		return fmt.Errorf("callback: csv logger: %s has %q for its first column, want \"epoch\"", c.Path, header[0])
	}
	c.header = header
	return nil
}

// EpochEnd adds a row.
func (c *CSVLogger) EpochEnd(r Run, epoch int, logs *Logs) error {
	var rows [][]string
	if c.header == nil {
		c.header = header(logs.keys(), r.Plan().Validates)
		rows = append(rows, c.header)
	}
	for key := range logs.All() {
		if !c.warned && !slices.Contains(c.header, key) {
			c.warned = true
			r.Logger().Warn("csv logger: a value has no column and is left out",
				slog.String("path", c.Path), slog.String("key", key), slog.Int("epoch", epoch))
		}
	}
	row := []string{strconv.Itoa(epoch)}
	for _, key := range c.header[1:] {
		if value, found := logs.Get(key); found {
			row = append(row, strconv.FormatFloat(value, 'g', -1, 64))
		} else {
			row = append(row, "NA")
		}
	}
	if err := c.write(append(rows, row)); err != nil {
		return fmt.Errorf("callback: csv logger: %w", err)
	}
	return nil
}

// write adds rows to the file, which TrainBegin has made.
func (c *CSVLogger) write(rows [][]string) error {
	file, err := os.OpenFile(c.Path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	return errors.Join(c.writer(file).WriteAll(rows), file.Close())
}

func (c *CSVLogger) writer(w io.Writer) *csv.Writer {
	writer := csv.NewWriter(w)
	writer.Comma = c.separator()
	return writer
}

func (c *CSVLogger) separator() rune {
	if c.Separator == 0 {
		return ','
	}
	return c.Separator
}

// header returns the columns for a fit whose first epoch logged keys.
func header(keys []string, validates bool) []string {
	columns := append([]string{"epoch"}, keys...)
	if validates && !slices.ContainsFunc(keys, func(key string) bool { return strings.HasPrefix(key, "val_") }) {
		for _, key := range keys {
			columns = append(columns, "val_"+key)
		}
	}
	return columns
}
