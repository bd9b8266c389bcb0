package kernel

// AddBias adds the vector bias to every row of the (rows, len(bias)) matrix y.
func AddBias[T Float](y, bias []T) {
	n := len(bias)
	for len(y) >= n && n > 0 {
		row := y[:n]
		for j, b := range bias {
			row[j] += b
		}
		y = y[n:]
	}
}

// ColSum sets sum to the sums over the rows of the (rows, len(sum)) matrix x,
// taken from the first row to the last.
func ColSum[T Float](sum, x []T) {
	n := len(sum)
	clear(sum)
	for len(x) >= n && n > 0 {
		for j, v := range x[:n] {
			sum[j] += v
		}
		x = x[n:]
	}
}

// Dot returns the sum of x[i]*y[i] in float64, in order. It is meant for
// short reports such as a batch's weighted loss, where digits matter.
func Dot[T Float](x, y []T) float64 {
	var s float64
	for i, v := range x {
		s += float64(v) * float64(y[i])
	}
	return s
}

// Multiply sets y to a·b, element by element.
func Multiply[T Float](y, a, b []T) {
	for i, v := range a {
		y[i] = v * b[i]
	}
}
