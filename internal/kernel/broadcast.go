package kernel

// Broadcast sets y to x, repeated along the axes where its shape has 1 and
// that of y has more. Both shapes have as many axes.
func Broadcast[T Float](y, x []T, yShape, xShape []int) {
	eachBroadcast(yShape, xShape, func(at, from, n int, one bool) {
		if !one {
			copy(y[at:at+n], x[from:])
			return
		}
		for i, v := at, x[from]; i < at+n; i++ {
			y[i] = v
		}
	})
}

// BroadcastGrad sets dx to the sums of dy over what [Broadcast] repeated.
func BroadcastGrad[T Float](dx, dy []T, yShape, xShape []int) {
	clear(dx)
	eachBroadcast(yShape, xShape, func(at, to, n int, one bool) {
		if !one {
			Add(dx[to:to+n], dy[at:])
			return
		}
		for _, v := range dy[at : at+n] {
			dx[to] += v
		}
	})
}

// eachBroadcast visits the rows of y along its last axis, in order: row at of
// n elements comes from so many elements of x, or from one.
func eachBroadcast(yShape, xShape []int, visit func(at, from, n int, one bool)) {
	last := len(yShape) - 1
	n, one := yShape[last], xShape[last] != yShape[last]
	rows := 1
	for _, s := range yShape[:last] {
		rows *= s
	}
	for row := range rows {
		from, stride, rest := 0, xShape[last], row
		for axis := last - 1; axis >= 0; axis-- {
			if xShape[axis] != 1 {
				from += rest % yShape[axis] * stride
			}
			rest /= yShape[axis]
			stride *= xShape[axis]
		}
		visit(row*n, from, n, one)
	}
}
