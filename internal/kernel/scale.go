package kernel

// Scale sets y to s·x.
func Scale[T Float](y, x []T, s T) {
	for i, v := range x {
		y[i] = s * v
	}
}
