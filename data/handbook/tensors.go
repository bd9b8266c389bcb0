package handbook

import (
	"fmt"

	"gorgonia.org/tensor"
)

// Tensors copies the given rows into two dense float32 tensors: x of shape
// (n, 15), features in the order of FeatureNames and not scaled, and y of
// shape (n), 1 for fraud. Rows may repeat. Errors: no rows, or a row outside
// the table.
func (f *Features) Tensors(rows []int) (x, y *tensor.Dense, err error) {
	if len(rows) == 0 {
		return nil, nil, fmt.Errorf("handbook: tensors of no rows")
	}
	xs := make([]float32, 0, len(rows)*NumFeatures)
	ys := make([]float32, 0, len(rows))
	for _, row := range rows {
		if row < 0 || row >= len(f.X) {
			return nil, nil, fmt.Errorf("handbook: row %d of a table of %d", row, len(f.X))
		}
		xs = append(xs, f.X[row][:]...)
		ys = append(ys, f.Y[row])
	}
	x = tensor.New(tensor.WithShape(len(rows), NumFeatures), tensor.WithBacking(xs))
	y = tensor.New(tensor.WithShape(len(rows)), tensor.WithBacking(ys))
	return x, y, nil
}
