package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/model"
)

// train measures a fit. The first epoch, which builds the plans, does not
// count, nor does that of the peers.
func train(w workload, s *spec) (*result, error) {
	trainer, err := w.trainer(s.X.sample(), s.initial())
	if err != nil {
		return nil, err
	}
	var ends []time.Time
	o := s.options()
	o.Epochs = s.Epochs
	o.Callbacks = []fit.Callback{callback.LambdaCallback{OnEpochEnd: func(callback.Run, int, *callback.Logs) error {
		ends = append(ends, time.Now())
		return nil
	}}}
	history, err := trainer.Fit(context.Background(), s.X.values, s.Y.values, o)
	if err != nil {
		return nil, err
	}
	if len(ends) < 2 {
		return nil, fmt.Errorf("%d epochs, expected at least 2", len(ends))
	}
	r := &result{EpochSeconds: history.Seconds}
	r.RowsPerSecond = float64(len(ends)-1) * float64(s.X.rows()) / ends[len(ends)-1].Sub(ends[0]).Seconds()
	r.Loss, _ = history.Last("loss")
	if s.Saves {
		err = save(trainer.Model())
	}
	return r, err
}

// options are those of a fit with the workload's weights.
func (s *spec) options() fit.Options {
	o := fit.Options{BatchSize: s.Batch, Verbose: fit.Silent}
	if s.ClassWeight != nil {
		o.ClassWeight = balance.List(s.ClassWeight)
	}
	if s.W != nil {
		o.SampleWeight = s.W.values
	}
	return o
}

// save writes a model's weights to a temporary file, as float32 one after
// another, which is the work of saving without the names.
func save(m *model.Model) (err error) {
	f, err := os.CreateTemp("", "weights")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	out := bufio.NewWriter(f)
	if err := writeWeights(out, m); err != nil {
		return err
	}
	return out.Flush()
}

func writeWeights(out io.Writer, m *model.Model) error {
	for _, w := range m.Weights() {
		if err := binary.Write(out, binary.LittleEndian, w.Value.Float32s()); err != nil {
			return fmt.Errorf("weight %q: %w", w.Name, err)
		}
	}
	return nil
}
