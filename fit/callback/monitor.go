package callback

import (
	"fmt"
	"log/slog"
	"math"

	"github.com/counterweight-go/counterweight/fit/metric"
)

// Mode says which way a monitored value gets better.
type Mode int

// Auto asks the loss or metric of that name.
const (
	Auto Mode = iota
	Min
	Max
)

// Zero stands for an explicit 0 in fields where 0 means a default that is not
// 0. It is the smallest number above 0, and 0 in any computation that follows.
const Zero = math.SmallestNonzeroFloat64

// monitor watches a value of the logs for a callback. An improvement is, with
// d = |delta|, value + d < best where less is better and value - d > best where
// more is. The first value is one, but NaN never is.
type monitor struct {
	who    string // the callback, for messages
	key    string
	better metric.Direction
	delta  float64
	warned bool
}

// newMonitor checks the settings. It is an error when delta is NaN, mode is
// unknown, or mode is Auto and neither a loss nor a metric tells the direction.
func newMonitor(r Run, who, key string, mode Mode, delta float64) (monitor, error) {
	if key == "" {
		key = "val_loss"
	}
	m := monitor{who: who, key: key, delta: math.Abs(delta)}
	switch mode {
	case Auto:
		m.better = r.Direction(key)
	case Min:
		m.better = metric.Down
	case Max:
		m.better = metric.Up
	default:
		return m, fmt.Errorf("callback: %s: mode is %d, want Auto, Min or Max", who, mode)
	}
	if m.better == metric.None {
		return m, fmt.Errorf("callback: %s: cannot tell whether %q gets better upwards or downwards: set Mode to Max or Min", who, key)
	}
	if math.IsNaN(delta) {
		return m, fmt.Errorf("callback: %s: min delta is NaN", who)
	}
	return m, nil
}

// value returns the monitored value. One that is not in the logs, as between
// validations, is warned of once.
func (m *monitor) value(r Run, epoch int, logs *Logs) (float64, bool) {
	value, found := logs.Get(m.key)
	if !found && !m.warned {
		m.warned = true
		r.Logger().Warn(m.who+": the monitored value is not in the logs of this epoch",
			slog.String("monitor", m.key), slog.Int("epoch", epoch), slog.Any("available", logs.keys()))
	}
	return value, found
}

// improves compares with a reference that is NaN when there is none yet.
func (m *monitor) improves(value, reference float64) bool {
	if math.IsNaN(reference) {
		return !math.IsNaN(value)
	}
	if m.better == metric.Down {
		return value+m.delta < reference
	}
	return value-m.delta > reference
}
