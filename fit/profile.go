package fit

import (
	"fmt"
	"strings"
)

// Profile is what the operations of a fit cost. Set Options.Profile to an empty
// one; the fit fills it. Taking the times costs a microsecond for each operation
// and batch. Samples of runtime/pprof carry the operation as the label "op".
type Profile struct {
	Ops []OpTime // of training, in the order of a step
}

// OpTime is what one operation cost over the whole fit. Parts of a batch run
// side by side, so the times of all operations may add up to more than the
// time that passed.
type OpTime struct {
	Name    string
	Runs    int
	Seconds float64
	GFLOPS  float64 // of its matrix products, 10^9 floating point operations a second; 0 for other work
}

// String returns a table.
func (p *Profile) String() string {
	var b strings.Builder
	total, width := 0., len("operation")
	for _, o := range p.Ops {
		total += o.Seconds
		width = max(width, len(o.Name))
	}
	fmt.Fprintf(&b, "%-*s  %8s  %9s  %6s  %8s\n", width, "operation", "runs", "seconds", "share", "GFLOP/s")
	for _, o := range p.Ops {
		rate := "-"
		if o.GFLOPS > 0 {
			rate = fmt.Sprintf("%.1f", o.GFLOPS)
		}
		fmt.Fprintf(&b, "%-*s  %8d  %9.4f  %5.1f%%  %8s\n", width, o.Name, o.Runs, o.Seconds, 100*o.Seconds/max(total, 1e-300), rate)
	}
	return b.String()
}

// collect adds up what the training plans counted.
func (p *Profile) collect(plans []*plan) {
	at := map[string]int{}
	flops := map[string]int{}
	for _, plan := range plans {
		if plan.mode != toTrain {
			continue
		}
		for _, part := range plan.parts {
			for _, o := range part.Times() {
				if o.Runs == 0 {
					continue
				}
				i, known := at[o.Name]
				if !known {
					i = len(p.Ops)
					at[o.Name] = i
					p.Ops = append(p.Ops, OpTime{Name: o.Name})
				}
				p.Ops[i].Runs += o.Runs
				p.Ops[i].Seconds += o.Time.Seconds()
				flops[o.Name] += o.Flops
			}
		}
	}
	for i := range p.Ops {
		if o := &p.Ops[i]; o.Seconds > 0 {
			o.GFLOPS = float64(flops[o.Name]) / o.Seconds / 1e9
		}
	}
}
