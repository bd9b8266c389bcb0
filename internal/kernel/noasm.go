//go:build !amd64 || noasm

package kernel

const haveAssembly = false

const maxTileRows = 14

func tileGemm[T Float](m, n, k int, a []T, rsa, csa int, transposed bool, b []T, ldb int, c []T, ldc int, e epilogue[T]) bool {
	return false
}

func vectorGather[T Float](dst, src []T, width int, rows []int, near [2][]T) bool { return false }

func vectorDots[T Float](rows, k int, a []T, lda int, x, y []T, ldy int) bool { return false }

func panelWidth[T Float]() int { return 0 }

func wantsPanels[T Float](form Form, m, n, k int) bool { return false }

func packPanel[T Float](panel []T, width int, form Form, b []T, ldb, k, from, to int) {}

func tilePanels[T Float](m, from, to, k int, a []T, rsa, csa int, panels []T, c []T, ldc int, e epilogue[T]) {
}

func vectorActivate[T Float](act Activation, y, z []T) bool { return false }

func vectorActivateGrad[T Float](act Activation, dz, dy, of []T) bool { return false }

func vectorLog[T Float](y, x []T) bool { return false }

func vectorLog1p[T Float](y, x []T) bool { return false }

func vectorErf[T Float](y, x []T) bool { return false }

func vectorAdd[T Float](y, x []T) bool { return false }

func vectorMultiply[T Float](y, u, v []T) bool { return false }

func vectorBlend[T Float](r, x []T, old, fresh T) bool { return false }

func vectorSGD[T Float](w, g []T, f T) bool { return false }

func vectorMomentum[T Float](w, g, v []T, f, mu T, nesterov bool) bool { return false }

func vectorAdam[T Float](w, g, m, v, vmax []T, c [6]T) bool { return false }

func vectorRMSprop[T Float](w, g, v, mean, b []T, c [6]T) bool { return false }

func vectorRowwise[T Float](act RowActivation, n int, y, z []T) bool { return false }

func vectorRowwiseGrad[T Float](act RowActivation, n int, dz, dy, y []T) bool { return false }

func vectorSoftmaxLoss[T Float](k SoftmaxCE[T], loss, pred, target []T) bool { return false }

func vectorSoftmaxGrad[T Float](k SoftmaxCE[T], dpred, pred, target, g []T) bool { return false }

func vectorCategoricalLoss[T Float](k CategoricalCE[T], loss, pred, target []T) bool { return false }

func vectorCategoricalGrad[T Float](k CategoricalCE[T], dpred, pred, target, g []T) bool {
	return false
}

func vectorMeanLoss[T Float](which meanLoss, n int, smoothing float64, loss, pred, target []T) bool {
	return false
}

func vectorMeanGrad[T Float](which meanLoss, n int, smoothing float64, dpred, pred, target, g []T) bool {
	return false
}

func vectorDropout[T Float](mask []T, key, offset uint64, value T, limit uint64) bool { return false }

func vectorColumnSums[T Float](sum []float64, x, mean []T) bool { return false }

func vectorNormalize[T Float](y, x, mean, inv, gamma, beta []T) bool { return false }

func vectorNormalizeSums[T Float](dgamma, dbeta, dy, x, mean, inv []T) bool { return false }

func vectorNormalizeGrad[T Float](dx, dgamma, dbeta, dy, x, mean, gamma, inv []T) bool { return false }
