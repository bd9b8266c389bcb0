package layer

import (
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/tensor"
)

// einsum is the equation of an [EinsumDense] for samples of a shape. Each axis
// has a letter; those of an ellipsis have digits and the like.
type einsum struct {
	x, w, y []rune // axes of input, kernel and output; x[0] and y[0] are the batch
	sizes   map[rune]int
	bias    []int // shape of the bias, nil for none
}

// newEinsum reads an equation. sizes holds 1 for the batch.
func newEinsum(equation string, in, out []int, biasAxes string) (e einsum, err error) {
	fail := func() (einsum, error) {
		return e, fmt.Errorf(`expected an equation such as "abc,cd->abd", "...x,xy->...y" or "ab...,bc->ac...", got %q`, equation)
	}
	inputs, result, ok := strings.Cut(equation, "->")
	x, w, both := strings.Cut(inputs, ",")
	if !ok || !both {
		return fail()
	}
	const dots = "..."
	left := strings.HasPrefix(x, dots) && strings.HasPrefix(result, dots)
	right := !left && strings.HasSuffix(x, dots) && strings.HasSuffix(result, dots)
	if left || right {
		x, result = strings.Replace(x, dots, "", 1), strings.Replace(result, dots, "", 1)
	}
	e.x, e.w, e.y = []rune(x), []rune(w), []rune(result)
	for _, term := range [][]rune{e.x, e.w, e.y} {
		for i, r := range term {
			if (r|0x20) < 'a' || (r|0x20) > 'z' || slices.Contains(term[:i], r) {
				return fail()
			}
		}
		if len(term) == 0 {
			return fail()
		}
	}
	hidden := len(in) + 1 - len(e.x)
	if hidden < 0 || !left && !right && hidden > 0 || left && hidden == 0 {
		return e, fmt.Errorf("expected samples whose axes fit equation %q, got shape %v", equation, in)
	}
	named := e.y
	var ellipsis []rune
	for i := range hidden {
		ellipsis = append(ellipsis, rune(i))
	}
	if left {
		e.x, e.y = slices.Concat(ellipsis, e.x), slices.Concat(ellipsis, e.y)
	} else {
		e.x, e.y = append(e.x, ellipsis...), append(e.y, ellipsis...)
		named = named[1:]
	}
	if e.x[0] != e.y[0] || slices.Contains(e.w, e.x[0]) {
		return e, fmt.Errorf("expected the batch axis in front of input and output, and not in the kernel, got equation %q", equation)
	}
	if len(out) != len(named) {
		return e, fmt.Errorf("expected an output shape of %d axes for equation %q, got %v", len(named), equation, out)
	}
	e.sizes = map[rune]int{}
	for i, r := range e.x {
		e.sizes[r] = slices.Concat([]int{1}, in)[i]
	}
	for i, r := range named {
		size, known := e.sizes[r]
		switch {
		case known && (out[i] == 0 || out[i] == size):
		case known:
			return e, fmt.Errorf("expected size %d of axis %q of the output, as that of the input, got %d", size, r, out[i])
		case !slices.Contains(e.w, r):
			return e, fmt.Errorf("axis %q of the output is neither one of the input nor one of the kernel", r)
		case out[i] < 1:
			return e, fmt.Errorf("expected a size of at least 1 of axis %q of the output, got %d", r, out[i])
		default:
			e.sizes[r] = out[i]
		}
	}
	for _, r := range e.w {
		if e.sizes[r] == 0 {
			return e, fmt.Errorf("axis %q of the kernel is neither one of the input nor one of the output", r)
		}
	}
	return e, e.readBias(biasAxes, named)
}

// readBias sets the shape of the bias: from its first axis on, 1 along the
// axes that it lacks.
func (e *einsum) readBias(axes string, named []rune) error {
	for _, r := range axes {
		if !slices.Contains(named, r) {
			return fmt.Errorf("axis %q of the bias is none of the output", r)
		}
	}
	for _, r := range e.y {
		switch {
		case strings.ContainsRune(axes, r):
			e.bias = append(e.bias, e.sizes[r])
		case e.bias != nil:
			e.bias = append(e.bias, 1)
		}
	}
	return nil
}

// shape returns the sizes of some axes.
func (e einsum) shape(axes []rune) tensor.Shape {
	shape := tensor.Shape{}
	for _, r := range axes {
		shape = append(shape, e.sizes[r])
	}
	return shape
}

// which returns the axes of one array for which each of some others says that
// it has them or, false, that it does not.
func which(axes, a []rune, inA bool, b []rune, inB bool) (all []rune) {
	for _, r := range axes {
		if slices.Contains(a, r) == inA && slices.Contains(b, r) == inB {
			all = append(all, r)
		}
	}
	return all
}

// places returns where some axes are among others.
func places(of, among []rune) []int {
	at := make([]int, len(of))
	for i, r := range of {
		at[i] = slices.Index(among, r)
	}
	return at
}
