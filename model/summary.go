package model

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Summary returns the table that Keras prints: layers, output shapes, and
// counts of parameters.
func (m *Model) Summary() string {
	var b strings.Builder
	widths := []int{31, 22, 13}
	line := func(left, fill, middle, right string) {
		parts := make([]string, len(widths))
		for i, w := range widths {
			parts[i] = strings.Repeat(fill, w+2)
		}
		b.WriteString(left + strings.Join(parts, middle) + right + "\n")
	}
	row := func(bar string, cells ...string) {
		b.WriteString(bar)
		for i, c := range cells {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i == len(cells)-1 {
				c, pad = pad+c, ""
			}
			b.WriteString(" " + c + pad + " " + bar)
		}
		b.WriteString("\n")
	}

	fmt.Fprintf(&b, "Model: %q\n", m.name)
	line("┏", "━", "┳", "┓")
	row("┃", "Layer (type)", "Output Shape", "Param #")
	line("┡", "━", "╇", "┩")
	shown := m.layers[1:]
	for i, p := range shown {
		if i > 0 {
			line("├", "─", "┼", "┤")
		}
		count := thousands(countOf(p, func(bool) bool { return true }))
		class := "(" + p.layer.Class() + ")"
		if one := p.name + " " + class; utf8.RuneCountInString(one) <= widths[0] {
			row("│", one, batchShape(p.out), count)
			continue
		}
		row("│", shorten(p.name, widths[0]), batchShape(p.out), count)
		row("│", shorten(class, widths[0]), "", "")
	}
	line("└", "─", "┴", "┘")

	var trainable, fixed int
	for _, p := range m.layers {
		trainable += countOf(p, func(t bool) bool { return t })
		fixed += countOf(p, func(t bool) bool { return !t })
	}
	size := int(m.dtype.Size())
	for _, t := range []struct {
		what string
		n    int
	}{{"Total", trainable + fixed}, {"Trainable", trainable}, {"Non-trainable", fixed}} {
		fmt.Fprintf(&b, " %s params: %s (%s)\n", t.what, thousands(t.n), bytes(t.n*size))
	}
	return b.String()
}

func countOf(p placed, counts func(trainable bool) bool) int {
	n := 0
	for _, param := range p.params {
		if counts(param.Trainable) {
			n += param.Value.Shape().TotalSize()
		}
	}
	return n
}

func batchShape(sample []int) string {
	s := "(None"
	for _, n := range sample {
		s += ", " + strconv.Itoa(n)
	}
	return s + ")"
}

func shorten(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	return string([]rune(s)[:width-1]) + "…"
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

func bytes(n int) string {
	v := float64(n)
	for _, unit := range []string{"B", "KB", "MB", "GB"} {
		if v < 1024 {
			return fmt.Sprintf("%.2f %s", v, unit)
		}
		v /= 1024
	}
	return fmt.Sprintf("%.2f TB", v)
}
