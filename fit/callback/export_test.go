package callback

import "time"

// SetClock gives a progress bar the time; call it before TrainBegin.
func SetClock(p *Progress, now func() time.Time) { p.now = now }

// AsTerminal makes a progress bar take its writer for a terminal with colours;
// call it after TrainBegin.
func AsTerminal(p *Progress, width int) {
	p.bar, p.color = true, true
	p.width = func() int { return width }
}

// Overdue makes the next batch redraw the bar.
func Overdue(p *Progress) { p.drawn = time.Time{} }

// FillTemplate parses and fills a template.
func FillTemplate(template string, value func(string) (float64, bool, error)) (string, error) {
	pieces, err := parseTemplate(template)
	if err != nil {
		return "", err
	}
	return fillTemplate(pieces, value)
}
