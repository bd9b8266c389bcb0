//go:build amd64 && !noasm

package kernel

import "unsafe"

//go:generate go run -C gen/near . -out ../../near_amd64.s -stubs ../../near_stubs_amd64.go -pkg kernel

// The arguments of the kernels; the generator knows the offsets.
type boxArgs struct {
	cols  int
	q     unsafe.Pointer
	boxes unsafe.Pointer
	out   unsafe.Pointer
}

type nearRowsArgs struct {
	cols   int
	q      unsafe.Pointer
	boxes  unsafe.Pointer
	masks  unsafe.Pointer
	panels unsafe.Pointer
	bytes  int // of a panel
	limit  float32
	hits   int
	away   unsafe.Pointer
}

type belowArgs struct {
	cols, tiles                         int
	queries, panel, norms, limits, mask unsafe.Pointer
}

func vectorBoxes(out *[Fan]float32, q, boxes []float32) bool {
	if active == Generic {
		return false
	}
	a := boxArgs{len(q), unsafe.Pointer(&q[0]), unsafe.Pointer(&boxes[0]), unsafe.Pointer(out)}
	if active == AVX512 {
		nearBoxesAVX512((*byte)(unsafe.Pointer(&a)))
	} else {
		nearBoxesAVX2((*byte)(unsafe.Pointer(&a)))
	}
	return true
}

func vectorNearRows(near *Near, q, boxes, panels []float32, limit float32) (hits uint32, ok bool) {
	if active == Generic {
		return 0, false
	}
	a := nearRowsArgs{len(q), unsafe.Pointer(&q[0]), unsafe.Pointer(&boxes[0]), unsafe.Pointer(&near.Masks), unsafe.Pointer(&panels[0]), 4 * len(q) * PanelRows, limit, 0, unsafe.Pointer(&near.Away)}
	if active == AVX512 {
		nearRowsAVX512((*byte)(unsafe.Pointer(&a)))
	} else {
		nearRowsAVX2((*byte)(unsafe.Pointer(&a)))
	}
	return uint32(a.hits), true
}

func vectorBelow(masks []uint32, queries []float32, cols int, panel, norms, limits []float32) bool {
	if active == Generic {
		return false
	}
	a := belowArgs{cols, len(limits) / BelowRows(), unsafe.Pointer(&queries[0]), unsafe.Pointer(&panel[0]), unsafe.Pointer(&norms[0]), unsafe.Pointer(&limits[0]), unsafe.Pointer(&masks[0])}
	if active == AVX512 {
		nearBelowAVX512((*byte)(unsafe.Pointer(&a)))
	} else {
		nearBelowAVX2((*byte)(unsafe.Pointer(&a)))
	}
	return true
}
