package rank

// Buffer collects scored rows, 16 bytes each, and keeps them sorted between two
// calls of Curve, so that asking again after one more batch costs a merge and
// not a sort. The zero value is ready to use.
type Buffer struct {
	entries []entry[uint64, float64] // entries[:sorted] are in order
	sorted  int
	sorter  sorter[uint64, float64]
	curve   Curve
}

// Add appends a row that passes CheckRow. One that weighs 0 is left out: it must
// not add a threshold to the curves.
func (b *Buffer) Add(label, score, weight float64) {
	switch {
	case weight == 0:
		return
	case label == 0:
		weight = -weight
	}
	b.entries = append(b.entries, entry[uint64, float64]{key64(score), weight})
}

// Reset forgets the rows and keeps the memory.
func (b *Buffer) Reset() { b.entries, b.sorted = b.entries[:0], 0 }

// Curve returns the cumulative counts of the rows added so far. It stays valid
// until the next call of Curve.
func (b *Buffer) Curve() *Curve {
	b.sorter.sort(b.entries[b.sorted:])
	b.sorter.merge(b.entries, b.sorted)
	b.sorted = len(b.entries)
	b.curve.accumulate(b.entries)
	return &b.curve
}
