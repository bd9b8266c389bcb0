package svm

// cache keeps rows of a matrix, those that were used last.
type cache struct {
	n, most int
	rows    map[int]*cached
	newest  *cached // of a ring, in which oldest precedes it
}

type cached struct {
	i          int
	row        []float32
	prev, next *cached
}

// newCache keeps as many rows of n numbers as it is given, at least 2.
func newCache(n, most int) cache {
	return cache{n: n, most: max(most, 2), rows: map[int]*cached{}}
}

// row returns row i and whether it is filled in.
func (c *cache) row(i int) ([]float32, bool) {
	e, known := c.rows[i]
	switch {
	case known && e == c.newest:
		return e.row, true
	case known:
		e.prev.next, e.next.prev = e.next, e.prev
	case len(c.rows) < c.most:
		e = &cached{i: i, row: make([]float32, c.n)}
		c.rows[i] = e
	default: // takes the place of the oldest
		e = c.newest.next
		e.prev.next, e.next.prev = e.next, e.prev
		delete(c.rows, e.i)
		e.i = i
		c.rows[i] = e
	}
	if c.newest == nil || len(c.rows) == 1 {
		e.prev, e.next = e, e
	} else {
		e.prev, e.next = c.newest, c.newest.next
		e.prev.next, e.next.prev = e, e
	}
	c.newest = e
	return e.row, known
}
