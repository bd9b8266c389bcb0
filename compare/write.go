package compare

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/counterweight-go/counterweight/internal/atomicfile"
)

// Write puts report.html, results.json, pr.png, calibration.png and history.csv
// into a folder, which it makes if need be. Everything is made before the first
// file is written, and each file is there whole or not at all.
//
// history.csv has a line for each strategy, fold and epoch, with the loss in
// training on the whole training fold, and in training for the threshold the
// loss and that on the held-out rows, which have no weights.
func (r *Result) Write(dir string) error {
	files := []struct {
		name string
		make func() ([]byte, error)
	}{
		{"results.json", r.JSON}, {"history.csv", r.history},
		{"pr.png", r.precisionRecallPNG}, {"calibration.png", r.calibrationPNG}, {"report.html", r.Report},
	}
	content := make([][]byte, len(files))
	for i, f := range files {
		var err error
		if content[i], err = f.make(); err != nil {
			return fmt.Errorf("compare: %s: %w", f.name, err)
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	var errs error
	for i, f := range files {
		errs = errors.Join(errs, atomicfile.Write(filepath.Join(dir, f.name), func(w io.Writer) error {
			_, err := w.Write(content[i])
			return err
		}))
	}
	return errs
}

// JSON is results.json.
func (r *Result) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	return append(text, '\n'), err
}

func (r *Result) history() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	_ = w.Write([]string{"strategy", "fold", "epoch", "loss", "inner_loss", "inner_val_loss"}) // errors show in Flush
	for _, s := range r.Strategies {
		for _, f := range s.Folds {
			for e := range f.Loss {
				_ = w.Write([]string{s.Name, strconv.Itoa(f.Fold), strconv.Itoa(e), number(f.Loss[e]), number(f.InnerLoss[e]), number(f.InnerValidation[e])})
			}
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
