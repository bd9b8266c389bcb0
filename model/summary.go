package model

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Summary returns the table that Keras prints on a terminal of 80 columns:
// layers, output shapes and counts of parameters.
func (m *Model) Summary() string {
	var b strings.Builder
	line := func(left, fill, middle, right string) {
		parts := make([]string, len(columns))
		for i, width := range columns {
			parts[i] = strings.Repeat(fill, width+2)
		}
		b.WriteString(left + strings.Join(parts, middle) + right + "\n")
	}
	fmt.Fprintf(&b, "Model: \"%s\"\n", m.name)
	line("┏", "━", "┳", "┓")
	row(&b, "┃", "Layer (type)", "Output Shape", "Param #")
	line("┡", "━", "╇", "┩")
	for i, p := range m.layers[1:] { // Keras does not list the input
		if i > 0 {
			line("├", "─", "┼", "┤")
		}
		trainable, fixed := countOf(p)
		row(&b, "│", p.name+" ("+p.layer.Class()+")", batchShape(p.out), thousands(trainable+fixed))
	}
	line("└", "─", "┴", "┘")

	var trainable, fixed int
	for _, p := range m.layers {
		t, f := countOf(p)
		trainable, fixed = trainable+t, fixed+f
	}
	bytesEach := int(m.dtype.Size())
	for _, total := range []struct {
		what string
		n    int
	}{{"Total", trainable + fixed}, {"Trainable", trainable}, {"Non-trainable", fixed}} {
		fmt.Fprintf(&b, " %s params: %s (%s)\n", total.what, thousands(total.n), memory(total.n*bytesEach))
	}
	return b.String()
}

// columns are the widths of the columns of a summary, without the borders.
var columns = [3]int{31, 22, 13}

// row writes one row of a summary, of as many lines as its longest cell needs.
// The last column is flush right.
func row(b *strings.Builder, bar string, cells ...string) {
	wrapped := make([][]string, len(cells))
	height := 0
	for i, c := range cells {
		wrapped[i] = wrap(c, columns[i])
		height = max(height, len(wrapped[i]))
	}
	for at := range height {
		b.WriteString(bar)
		for i, width := range columns {
			text := ""
			if at < len(wrapped[i]) {
				text = wrapped[i][at]
			}
			if i < len(columns)-1 {
				width = -width // flush left
			}
			fmt.Fprintf(b, " %*s %s", width, text, bar)
		}
		b.WriteString("\n")
	}
}

// wrap breaks text at spaces; a word longer than a line ends in an ellipsis.
func wrap(text string, width int) []string {
	lines := []string{""}
	for _, word := range strings.SplitAfter(text, " ") {
		last := &lines[len(lines)-1]
		needs := utf8.RuneCountInString(strings.TrimRight(*last+word, " "))
		if *last != "" && word != " " && needs > width {
			lines = append(lines, word)
		} else {
			*last += word
		}
	}
	for i, l := range lines {
		l = strings.TrimRight(l, " ")
		if runes := []rune(l); len(runes) > width {
			l = string(runes[:width-1]) + "…"
		}
		lines[i] = l
	}
	return lines
}

func countOf(p placed) (trainable, fixed int) {
	for _, param := range p.params {
		if n := param.Value.Shape().TotalSize(); param.Trainable {
			trainable += n
		} else {
			fixed += n
		}
	}
	return trainable, fixed
}

func batchShape(sample []int) string {
	s := "(None"
	for _, n := range sample {
		s += ", " + strconv.Itoa(n)
	}
	return s + ")"
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

func memory(n int) string {
	v := float64(n)
	for _, unit := range []string{"B", "KB", "MB", "GB"} {
		if v < 1024 {
			return fmt.Sprintf("%.2f %s", v, unit)
		}
		v /= 1024
	}
	return fmt.Sprintf("%.2f TB", v)
}
