package callback

import (
	"fmt"
	"math"
	"strings"
	"time"
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
func (p *Progress) draw(logs *Logs, now time.Time, last bool) string {
	count, bar := fmt.Sprintf("%7d/Unknown", p.seen), 0
	if p.steps > 0 {
		total := fmt.Sprint(p.steps)
		count, bar = fmt.Sprintf("%*d/%s", len(total), p.seen, total), barColumns
	}
	clock := fmt.Sprintf("%.0fs", now.Sub(p.start).Seconds())
	if p.steps > 0 && !last {
		clock = timeLeft(p.secondsPerStep(now) * float64(max(0, p.steps-p.seen)))
	}
	values := []rune(" " + p.perStep(now) + format(logs))

	columns := len(count) + 1 + len(clock) + len(values)
	if bar > 0 {
		columns += bar + 1
	}
	// The last column stays empty: some terminals wrap as soon as it is written.
	width := p.width() - 1
	if over := columns - width; over > 0 && !last {
		shorter := min(over, max(0, bar-minBarColumns))
		cut := min(over-shorter, len(values))
		bar, values = bar-shorter, values[:len(values)-cut]
		columns -= shorter + cut
	}

	line := "\r" + count + " "
	if bar > 0 {
		line = "\r" + p.paint(bold, count) + " " + p.paintBar(bar) + " "
	}
	line += p.paint(bold, clock) + string(values)
	line += strings.Repeat(" ", max(0, min(p.columns, width)-columns))
	p.columns = columns
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

// format returns the values of training, then those of validation.
func format(logs *Logs) string {
	var training, validation []byte
	for key, value := range logs.All() {
		to, number := &training, "%.4f"
		if strings.HasPrefix(key, "val_") {
			to = &validation
		}
		if math.Abs(value) <= 1e-3 {
			number = "%.4e"
		}
		*to = fmt.Appendf(*to, " - %s: "+number, key, value)
	}
	return string(training) + string(validation)
}
