//go:build amd64 && !noasm

package kernel

import "unsafe"

// rowwiseArgs are what a kernel on rows reads; the generator knows the offsets.
type rowwiseArgs struct {
	rows    int
	vectors int     // whole vectors of a row, 0 where a row fits one
	tail    uintptr // lanes of the last vector
	step    int     // bytes from a row to the next
	p       [5]unsafe.Pointer
	c       [3]float32
}

// rowsOf returns the arguments for rows of n elements, at least one.
func rowsOf(rows, n int, c [3]float32, p [5]unsafe.Pointer) rowwiseArgs {
	vec, _ := lanes[float32]()
	a := rowwiseArgs{rows: rows, step: 4 * n, p: p, c: c}
	if n > vec {
		a.vectors = n / vec
		n %= vec
	}
	a.tail = maskOf(n, 4)
	return a
}

// Each function below does its work by assembly and reports true, or reports
// false where there is none: for float64, and for rows of nothing.

func noRows[T Float](n int) bool { return active == Generic || isDouble[T]() || n == 0 }

func vectorRowwise[T Float](act RowActivation, n int, y, z []T) bool {
	if noRows[T](n) || act != Softmax && act != LogSoftmax {
		return false
	}
	y = y[:len(z)]
	a := rowsOf(len(z)/n, n, [3]float32{}, [5]unsafe.Pointer{data(y), data(z)})
	if act == Softmax {
		softmaxKernel(active, (*byte)(unsafe.Pointer(&a)))
	} else {
		logSoftmaxKernel(active, (*byte)(unsafe.Pointer(&a)))
	}
	return true
}

func vectorRowwiseGrad[T Float](act RowActivation, n int, dz, dy, y []T) bool {
	if noRows[T](n) || act != Softmax && act != LogSoftmax {
		return false
	}
	dz, dy = dz[:len(y)], dy[:len(y)]
	a := rowsOf(len(y)/n, n, [3]float32{}, [5]unsafe.Pointer{data(dz), data(dy), data(y)})
	if act == Softmax {
		softmaxGradKernel(active, (*byte)(unsafe.Pointer(&a)))
	} else {
		logSoftmaxGradKernel(active, (*byte)(unsafe.Pointer(&a)))
	}
	return true
}

// smoothed returns the numbers that make a target of a label where there are so
// many classes, and 1 over the length of a row.
func smoothed(smoothing float64, classes, n int) [3]float32 {
	return [3]float32{float32(1 - smoothing), float32(smoothing / float64(classes)), 1 / float32(n)}
}

