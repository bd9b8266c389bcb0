package constraint

import (
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

const (
	epsilon = 1e-7 // Keras's, in the divisor
	maxAxes = 8
)

var first = []int{0}

func checkAxes(axes, shape []int) error {
	if len(shape) > maxAxes {
		return fmt.Errorf("constraint: expected at most %d axes, got shape %v", maxAxes, shape)
	}
	seen := [maxAxes]bool{}
	for _, a := range axes {
		if a < 0 || a >= len(shape) {
			return fmt.Errorf("constraint: expected axes from 0 to %d, got %d", len(shape)-1, a)
		}
		if seen[a] {
			return fmt.Errorf("constraint: axis %d twice", a)
		}
		seen[a] = true
	}
	return nil
}

// rescale brings the norms of the vectors along some axes of w between least
// and most, going only a share of the way, rate.
func rescale(w *tensor.Dense, axes []int, least, most, rate float64) {
	if axes == nil {
		axes = first
	}
	if w.Dtype() == tensor.Float32 {
		rescaleEach(w.Float32s(), w.Shape(), axes, least, most, rate)
	} else {
		rescaleEach(w.Float64s(), w.Shape(), axes, least, most, rate)
	}
}

func rescaleEach[T kernel.Float](w []T, shape, axes []int, least, most, rate float64) {
	// The walk's axes come in two groups: those along a vector, and the others.
	var along, across walk
	stride := 1
	for a := len(shape) - 1; a >= 0; a-- {
		group := &across
		for _, v := range axes {
			if v == a {
				group = &along
			}
		}
		group.add(shape[a], stride)
		stride *= shape[a]
	}
	for i := range across.size() {
		from := across.at(i)
		var squares float64
		for j := range along.size() {
			v := float64(w[from+along.at(j)])
			squares += v * v
		}
		norm := math.Sqrt(squares)
		factor := T((rate*min(max(norm, least), most) + (1-rate)*norm) / (epsilon + norm))
		for j := range along.size() {
			w[from+along.at(j)] *= factor
		}
	}
}

// walk is a walk over some axes of an array, the last ones first.
type walk struct {
	n             int
	sizes, stride [maxAxes]int
}

func (k *walk) add(size, stride int) {
	k.sizes[k.n], k.stride[k.n] = size, stride
	k.n++
}

func (k *walk) size() int {
	n := 1
	for _, s := range k.sizes[:k.n] {
		n *= s
	}
	return n
}

// at returns the place of element i in memory.
func (k *walk) at(i int) int {
	place := 0
	for a, s := range k.sizes[:k.n] {
		place += i % s * k.stride[a]
		i /= s
	}
	return place
}
