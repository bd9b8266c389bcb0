package table

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Column is a named list of cells, all numbers or else text.
type Column struct {
	Name    string
	Numbers []float64 // NaN where missing; nil for a column of text

	file  string
	cells cells // as they were read; empty for a column that was made of numbers
}

// NewNumbers makes a column of numbers. NaN is a missing one.
func NewNumbers(name string, values []float64) Column {
	return Column{Name: name, Numbers: values}
}

// NewText makes a column of text, even where all of it reads as numbers. An
// empty string is a missing cell.
func NewText(name string, values []string) Column {
	c := Column{Name: name}
	for _, v := range values {
		c.cells.add(v)
	}
	return c
}

// Len returns the number of cells.
func (c *Column) Len() int {
	if c.Numbers != nil {
		return len(c.Numbers)
	}
	return len(c.cells.ends)
}

// Missing tells whether row i has no value.
func (c *Column) Missing(i int) bool {
	if c.Numbers != nil {
		return math.IsNaN(c.Numbers[i])
	}
	return c.Text(i) == ""
}

// Text returns the cell of row i without spaces and single quotes around it, ""
// where it is missing.
func (c *Column) Text(i int) string {
	if len(c.cells.ends) == 0 {
		return c.Raw(i)
	}
	return Cell(c.cells.at(i))
}

// Raw returns the cell of row i as it was read. Numbers that were not read have
// as many digits as it takes to give them back.
func (c *Column) Raw(i int) string {
	if len(c.cells.ends) > 0 {
		return c.cells.at(i)
	}
	if math.IsNaN(c.Numbers[i]) {
		return ""
	}
	return shortest(c.Numbers[i])
}

// Whole tells whether the cells are whole numbers written as such, without a
// point or an exponent, and none is missing.
func (c *Column) Whole() bool {
	if c.Numbers == nil {
		return false
	}
	for i := range c.Numbers {
		if c.Missing(i) || strings.Trim(c.Text(i), "+-0123456789") != "" {
			return false
		}
	}
	return true
}

// value returns the cell of row i, by its number or its text.
func (c *Column) value(i int, number bool) Value {
	if c.Numbers != nil && number {
		return NumberValue(c.Numbers[i])
	}
	return Value{text: c.Text(i)}
}

// Floats returns the numbers of the column. Text and missing cells are errors
// that name the first row of such.
func (c *Column) Floats() ([]float64, error) {
	for i := range c.Len() {
		if c.Missing(i) {
			return nil, c.errorf(i, "there is no value, expected a number")
		}
		if c.Numbers == nil {
			if _, err := Number(c.Text(i)); err != nil {
				return nil, c.errorf(i, "%w", err)
			}
		}
	}
	if c.Numbers == nil { // made as text, and all of it reads as numbers
		values := make([]float64, c.Len())
		for i := range values {
			values[i], _ = Number(c.Text(i))
		}
		return values, nil
	}
	return c.Numbers, nil
}

// Take returns the given rows in the given order, repeats included. A row that
// the column lacks is an error.
func (c *Column) Take(rows []int) (Column, error) {
	out := Column{Name: c.Name, file: c.file}
	if c.Numbers != nil {
		out.Numbers = make([]float64, len(rows))
	}
	for i, r := range rows {
		if r < 0 || r >= c.Len() {
			return out, fmt.Errorf("table: cannot take row %d of column %q, expected 0 to %d", r, c.Name, c.Len()-1)
		}
		if c.Numbers != nil {
			out.Numbers[i] = c.Numbers[r]
		}
		if len(c.cells.ends) > 0 {
			out.cells.add(c.cells.at(r))
		}
	}
	return out, nil
}

// errorf is an error in row i of the column.
func (c *Column) errorf(i int, format string, args ...any) error {
	return fmt.Errorf("table: %srow %d, column %q: %w", prefix(c.file), i, c.Name, fmt.Errorf(format, args...))
}

// prefix names a file at the start of an error.
func prefix(file string) string {
	if file == "" {
		return ""
	}
	return file + ": "
}

// parse makes a column of numbers of one whose cells are numbers or missing.
func (c *Column) parse() {
	values := make([]float64, c.Len())
	for i := range values {
		text := c.Text(i)
		if text == "" {
			values[i] = math.NaN()
			continue
		}
		v, err := Number(text)
		if err != nil {
			return
		}
		values[i] = v
	}
	c.Numbers = values
}

// absent are the ways to write that there is no value, beside NaN: pandas's, and
// the question mark of the UCI repository.
var absent = []string{"", "?", "NA", "N/A", "n/a", "#N/A", "<NA>", "null", "NULL", "None"}

// Cell returns what a cell of a file holds: without the spaces and the single
// quotes around it, and "" where it says that there is no value.
func Cell(raw string) string {
	text := bare(raw)
	if len(text) < 5 && (slices.Contains(absent, text) || strings.EqualFold(strings.TrimLeft(text, "+-"), "nan")) {
		return ""
	}
	return text
}

// bare takes away spaces and single quotes.
func bare(raw string) string {
	text := strings.TrimSpace(raw)
	for n := len(text); n > 1 && text[0] == '\'' && text[n-1] == '\''; n = len(text) {
		text = strings.TrimSpace(text[1 : n-1])
	}
	return text
}

// Number reads a decimal number, or an infinity. Other words of Go's for numbers,
// such as hexadecimal ones and NaN, are errors.
func Number(text string) (float64, error) {
	if strings.ContainsAny(text, "xX_pP") || strings.HasSuffix(strings.ToLower(text), "nan") {
		return 0, fmt.Errorf("%q is not a number", clip(text))
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(v, 0) { // beyond the range is an infinity
		return 0, fmt.Errorf("%q is not a number", clip(text))
	}
	return v, nil
}

// clip shortens text for a message.
func clip(text string) string {
	const most = 40
	if r := []rune(text[:min(len(text), 4*most)]); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// cells are texts, one after the other in memory.
type cells struct {
	bytes []byte
	ends  []int
}

func (c *cells) add(text string) {
	c.bytes = append(c.bytes, text...)
	c.ends = append(c.ends, len(c.bytes))
}

func (c *cells) at(i int) string {
	from := 0
	if i > 0 {
		from = c.ends[i-1]
	}
	return string(c.bytes[from:c.ends[i]])
}
