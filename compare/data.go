package compare

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/counterweight-go/counterweight/data/table"
)

// Data is what a comparison works on: the columns that the networks see, and a
// class for each row. Make it with [NewData].
type Data struct {
	Table    *table.Table
	Labels   []int    // 0 or 1
	Target   string   // name of the column that Labels come from
	Names    []string // of class 0 and class 1
	Positive int      // rows of class 1
}

// NewData takes the labels from a column of a table, and the other columns for
// features. positive is the label of class 1, "" for the rarer one of two; with
// more labels it is needed, and class 0 is the rest.
//
// Left out, with a notice to log, are a first column that counts the rows, columns that
// do not vary, and columns of text in which more than half of the values differ.
// Infinite numbers, and text among numbers, are errors that name row and column.
func NewData(t *table.Table, target, positive string, log *slog.Logger) (*Data, error) {
	if log == nil {
		log = slog.Default()
	}
	d, err := newData(t, target, positive, log)
	if err != nil && t.File != "" && !strings.Contains(err.Error(), t.File) {
		err = fmt.Errorf("compare: %s: %w", t.File, err)
	}
	return d, err
}

func newData(t *table.Table, target, positive string, log *slog.Logger) (*Data, error) {
	column, err := t.Column(target)
	if err != nil {
		return nil, err
	}
	labels, err := table.LabelsOf(column, positive)
	if err != nil {
		return nil, err
	}
	if n := len(labels.Names); n != 2 {
		return nil, fmt.Errorf("compare: column %q has %d labels, expected two: say which is the positive one, for one class against the rest", column.Name, n)
	}
	d := &Data{Labels: labels.Classes, Target: column.Name, Names: labels.Names}
	for _, c := range labels.Classes {
		d.Positive += c
	}
	if d.Table, err = features(t, column.Name, log); err != nil {
		return nil, err
	}
	return d, nil
}

// features are the columns that can tell something.
func features(t *table.Table, target string, log *slog.Logger) (*table.Table, error) {
	out := &table.Table{File: t.File, Header: t.Header}
	first := t.RowNumbers()
	var constant, unique []string
	for i := range t.Columns {
		c := t.Columns[i]
		if c.Name == target {
			continue
		}
		if i == 0 && first {
			log.Info("the first column counts the rows and has no name: it is left out")
			continue
		}
		if err := judge(&c); err != nil {
			return nil, err
		}
		switch distinct, present := spread(&c); {
		case distinct < 2:
			constant = append(constant, c.Name)
		case c.Numbers == nil && distinct > oneHot && 2*distinct > present:
			unique = append(unique, c.Name)
		default:
			out.Columns = append(out.Columns, c)
		}
	}
	if len(constant) > 0 {
		log.Info("columns that do not vary are left out", "columns", constant)
	}
	if len(unique) > 0 {
		log.Info("columns of text in which more than half of the values differ are left out", "columns", unique)
	}
	if len(out.Columns) == 0 {
		return nil, fmt.Errorf("compare: no column is left to learn from: %d do not vary, %d are text that hardly repeats", len(constant), len(unique))
	}
	return out, nil
}

// spread returns how many values differ, where a missing one is a value of text
// but not of numbers, and how many are present.
func spread(c *table.Column) (distinct, present int) {
	if c.Numbers != nil {
		seen := map[float64]bool{}
		for i, v := range c.Numbers {
			if !c.Missing(i) {
				present++
				if len(seen) < 2 { // more need not be known of numbers
					seen[v] = true
				}
			}
		}
		return len(seen), present
	}
	seen := map[string]bool{}
	for i := range c.Len() {
		seen[c.Text(i)] = true
		if !c.Missing(i) {
			present++
		}
	}
	return len(seen), present
}

// judge refuses infinite numbers, and text that stands among many numbers: such
// a column is one of numbers with mistakes, or with a word for missing ones that
// is not known.
func judge(c *table.Column) error {
	if c.Numbers != nil {
		for i, v := range c.Numbers {
			if !c.Missing(i) && v-v != 0 {
				return fmt.Errorf("compare: row %d, column %q: %v, expected a finite number", i, c.Name, v)
			}
		}
		return nil
	}
	numbers, words, first := map[string]bool{}, 0, -1
	count := 0
	for i := range c.Len() {
		if c.Missing(i) {
			continue
		}
		text := c.Text(i)
		if _, err := table.Number(text); err == nil {
			count++
			numbers[text] = true
		} else {
			words++
			if first < 0 {
				first = i
			}
		}
	}
	if len(numbers) > oneHot && count > words {
		return fmt.Errorf("compare: row %d, column %q: %q is not a number, as %d values of the column are: mend it or leave the cell empty", first, c.Name, clip(c.Text(first)), count)
	}
	return nil
}

// clip shortens text for a message.
func clip(text string) string {
	if r := []rune(text); len(r) > 40 {
		return strings.TrimSpace(string(r[:40])) + "…"
	}
	return text
}
