package main

import (
	"io"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/internal/atomicfile"
)

// writeHistory writes what a fit recorded.
func writeHistory(path string, h *fit.History) error {
	return atomicfile.Write(path, func(w io.Writer) error { return printJSON(w, historyOf(h)) })
}

func historyOf(h *fit.History) object {
	values := object{}
	for _, key := range h.Keys() {
		values = append(values, member{key, numbers(h.Values[key])})
	}
	epochs := h.Epoch
	if epochs == nil {
		epochs = []int{}
	}
	var steps any
	if h.Params.Steps > 0 {
		steps = h.Params.Steps
	}
	return object{
		{"epoch", epochs},
		{"history", values},
		{"seconds", numbers(h.Seconds)},
		{"params", object{{"epochs", h.Params.Epochs}, {"steps", steps}, {"batch_size", h.Params.BatchSize}}},
	}
}
