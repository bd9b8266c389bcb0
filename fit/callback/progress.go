package callback

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"golang.org/x/term"
)

// Style says how Progress prints.
type Style int

// AutoStyle is Bar where Progress writes to a terminal and Lines elsewhere.
// Bar redraws one line per epoch, Lines prints one line at its end.
const (
	AutoStyle Style = iota
	Bar
	Lines
)

// redraw is the least time between two drawings of a bar.
const redraw = 100 * time.Millisecond

// Progress prints how a fit goes, as Keras 3 does. Bar is its verbose=1:
//
//	Epoch 3/20
//	 37/263 ━━────────────────── 1s 5ms/step - accuracy: 0.9912 - loss: 0.0312
//
// where the time is the time left, in the last line of an epoch the time it
// took, validation included. The time per step of a bar leaves out the first
// step. A line too long for the terminal gets a shorter bar and is then cut; the
// last of an epoch is always whole. Without a known number of steps the first
// epoch counts them. Lines is verbose=2, on one line:
//
//	Epoch 3/20 - 1s - 5ms/step - accuracy: 0.9912 - loss: 0.0312
//
// Terminals get Keras's colours, unless NO_COLOR is set or TERM is dumb, and
// except on Windows. Without colours what is left of a bar is a thinner line.
type Progress struct {
	Base

	W     io.Writer // nil means os.Stdout
	Style Style

	now   func() time.Time
	out   io.Writer
	bar   bool
	color bool
	width func() int

	epoch, epochs int
	steps         int // below 1 when unknown
	seen          int // batches of this epoch
	start         time.Time
	first         time.Time // end of the first batch, set for a bar only
	drawn         time.Time
	columns       int // of the line as drawn last
}

// TrainBegin looks at what W is.
func (p *Progress) TrainBegin(r Run) error {
	if p.Style < AutoStyle || p.Style > Lines {
		return fmt.Errorf("callback: progress: style is %d, want AutoStyle, Bar or Lines", p.Style)
	}
	if p.now == nil {
		p.now = time.Now
	}
	p.out = p.W
	if p.out == nil {
		p.out = os.Stdout
	}
	file, isFile := p.out.(*os.File)
	terminal := isFile && term.IsTerminal(int(file.Fd()))
	p.bar = p.Style == Bar || p.Style == AutoStyle && terminal
	// The Windows console shows escape sequences as they are unless asked.
	p.color = terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && runtime.GOOS != "windows"
	p.width = func() int {
		if terminal {
			if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
				return width
			}
		}
		return 80
	}
	p.epochs, p.steps = r.Plan().Epochs, r.Plan().Steps
	return nil
}

// EpochBegin prints the number of the epoch above a bar.
func (p *Progress) EpochBegin(_ Run, epoch int) error {
	p.epoch, p.seen = epoch, 0
	p.start, p.drawn, p.columns = p.now(), time.Time{}, 0
	if !p.bar || p.epochs == 1 {
		return nil
	}
	return p.print(fmt.Sprintf("Epoch %d/%d\n", epoch+1, p.epochs))
}

// BatchEnd redraws the bar, at most ten times a second.
func (p *Progress) BatchEnd(_ Run, batch int, logs *Logs) error {
	p.seen = batch + 1
	if !p.bar {
		return nil
	}
	now := p.now()
	if batch == 0 {
		p.first = now
	}
	if now.Sub(p.drawn) < redraw {
		return nil
	}
	p.drawn = now
	return p.print(p.draw(logs, now, false))
}

// EpochEnd prints the values of the epoch.
func (p *Progress) EpochEnd(_ Run, _ int, logs *Logs) error {
	now := p.now()
	if !p.bar {
		return p.print(fmt.Sprintf("Epoch %d/%d - %.0fs - %s%s\n",
			p.epoch+1, p.epochs, now.Sub(p.start).Seconds(), p.perStep(now), format(logs)))
	}
	if p.steps < 1 {
		p.steps = p.seen
	}
	line := p.draw(logs, now, true) + "\n"
	p.columns = 0
	return p.print(line)
}

// Interrupt implements [Interrupter]: it ends the line of a bar that a fit
// leaves unfinished.
func (p *Progress) Interrupt() error {
	if p.columns > 0 {
		p.columns = 0
		return p.print("\n")
	}
	return nil
}

func (p *Progress) print(text string) error {
	if _, err := io.WriteString(p.out, text); err != nil {
		return fmt.Errorf("callback: progress: %w", err)
	}
	return nil
}
