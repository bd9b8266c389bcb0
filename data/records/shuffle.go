package records

import (
	"io"
	"math/rand/v2"
	"slices"

	"github.com/counterweight-go/counterweight/data"
)

// shuffled gives the rows of next in another order, by a buffer of some rows.
func shuffled[F float32 | float64](next func([]F) error, width, rows int, o data.Order) func([]F) error {
	var (
		buffer []F // grows as rows come
		held   int // rows in it
		order  *data.Permutation
		at     int
		rng    *rand.Rand
		failed error
		one    [1]int
	)
	row := func(i int) []F { return buffer[i*width : (i+1)*width] }
	read := func(i int) error {
		if i == held {
			buffer = slices.Grow(buffer, width)[:(i+1)*width]
		}
		err := next(row(i))
		if err == nil && i == held {
			held++
		}
		return err
	}
	fill := func() error {
		for held < rows {
			if err := read(held); err == io.EOF {
				// All rows are here: they change places as they do in memory.
				order, err = o.Permutation(held)
				return err
			} else if err != nil {
				return err
			}
		}
		return nil
	}
	return func(dst []F) error {
		if rng == nil {
			rng = rand.New(rand.NewPCG(o.Seed, o.Pass))
			failed = fill()
		}
		switch {
		case failed != nil && failed != io.EOF:
			return failed
		case order != nil:
			if order.Rows(one[:], at) == 0 {
				return io.EOF
			}
			copy(dst, row(one[0]))
			at++
			return nil
		case held == 0:
			return io.EOF
		}
		i := rng.IntN(held)
		copy(dst, row(i))
		if failed == nil {
			failed = read(i)
		}
		if failed == io.EOF {
			held--
			copy(row(i), row(held))
		}
		return nil // an error of the row that was to follow comes with the next call
	}
}

// shuffledBatches gives the rows of each batch in another order, the one that
// [data.Order.Permutation] gives them.
func shuffledBatches[F float32 | float64](next func([]F) error, width, size int, o data.Order) func([]F) error {
	rng := rand.New(rand.NewPCG(o.Seed, o.Pass))
	var buffer []F
	var order []int
	at := 0
	return func(dst []F) error {
		if at == len(order) {
			n := 0
			for ; n < size; n++ {
				buffer = slices.Grow(buffer[:n*width], width)[:(n+1)*width]
				if err := next(buffer[n*width:]); err == io.EOF {
					break
				} else if err != nil {
					return err
				}
			}
			if n == 0 {
				return io.EOF
			}
			order, at = slices.Grow(order[:0], n)[:n], 0
			for i := range order {
				order[i] = i
			}
			rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		copy(dst, buffer[order[at]*width:(order[at]+1)*width])
		at++
		return nil
	}
}
