package callback_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/google/go-cmp/cmp"
)

// The lines were printed by Keras 3.15.1's Progbar with a clock set by hand.
func TestProgressBarAsKeras(t *testing.T) {
	var cases []struct {
		Steps       int
		Known       bool
		First, Step float64 // seconds of the first step and of each other one
		Seen        int     // steps at Line
		Validation  float64
		Logs, End   map[string]float64
		Line, Last  string
	}
	readJSON(t, "testdata/progress.json", &cases)
	for i, c := range cases {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			plan := callback.Plan{Epochs: 1, Steps: c.Steps}
			if !c.Known {
				plan.Steps = -1
			}
			p, clock, out := begin(t, callback.Bar, plan)
			callback.AsTerminal(p, 1000)
			logs := makeLogs(c.Logs)
			check(t, p.EpochBegin(nil, 0))
			clock.add(c.First)
			check(t, p.BatchEnd(nil, 0, logs))
			if c.Seen > 1 {
				clock.add(c.Step * float64(c.Seen-1))
				callback.Overdue(p)
				out.Reset()
				check(t, p.BatchEnd(nil, c.Seen-1, logs))
			}
			if diff := cmp.Diff("\r"+c.Line, strings.TrimRight(out.String(), " ")); diff != "" {
				t.Error(diff)
			}
			clock.add(c.Step * float64(c.Steps-c.Seen))
			check(t, p.BatchEnd(nil, c.Steps-1, logs))
			clock.add(c.Validation)
			out.Reset()
			check(t, p.EpochEnd(nil, 0, makeLogs(c.End)))
			if diff := cmp.Diff("\r"+c.Last, strings.TrimRight(out.String(), " \n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProgressBar(t *testing.T) {
	p, clock, out := begin(t, callback.Bar, callback.Plan{Epochs: 2, Steps: 12})
	for epoch := range 2 {
		check(t, p.EpochBegin(nil, epoch))
		for batch := range 12 {
			clock.add(0.04)
			check(t, p.BatchEnd(nil, batch, makeLogs(map[string]float64{"accuracy": 0.9912, "loss": 0.05 / float64(batch+1) / 10})))
		}
		clock.add(0.5)
		check(t, p.EpochEnd(nil, epoch, makeLogs(map[string]float64{"accuracy": 0.9912, "loss": 0.25, "val_accuracy": 1, "val_loss": 0})))
	}
	epoch := []string{
		" 1/12 ━─────────────────── 0s 40ms/step - accuracy: 0.9912 - loss: 0.0050",
		" 4/12 ━━━━━━────────────── 0s 40ms/step - accuracy: 0.9912 - loss: 0.0013",
		" 7/12 ━━━━━━━━━━━───────── 0s 40ms/step - accuracy: 0.9912 - loss: 7.1429e-04",
		"10/12 ━━━━━━━━━━━━━━━━──── 0s 40ms/step - accuracy: 0.9912 - loss: 5.0000e-04",
		"12/12 ━━━━━━━━━━━━━━━━━━━━ 1s 85ms/step - accuracy: 0.9912 - loss: 0.2500 - val_accuracy: 1.0000 - val_loss: 0.0000e+00\n",
	}
	var want string
	for n := 1; n <= 2; n++ {
		want += fmt.Sprintf("Epoch %d/2\n", n)
		for _, line := range epoch {
			want += "\r" + line
		}
	}
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestProgressBarErasesALongerLine(t *testing.T) {
	p, clock, out := begin(t, callback.Bar, callback.Plan{Epochs: 1, Steps: 4})
	check(t, p.EpochBegin(nil, 0))
	for batch, loss := range []float64{1e-5, 0.5} {
		clock.add(1)
		check(t, p.BatchEnd(nil, batch, makeLogs(map[string]float64{"loss": loss})))
	}
	// The epoch ends here: the fit was stopped.
	check(t, p.EpochEnd(nil, 0, makeLogs(map[string]float64{"loss": 0.25})))
	want := "\r1/4 ━━━━━─────────────── 3s 1s/step - loss: 1.0000e-05" +
		"\r2/4 ━━━━━━━━━━────────── 2s 1s/step - loss: 0.5000    " +
		"\r2/4 ━━━━━━━━━━────────── 2s 1s/step - loss: 0.2500\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestProgressBarErasesNoMoreThanTheTerminal(t *testing.T) {
	p, clock, out := begin(t, callback.Bar, callback.Plan{Epochs: 1, Steps: 1})
	callback.AsTerminal(p, 80)
	check(t, p.EpochBegin(nil, 0))
	clock.add(1)
	check(t, p.BatchEnd(nil, 0, makeLogs(map[string]float64{"loss": 1e-5})))
	callback.AsTerminal(p, 40) // made narrower meanwhile
	out.Reset()
	check(t, p.EpochEnd(nil, 0, makeLogs(nil)))
	bar := strings.Repeat("━", 20)
	want := "\r\x1b[1m1/1\x1b[0m \x1b[32m" + bar + "\x1b[0m \x1b[1m1s\x1b[0m 1s/step" + strings.Repeat(" ", 39-len("1/1  1s 1s/step")-20) + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestProgressBarTimeLeft(t *testing.T) {
	for _, c := range []struct {
		seconds float64
		want    string
	}{
		{0.9, " 0s "}, {59.9, " 59s "}, {60, " 60s "}, {61, " 1:01 "}, {3600, " 60:00 "}, {7325, " 2:02:05 "},
	} {
		p, clock, out := begin(t, callback.Bar, callback.Plan{Epochs: 1, Steps: 2})
		check(t, p.EpochBegin(nil, 0))
		clock.add(c.seconds)
		check(t, p.BatchEnd(nil, 0, makeLogs(nil)))
		if !strings.Contains(out.String(), c.want) {
			t.Errorf("%v s left: %q, want %q", c.seconds, out.String(), c.want)
		}
	}
}

// The second epoch turns out longer than the first.
func TestProgressBarCountsUnknownSteps(t *testing.T) {
	p, clock, out := begin(t, callback.Bar, callback.Plan{Epochs: 2, Steps: -1})
	for epoch := range 2 {
		check(t, p.EpochBegin(nil, epoch))
		for batch := range 2 + epoch {
			clock.add(1)
			check(t, p.BatchEnd(nil, batch, makeLogs(nil)))
		}
		check(t, p.EpochEnd(nil, epoch, makeLogs(nil)))
	}
	want := "Epoch 1/2\n" +
		"\r      1/Unknown 1s 1s/step" +
		"\r      2/Unknown 2s 1s/step" +
		"\r2/2 ━━━━━━━━━━━━━━━━━━━━ 2s 1s/step\n" +
		"Epoch 2/2\n" +
		"\r1/2 ━━━━━━━━━━────────── 1s 1s/step" +
		"\r2/2 ━━━━━━━━━━━━━━━━━━━━ 0s 1s/step" +
		"\r3/2 ━━━━━━━━━━━━━━━━━━━━ 0s 1s/step" +
		"\r3/2 ━━━━━━━━━━━━━━━━━━━━ 3s 1s/step\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestProgressBarFitsTheTerminal(t *testing.T) {
	logs := makeLogs(map[string]float64{"accuracy": 0.5, "loss": 0.25, "précision": 0.75})
	values := " - accuracy: 0.5000 - loss: 0.2500 - précision: 0.7500"
	for _, c := range []struct {
		width int
		steps int
		want  string
	}{
		{1000, 40, "20/40 ━━━━━━━━━━────────── 0s 10ms/step" + values},
		{94, 40, "20/40 ━━━━━━━━━━────────── 0s 10ms/step" + values},
		{93, 40, "20/40 ━━━━━━━━━────────── 0s 10ms/step" + values},
		{80, 40, "20/40 ━━━─── 0s 10ms/step" + values},
		{79, 40, "20/40 ━━─── 0s 10ms/step" + values},
		{78, 40, "20/40 ━━─── 0s 10ms/step" + strings.TrimSuffix(values, "0")},
		{40, 40, "20/40 ━━─── 0s 10ms/step - accuracy: 0."},
		{10, 40, "20/40 ━━─── 0s"},
		{40, -1, "     20/Unknown 0s 10ms/step - accuracy"},
	} {
		t.Run(fmt.Sprint(c.width), func(t *testing.T) {
			p, clock, out := begin(t, callback.Bar, callback.Plan{Epochs: 1, Steps: c.steps})
			callback.AsTerminal(p, c.width)
			check(t, p.EpochBegin(nil, 0))
			clock.add(0.2)
			check(t, p.BatchEnd(nil, 19, logs))
			line := strings.TrimPrefix(out.String(), "\r")
			for _, paint := range []struct{ from, to string }{
				{"\x1b[32m━", "━"}, {"\x1b[0m\x1b[37m", "|"}, {"\x1b[1m", ""}, {"\x1b[0m", ""},
			} {
				line = strings.ReplaceAll(line, paint.from, paint.to)
			}
			if done, rest, found := strings.Cut(line, "|"); found {
				line = done + strings.ReplaceAll(rest, "━", "─")
			}
			if diff := cmp.Diff(c.want, line); diff != "" {
				t.Error(diff)
			}
			if columns := utf8.RuneCountInString(line); columns >= c.width && c.width > 20 {
				t.Errorf("%d columns on a terminal of %d", columns, c.width)
			}
			out.Reset()
			check(t, p.EpochEnd(nil, 0, logs))
			if !strings.HasSuffix(out.String(), values+"\n") {
				t.Errorf("the last line is cut: %q", out.String())
			}
		})
	}
}
