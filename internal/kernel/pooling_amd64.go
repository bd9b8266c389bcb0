//go:build amd64 && !noasm

package kernel

import "unsafe"

//go:generate go run -C gen/pooling . -out ../../pooling_amd64.s -stubs ../../pooling_stubs_amd64.go -pkg kernel

// poolArgs are what a pooling kernel reads; the generator knows the offsets.
type poolArgs[T Float] struct {
	pixels, whole int // whole vectors of a pixel
	mask          uintptr
	x             unsafe.Pointer
	xStep         int // bytes
	y             unsafe.Pointer
	yStep         int // bytes, of places too
	places        unsafe.Pointer
	place         T
}

// vectorMaxPool moves what is larger in a stretch of x to y, and its place to
// places. It reports whether there is assembly for that.
func vectorMaxPool[T Float](g *Pool, s stretch, y, places, x []T) bool {
	if active == Generic {
		return false
	}
	a, double := poolArguments(g, s, y, places, x)
	args := (*byte)(unsafe.Pointer(&a))
	switch {
	case active == AVX2 && double:
		maxPoolF64AVX2(args)
	case active == AVX2:
		maxPoolF32AVX2(args)
	case double:
		maxPoolF64AVX512(args)
	default:
		maxPoolF32AVX512(args)
	}
	return true
}

// vectorMaxPoolGrad adds dy to a stretch of dx, where places says so.
func vectorMaxPoolGrad[T Float](g *Pool, s stretch, dx, dy, places []T) bool {
	if active == Generic {
		return false
	}
	a, double := poolArguments(g, s, dy, places, dx)
	args := (*byte)(unsafe.Pointer(&a))
	switch {
	case active == AVX2 && double:
		maxPoolGradF64AVX2(args)
	case active == AVX2:
		maxPoolGradF32AVX2(args)
	case double:
		maxPoolGradF64AVX512(args)
	default:
		maxPoolGradF32AVX512(args)
	}
	return true
}

func poolArguments[T Float](g *Pool, s stretch, y, places, x []T) (a poolArgs[T], double bool) {
	vec, double := lanes[T]()
	size := int(unsafe.Sizeof(a.place))
	return poolArgs[T]{
		pixels: s.pixels, whole: g.Channels / vec, mask: maskOf(g.Channels%vec, size),
		x: unsafe.Pointer(&x[0]), xStep: g.step() * size,
		y: unsafe.Pointer(&y[0]), yStep: g.Channels * size, places: unsafe.Pointer(&places[0]), place: T(s.place),
	}, double
}
