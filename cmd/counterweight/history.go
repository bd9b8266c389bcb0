package main

import (
	"io"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/internal/atomicfile"
	"github.com/counterweight-go/counterweight/internal/ordered"
)

// writeHistory writes what a fit recorded.
func writeHistory(path string, h *fit.History) error {
	return atomicfile.Write(path, func(w io.Writer) error { return printJSON(w, historyOf(h)) })
}

func historyOf(h *fit.History) ordered.Object {
	values := ordered.Object{}
	for _, key := range h.Keys() {
		values = append(values, ordered.Member{Key: key, Value: ordered.Numbers(h.Values[key])})
	}
	epochs := h.Epoch
	if epochs == nil {
		epochs = []int{}
	}
	var steps any
	if h.Params.Steps > 0 {
		steps = h.Params.Steps
	}
	return ordered.Object{
		{Key: "epoch", Value: epochs},
		{Key: "history", Value: values},
		{Key: "seconds", Value: ordered.Numbers(h.Seconds)},
		{Key: "params", Value: ordered.Object{{Key: "epochs", Value: h.Params.Epochs}, {Key: "steps", Value: steps}, {Key: "batch_size", Value: h.Params.BatchSize}}},
	}
}
