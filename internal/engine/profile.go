package engine

import (
	"context"
	"fmt"
	"runtime/pprof"
	"time"

	"github.com/counterweight-go/counterweight/internal/op"
)

// OpTime is what an operation cost, over all runs.
type OpTime struct {
	Name  string // "dense of layer "dense_1""
	Runs  int
	Time  time.Duration
	Flops int // of its matrix products, over all runs
}

// runProfiled runs steps with the time of each operation taken and the
// operation's name as the pprof label "op".
func runProfiled(steps []step) (err error) {
	at := 0
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("engine: %v: panic: %v", steps[at].op, r)
		}
	}()
	for at = range steps {
		s := &steps[at]
		var stepErr error
		pprof.Do(context.Background(), pprof.Labels("op", s.op.String()), func(context.Context) {
			start := time.Now()
			stepErr = s.run()
			s.time += time.Since(start)
		})
		s.runs++
		if stepErr != nil {
			return fmt.Errorf("engine: %v: %w", s.op, stepErr)
		}
	}
	return nil
}

// Times returns what profiled runs counted, in the order of the plan, and starts
// anew.
func (p *Plan) Times() []OpTime {
	var all []OpTime
	for i := range p.steps {
		s := &p.steps[i]
		t := OpTime{Name: s.op.String(), Runs: s.runs, Time: s.time}
		if o, ok := s.op.(op.Op); ok {
			t.Flops = s.runs * o.Flops()
		}
		all = append(all, t)
		s.time, s.runs = 0, 0
	}
	return all
}
