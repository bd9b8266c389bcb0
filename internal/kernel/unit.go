package kernel

// UnitRows sets each row, of n elements, of y to that of x divided by its
// length, or by eps where that is more.
func UnitRows[T Float](y, x []T, n int, eps float64) {
	for ; len(x) >= n && n > 0; x, y = x[n:], y[n:] {
		f := T(1 / sqrt(max(Dot(x[:n], x[:n]), eps*eps)))
		for j, v := range x[:n] {
			y[j] = v * f
		}
	}
}

// UnitRowsGrad sets dx to the gradient of x in [UnitRows], which gave y.
func UnitRowsGrad[T Float](dx, dy, x, y []T, n int, eps float64) {
	for ; len(x) >= n && n > 0; x, y, dx, dy = x[n:], y[n:], dx[n:], dy[n:] {
		square := Dot(x[:n], x[:n])
		f, along := T(1/sqrt(max(square, eps*eps))), T(0)
		if square > eps*eps {
			along = T(Dot(dy[:n], y[:n]))
		}
		for j, v := range y[:n] {
			dx[j] = f * (dy[j] - along*v)
		}
	}
}
