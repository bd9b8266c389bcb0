package kernel

// TransposedAxis lays windows as Keras does for a transposed convolution of an
// axis of so many inputs: windows on its outputs, one for each input. extra is
// how many outputs there are beyond the fewest, below stride, or -1 for Keras's
// choice: with Same in·stride outputs, otherwise all that the windows and the
// stride reach. In is below 1 where there would be no output.
func TransposedAxis(in, size, stride, dilation, extra int, p Padding) Axis {
	a := Axis{Out: in, Size: size, Stride: stride, Dilation: dilation}
	reach := (size-1)*dilation + 1
	if p == Valid {
		if extra < 0 {
			extra = max(stride-reach, 0)
		}
		a.In = (in-1)*stride + reach + extra
		return a
	}
	around := stride + reach - 2 // padding of the inputs, stride apart
	if extra >= 0 {
		around = reach + reach%2 - 2 + extra
	}
	front := min(around/2+around%2, reach-1)
	a.Before = reach - 1 - front
	a.In = (in-1)*stride + 2 + around - reach
	return a
}
