package kernel

// Axis says how windows lie on one axis of an array: place i of Size in the
// window of output o looks at input o·Stride - Before + i·Dilation. What falls
// outside of the In inputs is padding.
type Axis struct {
	In, Out          int
	Size             int
	Stride, Dilation int
	Before           int // padding in front of the first input
}

// Padding says how far windows reach beyond the ends of an axis.
type Padding int

// Keras's paddings: none; as much as it takes for ceil(In/Stride) outputs, the
// odd one behind; only in front, so that no output looks ahead.
const (
	Valid Padding = iota
	Same
	Causal
)

// NewAxis lays windows as Keras does. Out is below 1 where a window does not
// fit between the ends.
func NewAxis(in, size, stride, dilation int, p Padding) Axis {
	a := Axis{In: in, Size: size, Stride: stride, Dilation: dilation}
	reach := (size - 1) * dilation
	switch p {
	case Same:
		a.Out = ceilDiv(in, stride)
		a.Before = max(a.extent()-in, 0) / 2
	case Causal:
		a.Out = ceilDiv(in, stride)
		a.Before = reach
	default:
		a.Out = (in - reach - 1 + stride) / stride // rounds towards 0, so never above what fits
	}
	return a
}

// extent is how many inputs the windows reach over, padding included.
func (a Axis) extent() int { return (a.Out-1)*a.Stride + (a.Size-1)*a.Dilation + 1 }

// padded reports whether a window reaches into padding.
func (a Axis) padded() bool { return a.Before > 0 || a.extent() > a.In }

// at returns the input that place i of the window of output o looks at.
func (a Axis) at(o, i int) int { return o*a.Stride - a.Before + i*a.Dilation }

// outputs returns the outputs [lo,hi) whose place i looks at one of the inputs
// [from,to). There are none where lo >= hi.
func (a Axis) outputs(i, from, to int) (lo, hi int) {
	first := a.at(0, i)
	return ceilDiv(max(from-first, 0), a.Stride), min(ceilDiv(max(to-first, 0), a.Stride), a.Out)
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// real returns how many places of the window of output o, which has no holes,
// look at inputs.
func (a Axis) real(o int) int { return min(a.at(o, a.Size), a.In) - max(a.at(o, 0), 0) }