func vectorSoftmaxLoss[T Float](k SoftmaxCE[T], loss, pred, target []T) bool {
	if noRows[T](k.N) {
		return false
	}
	pred = pred[:len(loss)*k.N]
	if k.Sparse {
		for r, class := range target[:len(loss)] {
			loss[r] = pred[r*k.N:][:k.N][int(class)]
		}
		a := rowsOf(len(loss), k.N, [3]float32{}, [5]unsafe.Pointer{data(pred), data(loss)})
		softmaxLossSparseKernel(active, (*byte)(unsafe.Pointer(&a)))
		return true
	}
	target = target[:len(pred)]
	a := rowsOf(len(loss), k.N, smoothed(k.Smoothing, k.N, k.N), [5]unsafe.Pointer{data(pred), data(target), data(loss)})
	softmaxLossKernel(active, (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorSoftmaxGrad[T Float](k SoftmaxCE[T], dpred, pred, target, g []T) bool {
	if noRows[T](k.N) {
		return false
	}
	dpred, pred = dpred[:len(g)*k.N], pred[:len(g)*k.N]
	if k.Sparse {
		a := rowsOf(len(g), k.N, [3]float32{}, [5]unsafe.Pointer{data(dpred), data(pred), data(g)})
		softmaxScaledKernel(active, (*byte)(unsafe.Pointer(&a)))
		for r, class := range target[:len(g)] {
			dpred[r*k.N:][:k.N][int(class)] -= g[r]
		}
		return true
	}
	target = target[:len(pred)]
	a := rowsOf(len(g), k.N, smoothed(k.Smoothing, k.N, k.N), [5]unsafe.Pointer{data(dpred), data(pred), data(target), data(g)})
	softmaxLossGradKernel(active, (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorCategoricalLoss[T Float](k CategoricalCE[T], loss, pred, target []T) bool {
	if noRows[T](k.N) {
		return false
	}
	pred = pred[:len(loss)*k.N]
	if k.Sparse {
		for r, class := range target[:len(loss)] {
			loss[r] = pred[r*k.N:][:k.N][int(class)]
		}
		a := rowsOf(len(loss), k.N, [3]float32{}, [5]unsafe.Pointer{data(pred), data(loss)})
		categoricalLossSparseKernel(active, (*byte)(unsafe.Pointer(&a)))
		return true
	}
	target = target[:len(pred)]
	a := rowsOf(len(loss), k.N, smoothed(k.Smoothing, k.N, k.N), [5]unsafe.Pointer{data(pred), data(target), data(loss)})
	categoricalLossKernel(active, (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorCategoricalGrad[T Float](k CategoricalCE[T], dpred, pred, target, g []T) bool {
	if noRows[T](k.N) || k.Sparse {
		return false
	}
	pred = pred[:len(g)*k.N]
	dpred, target = dpred[:len(pred)], target[:len(pred)]
	a := rowsOf(len(g), k.N, smoothed(k.Smoothing, k.N, k.N), [5]unsafe.Pointer{data(dpred), data(pred), data(target), data(g)})
	categoricalLossGradKernel(active, (*byte)(unsafe.Pointer(&a)))
	return true
}

// vectorMeanLoss and its gradient are for the losses that are a mean over a row
// of n predictions.
func vectorMeanLoss[T Float](which meanLoss, n int, smoothing float64, loss, pred, target []T) bool {
	if noRows[T](n) {
		return false
	}
	pred, target = pred[:len(loss)*n], target[:len(loss)*n]
	c := smoothed(smoothing, 2, n)
	flat := elementwise(len(loss), [6]float32{c[0], c[1]}, [5]unsafe.Pointer{data(loss), data(pred), data(target)})
	args, one := (*byte)(unsafe.Pointer(&flat)), n == 1
	a := rowsOf(len(loss), n, c, [5]unsafe.Pointer{data(pred), data(target), data(loss)})
	if !one {
		args = (*byte)(unsafe.Pointer(&a))
	}
	switch {
	case which == sigmoidMean && one:
		sigmoidLossKernel(active, args)
	case which == sigmoidMean:
		sigmoidLossRowsKernel(active, args)
	case which == binaryMean && one:
		binaryLossKernel(active, args)
	case which == binaryMean:
		binaryLossRowsKernel(active, args)
	case one:
		squaredLossKernel(active, args)
	default:
		squaredLossRowsKernel(active, args)
	}
	return true
}

func vectorMeanGrad[T Float](which meanLoss, n int, smoothing float64, dpred, pred, target, g []T) bool {
	if noRows[T](n) {
		return false
	}
	pred = pred[:len(g)*n]
	dpred, target = dpred[:len(pred)], target[:len(pred)]
	c := smoothed(smoothing, 2, n)
	p := [5]unsafe.Pointer{data(dpred), data(pred), data(target), data(g)}
	flat := elementwise(len(g), [6]float32{c[0], c[1]}, p)
	args, one := (*byte)(unsafe.Pointer(&flat)), n == 1
	a := rowsOf(len(g), n, c, p)
	if !one {
		args = (*byte)(unsafe.Pointer(&a))
	}
	switch {
	case which == sigmoidMean && one:
		sigmoidLossGradKernel(active, args)
	case which == sigmoidMean:
		sigmoidLossRowsGradKernel(active, args)
	case which == binaryMean && one:
		binaryLossGradKernel(active, args)
	case which == binaryMean:
		binaryLossRowsGradKernel(active, args)
	case one:
		squaredLossGradKernel(active, args)
	default:
		squaredLossRowsGradKernel(active, args)
	}
	return true
}
