package op

import (
	"unsafe"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Arena lends memory for the outputs of operations whose lifetimes do not
// overlap. The zero value is ready for use. It gives each output the smallest
// block that is free and large enough.
type Arena struct {
	free  []Block
	bytes int
}

// Block is memory of an [Arena], in words so that any number fits.
type Block []uint64

// Bytes returns how much memory there is, lent or free.
func (a *Arena) Bytes() int { return a.bytes }

// Release takes a block back that nobody will read before writing to it. What
// lies in it is of no use to the next borrower.
func (a *Arena) Release(b Block) {
	if b != nil {
		a.free = append(a.free, b)
	}
}

func (a *Arena) borrow(bytes int) Block {
	words, best := (bytes+7)/8, -1
	for i, b := range a.free {
		if len(b) >= words && (best < 0 || len(b) < len(a.free[best])) {
			best = i
		}
	}
	if best < 0 {
		a.bytes += 8 * words
		return make(Block, words)
	}
	b := a.free[best]
	a.free = append(a.free[:best], a.free[best+1:]...)
	return b
}

// viewOf returns the first n numbers of a block.
func viewOf[T kernel.Float](b Block, n int) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
}
