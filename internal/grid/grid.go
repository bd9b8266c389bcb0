// Package grid sets tables for people. It imports nothing of this module.
package grid

import (
	"strings"
	"unicode/utf8"
)

// Align writes lines in columns two spaces apart, each as wide as its longest
// cell in letters: the first left columns to the left, the others to the right.
// No line has more cells than the first; none ends in spaces.
func Align(lines [][]string, left int) string {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	for _, line := range lines {
		padded := make([]string, len(line))
		for i, cell := range line {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < left {
				padded[i] = cell + pad
			} else {
				padded[i] = pad + cell
			}
		}
		out.WriteString(strings.TrimRight(strings.Join(padded, "  "), " ") + "\n")
	}
	return out.String()
}
