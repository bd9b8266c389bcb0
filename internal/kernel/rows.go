package kernel

// AddBias adds the vector bias to every row of the (rows, len(bias)) matrix y.
// That is a rank-one update, with a column of ones.
func AddBias[T Float](y, bias []T) {
	n := len(bias)
	if n == 0 {
		return
	}
	s := scratches.borrow()
	ones, _ := panels[T](s)
	ones = ones[:tileRows]
	for i := range ones {
		ones[i] = 1
	}
	for rows := len(y) / n; rows > 0; rows -= tileRows {
		m := min(rows, tileRows)
		rankOnes(m, n, 1, ones, 1, bias, n, y, n)
		y = y[m*n:]
	}
	scratches.giveBack(s)
}

// ColSum sets sum to the sums over the rows of the (rows, len(sum)) matrix x,
// taken from the first row to the last.
func ColSum[T Float](sum, x []T) {
	n := len(sum)
	clear(sum)
	if n == 0 {
		return
	}
	// The product of a row of ones, one number at stride 0, and x.
	if tileGemm(1, n, len(x)/n, one[T](), 0, 0, false, x, n, sum, n, epilogue[T]{}) {
		return
	}
	for ; len(x) >= 4*n; x = x[4*n:] {
		x0, x1, x2, x3 := x[:n], x[n:][:n], x[2*n:][:n], x[3*n:][:n]
		for j, s := range sum {
			sum[j] = s + x0[j] + x1[j] + x2[j] + x3[j]
		}
	}
	for ; len(x) >= n; x = x[n:] {
		for j, v := range x[:n] {
			sum[j] += v
		}
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

// Add adds x to y, element by element.
func Add[T Float](y, x []T) {
	x = x[:len(y)]
	if vectorAdd(y, x) {
		return
	}
	for i, v := range x {
		y[i] += v
	}
}

// Multiply sets y to a·b, element by element.
func Multiply[T Float](y, a, b []T) {
	y, b = y[:len(a)], b[:len(a)]
	if vectorMultiply(y, a, b) {
		return
	}
	for i, v := range a {
		y[i] = v * b[i]
	}
}

var (
	one32 = []float32{1}
	one64 = []float64{1}
)

// one returns the number 1 in memory that stays.
func one[T Float]() []T {
	var s []T
	switch p := any(&s).(type) {
	case *[]float32:
		*p = one32
	case *[]float64:
		*p = one64
	}
	return s
}
