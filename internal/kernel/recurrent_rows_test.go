package kernel

import (
	"fmt"
	"slices"
	"testing"
)

// rowWritten says how many operands a formula has and writes.
var rowWritten = map[rowFormula][2]int{
	rowProduct: {3, 1}, rowAddProduct: {3, 1}, rowTwoProducts: {5, 1}, rowSpread: {5, 2}, rowSpreadAdd: {5, 2},
	rowMix: {4, 1}, rowMixGrad: {7, 3}, rowLSTMGrad: {9, 4},
}

// Rows of any length, at any distance, give what plain Go gives, and nothing
// but the rows is written.
func TestOnRows(t *testing.T) { both(t, testOnRows[float32], testOnRows[float64]) }

func testOnRows[T Float](t *testing.T) {
	for f := rowProduct; f <= rowLSTMGrad; f++ {
		operands, written := rowWritten[f][0], rowWritten[f][1]
		for _, n := range []int{1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 64, 65} {
			for _, rows := range []int{1, 2, 5} {
				var got []rowOperand[T]
				var want [9][]float64
				var before [][]T
				for i := range operands {
					step := n + i%3
					x := random[T](uint64(i+1), (rows-1)*step+n)
					got = append(got, rowOperand[T]{slices.Clip(x), step})
					want[i], before = convert[float64](x), append(before, slices.Clone(x))
				}
				onRows(f, rows, n, got...)
				for r := range rows {
					var o [9][]float64
					for i := range operands {
						o[i] = want[i][r*got[i].step:][:n]
					}
					onRow(f, o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], o[8])
				}
				for i := range operands {
					what := fmt.Sprintf("formula %d on %d rows of %d: operand %d", f, rows, n, i)
					if i < written {
						near(t, what, got[i].x, want[i], 0, 4*epsilon[T]())
					} else {
						sameBits(t, what, got[i].x, before[i])
					}
					for r := range rows - 1 { // the gaps
						gap := got[i].x[r*got[i].step+n:][:got[i].step-n]
						sameBits(t, what+" between rows", gap, before[i][r*got[i].step+n:][:len(gap)])
					}
				}
			}
		}
	}
}

// A result may take the place of an operand.
func TestOnRowsInPlace(t *testing.T) {
	const n = 37
	a, b, c := random[float32](1, n), random[float32](2, n), random[float32](3, n)
	y, z := make([]float32, n), slices.Clone(b)
	onRows(rowSpread, 1, n, rowOperand[float32]{y, n}, rowOperand[float32]{z, n}, rowOperand[float32]{a, n}, rowOperand[float32]{z, n}, rowOperand[float32]{c, n})
	for i := range n {
		if y[i] != a[i]*b[i] || z[i] != a[i]*c[i] {
			t.Fatalf("element %d is %v and %v, expected %v and %v", i, y[i], z[i], a[i]*b[i], a[i]*c[i])
		}
	}
}
