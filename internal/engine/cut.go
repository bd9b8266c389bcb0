package engine

// Cut decides how many rows of a batch of n one part gets. Small networks run
// a part of the batch through forward and backward while it lies in the cache,
// the parts side by side; their gradients are added up in order. Large ones
// take the batch whole, because adding up their gradients would cost too much,
// and cut each matrix product instead.
//
// The decision looks at sizes only, never at the machine, so that one seed
// gives the same bits everywhere.
type Cut struct {
	Params   int  // trainable elements
	PerRow   int  // elements that the operations write for one row
	Training bool // gradients are wanted
	Together bool // rows act on each other
}

const (
	largeParams = 64 << 10 // elements: at most so many are worth summing up for each part
	cacheRoom   = 96 << 10 // elements of a part that should stay in the cache
	leastWork   = 1 << 20  // floating point operations of a part
	leastRows   = 16
	mostParts   = 16
)

// Rows returns the rows of a part, n for a batch that is not cut.
func (c Cut) Rows(n int) int {
	if c.Together || c.Training && c.Params > largeParams {
		return n
	}
	perRow := 2 * max(c.Params, 1)
	if c.Training {
		perRow *= 3
	}
	rows := max((leastWork+perRow-1)/perRow, (n+mostParts-1)/mostParts, leastRows)
	rows = min(rows, max(cacheRoom/max(c.PerRow, 1), leastRows))
	rows = (rows + leastRows - 1) / leastRows * leastRows
	return min(rows, n)
}
