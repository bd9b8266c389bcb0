package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/counterweight-go/counterweight/internal/ordered"
)

// printJSON writes one document, each member of the object on a line.
func printJSON(w io.Writer, document ordered.Object) error {
	text, err := document.Document()
	if err != nil {
		return err
	}
	_, err = w.Write(text)
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
