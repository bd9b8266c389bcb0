package balance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// Stream resolves the weights of batches that come one after another, by the
// rules of [Resolve]. The weight of a class is the same in all of them. It must
// not be used by several goroutines at once.
//
// What Resolve tells before the first batch, a stream tells when it learns of
// it: classes that the policy lacks with the first batch that has them, weights
// of classes that do not occur and weights that are all zero after a pass.
type Stream struct {
	r       Request
	log     *slog.Logger
	table   map[int]float64
	seen    map[int]bool // classes that occurred; nil once unused ones were told
	begun   bool
	sampled bool // whether the batches have sample weights
	weighed bool // whether any weight was above 0
	told    bool // that all were 0
}

// NewStream prepares to resolve the weights of the batches of ds. r.Y,
// r.SampleWeight, r.LossShape and r.CountRows belong to single batches and stay
// empty.
//
// Map and List need no counts. Other policies use those of a whole pass: what ds
// says as a [data.ClassCounter], or what one pass over it finds, in which every
// entry of the targets counts as in [Count]. Which of the two it was is told
// through the logger (log level Info). ctx ends the pass between batches.
func NewStream(ctx context.Context, r Request, ds data.Dataset) (*Stream, error) {
	if !data.Absent(r.Y) || !data.Absent(r.SampleWeight) || r.LossShape != nil || r.CountRows != 0 {
		return nil, errors.New("balance: a stream takes targets, sample weights and the shape of the loss from each batch, expected none in the request")
	}
	s := &Stream{r: r, log: r.Logger, seen: map[int]bool{}}
	if s.log == nil {
		s.log = slog.Default()
	}
	if r.ClassWeight == nil {
		return s, nil
	}
	counts, overridden, err := s.count(ctx, ds)
	if err != nil || overridden {
		return s, err
	}
	if s.table, err = policyTable(r.ClassWeight, counts, r.Classes); err != nil {
		return nil, err
	}
	s.table = maps.Clone(s.table) // it is the policy's, and may be nil
	if s.table == nil {
		s.table = map[int]float64{}
	}
	return s, nil
}

// count returns the counts that the policy needs, nil for none; overridden says
// that sample weights will leave the policy without effect.
func (s *Stream) count(ctx context.Context, ds data.Dataset) (counts Counts, overridden bool, err error) {
	switch s.r.ClassWeight.(type) {
	case Map, List:
		return nil, false, nil
	}
	known, ok := ds.(data.ClassCounter)
	var byClass map[int]int
	if ok {
		byClass, err = known.ClassCounts()
		if ok = !errors.Is(err, data.ErrNotCounted); ok && err != nil {
			return nil, false, fmt.Errorf("balance: class counts of the data set: %w", err)
		}
	}
	if ok {
		for _, c := range slices.Sorted(maps.Keys(byClass)) {
			if slices.Contains(s.r.Ignored, c) {
				continue
			}
			if c < 0 || s.r.Classes > 0 && c >= s.r.Classes {
				return nil, false, fmt.Errorf("balance: the data set counts class %d, want %s", c, span(s.r.Classes))
			}
			if n := byClass[c]; n != 0 {
				counts = append(counts, ClassCount{Class: c, N: n})
			}
		}
		s.log.Info("class weights come from the counts that the data set gives", "class_weight", s.r.ClassWeight.String(), "entries", counts.Total())
		return counts, false, nil
	}
	s.log.Info("class weights need counts: one pass over the data counts its classes", "class_weight", s.r.ClassWeight.String())
	total := map[int]int{}
	for b, err := range ds.Batches(data.Order{Shuffle: data.ShuffleOff}) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, false, fmt.Errorf("balance: counting classes: %w", err)
		}
		if b.W != nil && s.r.Conflict == Override {
			return nil, true, nil
		}
		e, err := entriesOf(b.Y, s.r.Targets)
		if err != nil {
			return nil, false, err
		}
		e.ignore(s.r.Ignored)
		for _, k := range e.count(len(e.class)) {
			total[k.Class] += k.N
		}
	}
	for _, c := range slices.Sorted(maps.Keys(total)) {
		counts = append(counts, ClassCount{Class: c, N: total[c]})
	}
	return counts, false, nil
}

// Resolve returns the weights of one batch, nil for none: its targets y, its
// sample weights w or nil, and the shape of its loss. Either all batches have
// sample weights or none has.
func (s *Stream) Resolve(y, w tensor.Tensor, loss []int) (*tensor.Dense, error) {
	sampled := !data.Absent(w)
	switch {
	case !s.begun:
		if err := s.r.settle(sampled, s.log); err != nil {
			return nil, err
		}
		s.begun, s.sampled = true, sampled
	case sampled && !s.sampled:
		return nil, errors.New("balance: a batch has sample weights, those before it had none")
	case !sampled && s.sampled:
		return nil, errors.New("balance: a batch has no sample weights, those before it had")
	}
	r := s.r
	r.Y, r.SampleWeight, r.LossShape = y, w, loss
	out, zero, err := resolve(r, s.weights)
	if err != nil {
		return nil, err
	}
	s.weighed = s.weighed || !zero
	return out.W, nil
}

// weights is the table for the classes of a batch.
func (s *Stream) weights(occur Counts, _ int) (map[int]float64, error) {
	var missing []int
	for _, k := range occur {
		if s.seen != nil {
			s.seen[k.Class] = true
		}
		if _, ok := s.table[k.Class]; !ok {
			missing = append(missing, k.Class)
			s.table[k.Class] = 1
		}
	}
	return s.table, s.r.lacking(missing, s.log)
}

// EndPass is called after each whole pass and tells what only then is known.
func (s *Stream) EndPass() {
	if s.begun && !s.weighed && !s.told {
		s.log.Warn(allZeroNotice)
		s.told = true
	}
	if s.seen == nil || s.r.ClassWeight == nil || !s.begun {
		return
	}
	var unused []int
	for _, c := range slices.Sorted(maps.Keys(s.table)) {
		if !s.seen[c] {
			unused = append(unused, c)
		}
	}
	s.seen = nil
	tellUnused(unused, s.log)
}
