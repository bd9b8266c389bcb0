package table

import (
	"math"
	"strconv"
)

// Value is what a row has in a column: a number, a text, or nothing. The zero
// value is nothing.
type Value struct {
	text    string
	number  float64
	numeric bool
}

// NumberValue is a number; NaN is nothing.
func NumberValue(v float64) Value {
	if math.IsNaN(v) {
		return Value{}
	}
	return Value{number: v, numeric: true}
}

// TextValue is a text as it stands in a file, read as [Cell] does.
func TextValue(raw string) Value { return Value{text: Cell(raw)} }

// Missing tells whether there is nothing.
func (v Value) Missing() bool { return !v.numeric && v.text == "" }

// Float returns the number, or what the text reads as, or NaN where there is
// nothing. A text that is no number is an error.
func (v Value) Float() (float64, error) {
	switch {
	case v.numeric:
		return v.number, nil
	case v.text == "":
		return math.NaN(), nil
	}
	return Number(v.text)
}

// Text returns the text, numbers in their shortest form, and "" where there is
// nothing.
func (v Value) Text() string {
	if v.numeric {
		return shortest(v.number)
	}
	return v.text
}

// Label returns the text by which labels are compared: numbers, also those that
// are written as text, in their shortest form.
func (v Value) Label() string {
	if f, err := v.Float(); err == nil && !v.Missing() {
		return shortest(f)
	}
	return v.text
}

// shortest writes a number with as many digits as it takes to give it back.
func shortest(v float64) string {
	return strconv.FormatFloat(v+0, 'g', -1, 64) // -0 + 0 is 0
}
