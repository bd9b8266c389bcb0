//go:build !noasm

package kernel

import (
	"fmt"
	"slices"
	"testing"
)

// pieces are the updates whose bits must not depend on where in a slice an
// element stands. x holds five slices; the first is changed, and others may be.
func pieces[T Float]() map[string]func(x [5][]T) {
	return map[string]func(x [5][]T){
		"add":               func(x [5][]T) { Add(x[0], x[1]) },
		"multiply":          func(x [5][]T) { Multiply(x[0], x[1], x[2]) },
		"blend":             func(x [5][]T) { Blend(x[0], x[1], 0.9) },
		"sgd":               func(x [5][]T) { SGD(x[0], x[1], 0.5, 0.1) },
		"momentum":          func(x [5][]T) { Momentum(x[0], x[1], x[2], 0.5, 0.1, 0.9, false) },
		"nesterov":          func(x [5][]T) { Momentum(x[0], x[1], x[2], 0.5, 0.1, 0.9, true) },
		"adam":              func(x [5][]T) { Adam(x[0], x[1], x[2], x[3], nil, 0.5, 0.1, 0.9, 0.99, 1e-7) },
		"amsgrad":           func(x [5][]T) { Adam(x[0], x[1], x[2], x[3], x[4], 0.5, 0.1, 0.9, 0.99, 1e-7) },
		"rmsprop":           func(x [5][]T) { RMSprop(x[0], x[1], x[2], nil, nil, 0.5, 0.1, 0.9, 0.8, 1e-7) },
		"rmsprop centered":  func(x [5][]T) { RMSprop(x[0], x[1], x[2], x[3], nil, 0.5, 0.1, 0.9, 0.8, 1e-7) },
		"rmsprop momentum":  func(x [5][]T) { RMSprop(x[0], x[1], x[2], nil, x[4], 0.5, 0.1, 0.9, 0.8, 1e-7) },
		"rmsprop with both": func(x [5][]T) { RMSprop(x[0], x[1], x[2], x[3], x[4], 0.5, 0.1, 0.9, 0.8, 1e-7) },
	}
}

func TestPieces(t *testing.T) { both(t, testPieces[float32], testPieces[float64]) }

// Plain Go and assembly round alike, so the bits are the same under every set.
func testPieces[T Float](t *testing.T) {
	const n = 67
	fresh := func() (x [5][]T) {
		for i := range x {
			x[i] = random[T](uint64(i), n)
			if i > 1 {
				for j, v := range x[i] {
					x[i][j] = v*v + 1 // v and vmax are not negative
				}
			}
		}
		return x
	}
	for name, f := range pieces[T]() {
		var want [5][]T
		underEachSet(func(s Set) {
			if s == Generic {
				want = fresh()
				f(want)
			}
			for size := range 35 {
				for _, at := range []int{0, 3, n - size} {
					before, got := fresh(), fresh()
					var part [5][]T
					for i := range part {
						part[i] = got[i][at:][:size:size]
					}
					f(part)
					for i := range got {
						expected := slices.Clone(before[i])
						copy(expected[at:][:size], want[i][at:])
						sameBits(t, fmt.Sprintf("%v %s, slice %d", s, name, i), got[i], expected)
					}
				}
			}
		})
	}
}

func TestDropoutUnderEverySet(t *testing.T) {
	for _, offset := range []uint64{0, 1, 2, 1 << 33, 1<<64 - 20, 1<<64 - 5} {
		for n := range 70 {
			got, want := make([]float32, n), make([]float64, n)
			DropoutMask(want, 99, offset, 0.3)
			underEachSet(func(s Set) {
				DropoutMask(got, 99, offset, 0.3)
				sameBits(t, fmt.Sprintf("%v: %d from %d", s, n, offset), got, convert[float32](want))
			})
		}
	}
}

// underEachSet calls f under every set that the machine has, the plain one first.
func underEachSet(f func(s Set)) {
	was := active
	defer func() { active = was }()
	for _, active = range available() {
		f(active)
	}
}

func BenchmarkPieces(b *testing.B) {
	const n = 1 << 14
	var x [5][]float32
	for i := range x {
		x[i] = random[float32](uint64(i), n)
		for j, v := range x[i] {
			x[i][j] = v*v + 1
		}
	}
	for name, f := range pieces[float32]() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f(x)
			}
			b.ReportMetric(n*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "elements/ns")
		})
	}
}
