//go:build !amd64 || noasm

package kernel

func vectorBoxes(out *[Fan]float32, q, boxes []float32) bool { return false }

func vectorNearRows(near *Near, q, boxes, panels []float32, limit float32) (hits uint32, ok bool) {
	return 0, false
}

func vectorBelow(masks []uint32, queries []float32, cols int, panel, norms, limits []float32) bool {
	return false
}
