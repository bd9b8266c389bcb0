package fit

import (
	"maps"
	"slices"

	"github.com/counterweight-go/counterweight/fit/callback"
)

// History is what a fit recorded: Keras's History.
type History struct {
	Epoch   []int                // the epochs that were completed
	Values  map[string][]float64 // "loss", "val_loss", metrics: a value for each epoch
	Seconds []float64            // of the training part of each epoch
	Params  Params
}

// Params says what the fit was asked to do.
type Params struct {
	Epochs, Steps, BatchSize int // Steps is -1 when unknown
}

// Keys returns the keys of Values in alphabetical order.
func (h *History) Keys() []string { return slices.Sorted(maps.Keys(h.Values)) }

// Last returns the last value of a key and whether there is one.
func (h *History) Last(key string) (float64, bool) {
	v := h.Values[key]
	if len(v) == 0 {
		return 0, false
	}
	return v[len(v)-1], true
}

func (h *History) record(epoch int, seconds float64, logs *callback.Logs) {
	h.Epoch = append(h.Epoch, epoch)
	h.Seconds = append(h.Seconds, seconds)
	for key, v := range logs.All() {
		h.Values[key] = append(h.Values[key], v)
	}
}
