package kernel

import "fmt"

// Embed copies to the rows [lo,hi) of y, each of size elements, the rows of a
// table that the numbers in x name. It panics with an error if a number is no
// row of the table.
func Embed[T Float](lo, hi, size int, y, x, table []T) {
	rows := len(table) / size
	for i, v := range x[lo:hi] {
		if !(v >= 0 && v < T(rows)) || T(int(v)) != v {
			panic(fmt.Errorf("expected whole numbers from 0 to %d as indices, got %v", rows-1, v))
		}
		copy(y[(lo+i)*size:][:size], table[int(v)*size:])
	}
}

// EmbedGrad computes the columns [lo,hi) of the gradient of a table, whose rows
// have size elements, from that of y. It adds up in the order of x.
func EmbedGrad[T Float](lo, hi, size int, dtable, dy, x []T) {
	if hi-lo == size {
		clear(dtable)
	} else {
		for at := lo; at < len(dtable); at += size {
			clear(dtable[at:][:hi-lo])
		}
	}
	for i, v := range x {
		Add(dtable[int(v)*size+lo:][:hi-lo], dy[i*size+lo:])
	}
}
