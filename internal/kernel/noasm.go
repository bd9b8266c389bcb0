//go:build !amd64 || noasm

package kernel

const haveAssembly = false

func tileGemm[T Float](m, n, k int, a []T, rsa, csa int, transposed bool, b []T, ldb int, c []T, ldc int, e epilogue[T]) bool {
	return false
}

func vectorReluGrad[T Float](dz, dy, y []T) int { return 0 }

func vectorAdam[T Float](w, g, m, v []T, c [5]T) int { return 0 }

func vectorSGD[T Float](w, g []T, f T) int { return 0 }

func vectorDots[T Float](rows, k int, a []T, lda int, x, y []T, ldy int) bool { return false }

func vectorAdd[T Float](y, x []T) int { return 0 }

func panelWidth[T Float]() int { return 0 }

func wantsPanels[T Float](form Form, m, n, k int) bool { return false }

func packPanel[T Float](panel []T, width int, form Form, b []T, ldb, k, from, to int) {}

func tilePanels[T Float](m, from, to, k int, a []T, rsa, csa int, panels []T, c []T, ldc int, e epilogue[T]) {
}
