package handbook

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTensors(t *testing.T) {
	tx := generate(t, Config{Customers: 5, Terminals: 5, Days: 10, Radius: 200})
	f, err := tx.Features(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	rows := []int{7, 0, 7}
	x, y, err := f.Tensors(rows)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]int{{3, NumFeatures}, {3}}, [][]int{x.Shape(), y.Shape()}); d != "" {
		t.Errorf("shapes (-want +got):\n%s", d)
	}
	for i, row := range rows {
		got := [NumFeatures]float32(x.Data().([]float32)[i*NumFeatures:])
		if got != f.X[row] || y.Data().([]float32)[i] != f.Y[row] {
			t.Errorf("line %d: %v %v, want row %d", i, got, y.Data(), row)
		}
	}
	for name, rows := range map[string][]int{"no rows": {}, "below": {0, -1}, "above": {tx.Len()}} {
		if _, _, err := f.Tensors(rows); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
