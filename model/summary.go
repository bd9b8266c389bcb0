package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/counterweight-go/counterweight/model/layer"
)

// SummaryLine is what a summary says of a layer.
type SummaryLine struct {
	Name, Class string
	Outputs     [][]int // shapes of its outputs, without the batch axis
	Params      int     // numbers in its weights
}

// SummaryLines returns the layers that [Model.Summary] lists, in its order.
func (m *Model) SummaryLines() []SummaryLine {
	var lines []SummaryLine
	for _, p := range m.listed() {
		l := SummaryLine{Name: p.name, Class: p.layer.Class()}
		for _, s := range p.outs {
			l.Outputs = append(l.Outputs, slices.Clone(s))
		}
		for _, param := range p.params {
			l.Params += param.Value.Shape().TotalSize()
		}
		lines = append(lines, l)
	}
	return lines
}

// listed are the layers of a summary: Keras leaves out the input of layers that
// merely follow each other.
func (m *Model) listed() []*placed {
	var all []*placed
	for _, p := range m.layers {
		if _, isInput := p.layer.(layer.Input); !isInput || m.kind != inOrder {
			all = append(all, p)
		}
	}
	return all
}

// Summary returns the table that Keras prints on a terminal of 80 columns:
// layers, output shapes, counts of parameters and, unless the layers merely
// follow each other, what each is connected to.
func (m *Model) Summary() string {
	t := table{heads: []string{"Layer (type)", "Output Shape", "Param #"}, widths: []int{31, 22, 13}}
	if !m.chain {
		t.heads, t.widths = append(t.heads, "Connected to"), []int{19, 17, 10, 17}
	}
	lines := m.SummaryLines()
	for i, p := range m.listed() {
		l := lines[i]
		cells := []string{l.Name + " (" + l.Class + ")", batchShapes(l.Outputs), thousands(l.Params)}
		if !m.chain {
			cells = append(cells, m.connections(p))
		}
		t.rows = append(t.rows, cells)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Model: \"%s\"\n", m.Name())
	t.write(&b)

	var trainable, fixed int
	for _, p := range m.Params() {
		if n := p.Value.Shape().TotalSize(); p.Trainable {
			trainable += n
		} else {
			fixed += n
		}
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

// connections lists the inputs of all uses of a layer: the layer, its use, and
// which of its outputs.
func (m *Model) connections(p *placed) string {
	var all []string
	for _, u := range m.spec.Layers {
		if u.Name != p.name {
			continue
		}
		for _, in := range u.Calls {
			for _, r := range in {
				all = append(all, fmt.Sprintf("%s[%d][%d]", r.Layer, r.Call, r.Output))
			}
		}
	}
	if all == nil {
		return "-"
	}
	return strings.Join(all, ", ")
}

// table is a table as the library that Keras uses draws it.
type table struct {
	heads  []string
	widths []int // of the columns, without the borders
	rows   [][]string
}

func (t table) write(b *strings.Builder) {
	line := func(left, fill, middle, right string) {
		parts := make([]string, len(t.widths))
		for i, width := range t.widths {
			parts[i] = strings.Repeat(fill, width+2)
		}
		b.WriteString(left + strings.Join(parts, middle) + right + "\n")
	}
	line("┏", "━", "┳", "┓")
	t.row(b, "┃", t.heads)
	line("┡", "━", "╇", "┩")
	for i, cells := range t.rows {
		if i > 0 {
			line("├", "─", "┼", "┤")
		}
		t.row(b, "│", cells)
	}
	line("└", "─", "┴", "┘")
}

// row writes one row, of as many lines as its longest cell needs. The third
// column is flush right.
func (t table) row(b *strings.Builder, bar string, cells []string) {
	wrapped := make([][]string, len(cells))
	height := 0
	for i, c := range cells {
		wrapped[i] = wrap(c, t.widths[i])
		height = max(height, len(wrapped[i]))
	}
	for at := range height {
		b.WriteString(bar)
		for i, width := range t.widths {
			text := ""
			if at < len(wrapped[i]) {
				text = wrapped[i][at]
			}
			if i != 2 {
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

// batchShapes shows one shape, or a list of several.
func batchShapes(samples [][]int) string {
	if len(samples) == 1 {
		return batchShape(samples[0])
	}
	var all []string
	for _, s := range samples {
		all = append(all, batchShape(s))
	}
	return "[" + strings.Join(all, ", ") + "]"
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
