package fit

import (
	"fmt"
	"strings"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Explain says how a training step on a batch of so many rows is computed: by
// which kernels, cut into which parts, in how much memory, and by which
// operations. It is for reading, and its form may change.
func (t *Trainer) Explain(rows int) (string, error) {
	if err := t.ready(); err != nil {
		return "", err
	}
	if rows < 1 {
		return "", fmt.Errorf("fit: cannot explain a step on %d rows, expected 1 or more", rows)
	}
	p, err := t.plans.get(t, toTrain, rows)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	first := p.parts[0]
	fmt.Fprintf(&b, "%s\n%d rows, %d trained numbers, %d numbers written for each row\n",
		kernel.Describe(), rows, t.cut.Params, t.cut.PerRow)
	switch {
	case len(p.parts) > 1:
		fmt.Fprintf(&b, "%d parts of %d rows, side by side, each in cache; gradients are added in order\n", len(p.parts), first.hi-first.lo)
	case t.cut.Together || t.together:
		fmt.Fprintln(&b, "the batch whole, since its rows act on each other; large products are cut")
	default:
		fmt.Fprintln(&b, "the batch whole; large products are cut")
	}
	fmt.Fprintf(&b, "%.1f KiB for what the operations of a part put out:\n", float64(first.Bytes)/1024)
	for _, line := range first.Describe() {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	return b.String(), nil
}
