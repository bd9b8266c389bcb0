package callback_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/google/go-cmp/cmp"
)

// clock is set by hand.
type clock struct{ t time.Time }

func newClock() *clock { return &clock{time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.t }

func (c *clock) add(seconds float64) { c.t = c.t.Add(time.Duration(seconds * 1e9)) }

// begin begins a fit whose progress goes to the buffer.
func begin(t *testing.T, style callback.Style, plan callback.Plan) (*callback.Progress, *clock, *bytes.Buffer) {
	t.Helper()
	out := new(bytes.Buffer)
	p, c := &callback.Progress{W: out, Style: style}, newClock()
	callback.SetClock(p, c.now)
	check(t, p.TrainBegin(&fakeRun{plan: plan}))
	return p, c, out
}

func TestProgressLines(t *testing.T) {
	for _, style := range []callback.Style{callback.AutoStyle, callback.Lines} { // a buffer is no terminal
		p, clock, out := begin(t, style, callback.Plan{InitialEpoch: 2, Epochs: 4, Steps: 200})
		for epoch := 2; epoch < 4; epoch++ {
			check(t, p.EpochBegin(nil, epoch))
			for batch := range 200 {
				clock.add(0.005)
				check(t, p.BatchEnd(nil, batch, makeLogs(nil)))
			}
			check(t, p.EpochEnd(nil, epoch, makeLogs(map[string]float64{
				"accuracy": 0.9912, "loss": -1e-3, "weighted_loss": 0.03, "val_loss": 0.0010001,
			})))
		}
		want := "Epoch 3/4 - 1s - 5ms/step - accuracy: 0.9912 - loss: -1.0000e-03 - weighted_loss: 0.0300 - val_loss: 0.0010\n"
		want += strings.Replace(want, "3/4", "4/4", 1)
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestProgressOfAnEpochWithoutBatches(t *testing.T) {
	p, clock, out := begin(t, callback.Lines, callback.Plan{Epochs: 2, Steps: 1})
	check(t, p.EpochBegin(nil, 0))
	check(t, p.BatchEnd(nil, 0, makeLogs(nil)))
	check(t, p.EpochBegin(nil, 1))
	clock.add(2)
	check(t, p.EpochEnd(nil, 1, makeLogs(nil)))
	if want := "Epoch 2/2 - 2s - 0s/step\n"; out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
}

func TestProgressOnAFileThatIsNoTerminal(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	check(t, err)
	defer file.Close()
	p := &callback.Progress{W: file}
	check(t, p.TrainBegin(&fakeRun{plan: callback.Plan{Epochs: 1, Steps: 1}}))
	check(t, p.EpochBegin(nil, 0))
	check(t, p.BatchEnd(nil, 0, makeLogs(nil)))
	check(t, p.EpochEnd(nil, 0, makeLogs(map[string]float64{"loss": 1})))
	text, err := os.ReadFile(file.Name())
	check(t, err)
	if line := string(text); !strings.HasPrefix(line, "Epoch 1/1 - 0s - ") || !strings.HasSuffix(line, "/step - loss: 1.0000\n") {
		t.Errorf("wrote %q", line)
	}
}

func TestProgressErrors(t *testing.T) {
	checkError(t, (&callback.Progress{Style: 3}).TrainBegin(new(fakeRun)), "callback: progress: style is 3")

	reader, writer := io.Pipe()
	reader.CloseWithError(errBroken)
	for _, style := range []callback.Style{callback.Bar, callback.Lines} {
		p := &callback.Progress{W: writer, Style: style}
		check(t, p.TrainBegin(&fakeRun{plan: callback.Plan{Epochs: 1}}))
		check(t, p.EpochBegin(nil, 0))
		err := p.EpochEnd(nil, 0, makeLogs(nil))
		checkError(t, err, "callback: progress: ")
		if !errors.Is(err, errBroken) {
			t.Errorf("error is %v, want the one of the writer", err)
		}
	}
}

func TestProgressBetweenDrawingsCostsNothing(t *testing.T) {
	for _, style := range []callback.Style{callback.Bar, callback.Lines} {
		p, _, _ := begin(t, style, callback.Plan{Epochs: 1, Steps: 1000})
		logs := makeLogs(map[string]float64{"loss": 1})
		check(t, p.EpochBegin(nil, 0))
		check(t, p.BatchEnd(nil, 0, logs))
		logs.Defer(func(*callback.Logs) { t.Error("the values were computed") })
		batch := 0
		if allocations := testing.AllocsPerRun(100, func() {
			batch++
			if err := p.BatchEnd(nil, batch, logs); err != nil {
				t.Error(err)
			}
		}); allocations != 0 {
			t.Errorf("style %d: %v allocations, want 0", style, allocations)
		}
	}
}

func BenchmarkProgressBatchEnd(b *testing.B) {
	for name, style := range map[string]callback.Style{"bar": callback.Bar, "lines": callback.Lines} {
		b.Run(name, func(b *testing.B) {
			p := &callback.Progress{W: io.Discard, Style: style}
			r := &fakeRun{plan: callback.Plan{Epochs: 1, Steps: 1 << 40}}
			logs := makeLogs(map[string]float64{"accuracy": 0.5, "loss": 1})
			if err := errors.Join(p.TrainBegin(r), p.EpochBegin(r, 0)); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for batch := 0; b.Loop(); batch++ {
				if err := p.BatchEnd(r, batch, logs); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExampleProgress() {
	p := &callback.Progress{Style: callback.Lines}
	stopped := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	callback.SetClock(p, func() time.Time { return stopped })
	r := &fakeRun{plan: callback.Plan{Epochs: 20, Steps: 263}}
	var logs callback.Logs
	logs.Set("loss", 0.0312)
	logs.Set("val_loss", 0.00045)
	// A fit calls the hooks.
	if err := errors.Join(p.TrainBegin(r), p.EpochBegin(r, 2), p.EpochEnd(r, 2, &logs)); err != nil {
		fmt.Println(err)
	}
	// Output: Epoch 3/20 - 0s - 0s/step - loss: 0.0312 - val_loss: 4.5000e-04
}
