package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
)

// None stands for an explicit 0 in whole-number fields where 0 means a default
// other than 0, such as the sizes of [ZeroPadding1D].
const None = -1

// Cropping1D cuts timesteps off, so many at the start and at the end: (n, T, d)
// to (n, T-start-end, d). The zero Cropping is Keras's {1, 1}. It drops masks.
type Cropping1D struct {
	Cropping [2]int // {1, 1} if zero; [None] for 0 on both sides
	Name     string
}

// Cropping2D cuts rows {top, bottom} and columns {left, right} off images:
// (n, rows, columns, channels).
type Cropping2D struct {
	Cropping [2][2]int
	Name     string
}

// ZeroPadding1D adds timesteps of zeros, so many at the start and at the end:
// (n, T, d) to (n, T+start+end, d). The zero Padding is Keras's {1, 1}. It
// drops masks.
type ZeroPadding1D struct {
	Padding [2]int // {1, 1} if zero; [None] for 0 on both sides
	Name    string
}

// ZeroPadding2D adds rows {top, bottom} and columns {left, right} of zeros to
// images: (n, rows, columns, channels). The zero Padding is Keras's, 1 on each
// side.
type ZeroPadding2D struct {
	Padding [2][2]int // 1 on each side if zero; [None] for 0 on all sides
	Name    string
}

// Class implements [Layer].
func (Cropping1D) Class() string { return "Cropping1D" }

// Class implements [Layer].
func (Cropping2D) Class() string { return "Cropping2D" }

// Class implements [Layer].
func (ZeroPadding1D) Class() string { return "ZeroPadding1D" }

// Class implements [Layer].
func (ZeroPadding2D) Class() string { return "ZeroPadding2D" }

// GivenName implements [Layer].
func (l Cropping1D) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l Cropping2D) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l ZeroPadding1D) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l ZeroPadding2D) GivenName() string { return l.Name }

// Build implements [Single].
func (l Cropping1D) Build(in []int) (Built, error) { return l.borders().build("cropping", in) }

// Build implements [Single].
func (l Cropping2D) Build(in []int) (Built, error) { return l.borders().build("cropping", in) }

// Build implements [Single].
func (l ZeroPadding1D) Build(in []int) (Built, error) { return l.borders().build("padding", in) }

// Build implements [Single].
func (l ZeroPadding2D) Build(in []int) (Built, error) { return l.borders().build("padding", in) }

// Apply implements [Single].
func (l Cropping1D) Apply(c Call) (*engine.Tensor, error) { return c.moveBorders(l.borders()) }

// Apply implements [Single].
func (l Cropping2D) Apply(c Call) (*engine.Tensor, error) { return c.moveBorders(l.borders()) }

// Apply implements [Single].
func (l ZeroPadding1D) Apply(c Call) (*engine.Tensor, error) { return c.moveBorders(l.borders()) }

// Apply implements [Single].
func (l ZeroPadding2D) Apply(c Call) (*engine.Tensor, error) { return c.moveBorders(l.borders()) }

func (l Cropping1D) borders() borders {
	return borders{sides: orOnes([][2]int{l.Cropping}), sign: -1}
}

func (l Cropping2D) borders() borders { return borders{sides: l.Cropping[:], sign: -1} }

func (l ZeroPadding1D) borders() borders {
	return borders{sides: orOnes([][2]int{l.Padding}), sign: 1}
}

func (l ZeroPadding2D) borders() borders { return borders{sides: orOnes(l.Padding[:]), sign: 1} }

// orOnes replaces sides that are all zero by ones, and None by 0.
func orOnes(sides [][2]int) [][2]int {
	sides = slices.Clone(sides)
	zero := true
	for _, s := range sides {
		zero = zero && s == [2]int{}
	}
	for i := range sides {
		for j, n := range sides[i] {
			switch {
			case zero:
				sides[i][j] = 1
			case n == None:
				sides[i][j] = 0
			}
		}
	}
	return sides
}

// borders are added, sign 1, or cut off, sign -1, at both ends of the axes of a
// sequence or an image.
type borders struct {
	sides [][2]int
	sign  int
}

func (b borders) build(what string, in []int) (Built, error) {
	if err := checkAxes(in, len(b.sides)); err != nil {
		return Built{}, err
	}
	out := slices.Clone(in)
	for i, s := range b.sides {
		if s[0] < 0 || s[1] < 0 {
			return Built{}, fmt.Errorf("expected a %s of at least 0, got %v", what, s)
		}
		if out[i] += b.sign * (s[0] + s[1]); out[i] < 1 {
			return Built{}, fmt.Errorf("expected a %s that leaves something of axis %d, got %v for shape %v", what, i, s, in)
		}
	}
	return Built{Out: out}, nil
}

func (c Call) moveBorders(b borders) (*engine.Tensor, error) {
	axes := make([][]int, 0, len(c.Input.Shape)-1)
	for i, n := range c.Input.Shape[1:] {
		if i >= len(b.sides) {
			axes = append(axes, indices(0, n))
			continue
		}
		s := b.sides[i]
		if b.sign < 0 {
			axes = append(axes, indices(s[0], n-s[1]))
			continue
		}
		none := []int{-1}
		axes = append(axes, slices.Concat(slices.Repeat(none, s[0]), indices(0, n), slices.Repeat(none, s[1])))
	}
	return c.rearranged(c.Input, axes, inOrder(c.Input))
}
