package compare

import (
	"testing"

	"github.com/counterweight-go/counterweight/data"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// Encoders see the training rows of their split alone.
func TestFoldEncodesWithTrainingRowsOnly(t *testing.T) {
	d := sample(t, 200)
	folds, err := data.StratifiedKFold(d.Labels, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	before, err := newFold(d, folds[2], 2, 9)
	if err != nil {
		t.Fatal(err)
	}
	// Whatever stands in test rows, training rows stay what they were.
	for _, r := range folds[2].Test {
		d.Table.Columns[0].Numbers[r] = 1e6
		d.Table.Columns[2].Numbers[r] *= 50
	}
	after, err := newFold(d, folds[2], 2, 9)
	if err != nil {
		t.Fatal(err)
	}
	all := cmp.AllowUnexported(rows{}, layout{})
	if diff := cmp.Diff(before.outer.train, after.outer.train, all); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before.inner, after.inner, all, cmp.AllowUnexported(split{})); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(before.outer.test, after.outer.test, all) {
		t.Error("test rows did not change with their columns")
	}
	var sum, squares [2]float64
	for i, v := range before.outer.train.numbers {
		sum[i%2] += float64(v)
		squares[i%2] += float64(v) * float64(v)
	}
	n := float64(before.outer.train.n)
	for j := range sum {
		if mean, variance := sum[j]/n, squares[j]/n; mean > 1e-6 || mean < -1e-6 || variance < 1-1e-5 || variance > 1+1e-5 {
			t.Errorf("column %d of the training rows has mean %v and variance %v", j, mean, variance)
		}
	}
}

func TestRowsThereAndBack(t *testing.T) {
	r := rows{
		n: 3, layout: layout{plain: 1, categories: []int{2, 20}},
		numbers: []float32{.5, -1, 3}, codes: []int32{1, 20, 2, 3, 0, 1}, y: []float32{0, 1, 0},
	}
	known := r // training rows have no unknown category
	known.codes = []int32{1, 20, 2, 3, 2, 1}
	all := cmp.AllowUnexported(rows{}, layout{})
	if diff := cmp.Diff(&known, known.narrow(known.wide(), known.targets()), all); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&r, r.decoded(r.coded(), r.targets()), all); diff != "" {
		t.Error(diff)
	}
	// The network sees 2 categories as columns, and 20 as places in a table of
	// vectors.
	in := r.inputs()
	if diff := cmp.Diff([]float32{.5, 1, 0, -1, 0, 1, 3, 0, 0}, in[0].(*tensor.Dense).Float32s()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float32{20, 3, 1}, in[1].(*tensor.Dense).Float32s()); diff != "" {
		t.Error(diff)
	}
	if w := (layout{plain: 1, categories: []int{16, 3000}}).width(); w != 1+16+3*15 {
		t.Errorf("a sampler sees %d columns, want 1, 16 and three digits to the base 15", w)
	}
	// Half way between two categories the nearer one holds.
	x := r.wide()
	x.Float32s()[1], x.Float32s()[2] = .4, .6
	if got := r.narrow(x, r.targets()).codes[0]; got != 2 {
		t.Errorf("code %d, want 2", got)
	}
}
