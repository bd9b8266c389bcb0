//go:build !amd64 || noasm

package kernel

func vectorRows[T Float](f rowFormula, rows, n int, operands []rowOperand[T]) bool { return false }
