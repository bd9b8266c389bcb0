package callback

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// A bar has 20 columns, as in Keras, and fewer where the terminal is narrow.
const (
	barColumns    = 20
	minBarColumns = 5
)

const (
	bold  = "\x1b[1m"
	green = "\x1b[32m"
	white = "\x1b[37m"
	reset = "\x1b[0m"
)

// draw returns the line that replaces the one on the terminal.
func (p *Progress) draw(logs *Logs, now time.Time, last bool) []byte {
	var count, clock string
	columns, bar := 0, 0
	if p.steps < 1 {
		count = fmt.Sprintf("%7d/Unknown", p.seen)
	} else {
		total := fmt.Sprint(p.steps)
		count = fmt.Sprintf("%*d/%s", len(total), p.seen, total)
		bar = barColumns
		columns = bar + 1
	}
	if p.steps < 1 || last {
		clock = fmt.Sprintf("%.0fs", now.Sub(p.start).Seconds())
	} else {
		clock = timeLeft(p.secondsPerStep(now) * float64(max(0, p.steps-p.seen)))
	}
	values := appendValues(fmt.Appendf(nil, " %s", p.perStep(now)), logs)
	columns += len(count) + 1 + len(clock) + utf8.RuneCount(values)

	// The last column stays empty: some terminals wrap as soon as it is written.
	width := p.width() - 1
	if over := columns - width; over > 0 && !last {
		shorter := min(over, max(0, bar-minBarColumns))
		bar -= shorter
		kept := max(0, utf8.RuneCount(values)-(over-shorter))
		columns += kept - utf8.RuneCount(values) - shorter
		values = []byte(string([]rune(string(values))[:kept]))
	}

	line := append([]byte{'\r'}, p.paint(bold, count)...)
	line = append(line, ' ')
	if bar > 0 {
		line = append(line, p.paintBar(bar)...)
		line = append(line, ' ')
	}
	line = append(line, p.paint(bold, clock)...)
	line = append(line, values...)
	line = append(line, bytes.Repeat([]byte{' '}, max(0, min(p.columns, width)-columns))...)
	p.columns = columns
	if last {
		p.columns = 0
	}
	return line
}

// paintBar draws the part that is done and the part that is not, which differ
// in colour or, without colours, in weight.
func (p *Progress) paintBar(columns int) string {
	done := columns * min(p.seen, p.steps) / p.steps
	if !p.color {
		return strings.Repeat("━", done) + strings.Repeat("─", columns-done)
	}
	return p.paint(green, strings.Repeat("━", done)) + p.paint(white, strings.Repeat("━", columns-done))
}

func (p *Progress) paint(color, text string) string {
	if !p.color || text == "" {
		return text
	}
	return color + text + reset
}

// secondsPerStep leaves out the first step, which often has more to do.
func (p *Progress) secondsPerStep(now time.Time) float64 {
	switch {
	case p.seen == 0:
		return 0
	case p.seen == 1 || p.first.IsZero():
		return now.Sub(p.start).Seconds() / float64(p.seen)
	}
	return now.Sub(p.first).Seconds() / float64(p.seen-1)
}

func (p *Progress) perStep(now time.Time) string {
	seconds := p.secondsPerStep(now)
	switch {
	case seconds >= 1 || seconds == 0:
		return fmt.Sprintf("%.0fs/step", seconds)
	case seconds >= 1e-3:
		return fmt.Sprintf("%.0fms/step", seconds*1e3)
	}
	return fmt.Sprintf("%.0fus/step", seconds*1e6)
}

func timeLeft(seconds float64) string {
	whole := int(seconds)
	switch {
	case seconds > 3600:
		return fmt.Sprintf("%d:%02d:%02d", whole/3600, whole%3600/60, whole%60)
	case seconds > 60:
		return fmt.Sprintf("%d:%02d", whole/60, whole%60)
	}
	return fmt.Sprintf("%ds", whole)
}

// appendValues prints the values of training, then those of validation.
func appendValues(line []byte, logs *Logs) []byte {
	for _, validation := range []bool{false, true} {
		for key, value := range logs.All() {
			if strings.HasPrefix(key, "val_") != validation {
				continue
			}
			format := " - %s: %.4f"
			if math.Abs(value) <= 1e-3 {
				format = " - %s: %.4e"
			}
			line = fmt.Appendf(line, format, key, value)
		}
	}
	return line
}
