//go:build !amd64 || noasm

package kernel

func tileGemms[T Float](p products, form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, e epilogue[T]) bool {
	return false
}
