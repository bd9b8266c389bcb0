package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
)

// number is a float that JSON can hold: NaN and the infinities are null.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	if v := float64(n); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// numbers converts a slice.
func numbers(values []float64) []number {
	out := make([]number, len(values))
	for i, v := range values {
		out[i] = number(v)
	}
	return out
}

// object is a JSON object that keeps the order of its members.
type object []member

type member struct {
	key   string
	value any
}

func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// printJSON writes one document, each member of the object on a line.
func printJSON(w io.Writer, document object) error {
	var b bytes.Buffer
	for i, m := range document {
		key, err := json.Marshal(m.key)
		if err != nil {
			return err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%c\n  %s: %s", "{,"[min(i, 1)], key, value)
	}
	if len(document) == 0 {
		b.WriteByte('{')
	}
	b.WriteString("\n}\n")
	_, err := w.Write(b.Bytes())
	return err
}

// printTable writes rows in columns, all but the first of them to the right.
func printTable(w io.Writer, rows [][]string) error {
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	width := 0
	for _, row := range rows {
		width = max(width, len([]rune(row[0])))
	}
	for _, row := range rows {
		fmt.Fprintf(t, "%-*s\t%s\t\n", width, row[0], strings.Join(row[1:], "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	var out bytes.Buffer
	for line := range strings.Lines(b.String()) {
		fmt.Fprintln(&out, strings.TrimRight(strings.TrimPrefix(line, "  "), " \n"))
	}
	_, err := w.Write(out.Bytes())
	return err
}

// short writes a number for people.
func short(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}
