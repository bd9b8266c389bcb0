package table_test

import (
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/table"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

func TestLabels(t *testing.T) {
	for _, c := range []struct {
		name, text, positive string
		classes              []int
		names                []string
	}{
		{"the rarer is positive", "1\n2\n1\n", "", []int{0, 1, 0}, []string{"1", "2"}},
		{"also where it is the smaller", "2\n1\n2.0\n", "", []int{0, 1, 0}, []string{"2", "1"}},
		{"named", "1\n2\n1\n", "1.0", []int{1, 0, 1}, []string{"2", "1"}},
		{"tie", "b\na\n", "", []int{1, 0}, []string{"a", "b"}},
		{"quoted", "'-1'\n'1'\n'-1'\n", "", []int{0, 1, 0}, []string{"-1", "1"}},
		{"text", "t\nyes\nno\nno\n", "no", []int{0, 1, 1}, []string{"yes", "no"}},
		{"several", "10\n9\n2\n9\n", "", []int{2, 1, 0, 1}, []string{"2", "9", "10"}},
		{"one against the rest", "t\na\nb\nc\n", "b", []int{0, 1, 0}, []string{"rest", "b"}},
		{"zeros", "0\n-0\n1\n0\n", "", []int{0, 0, 1, 0}, []string{"0", "1"}},
	} {
		o := table.Options{Header: table.HeaderAbsent}
		if strings.HasPrefix(c.text, "t\n") {
			o.Header = table.HeaderPresent
		}
		l, err := table.LabelsOf(&read(t, c.text, o).Columns[0], c.positive)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(&table.Labels{Classes: c.classes, Names: c.names}, l); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	l := table.Labels{Classes: []int{0, 1, 2}}
	if y, err := l.Tensor([]int{2, 0}, tensor.Float32); err != nil || !cmp.Equal(y.Float32s(), []float32{2, 0}) || y.Dims() != 1 {
		t.Errorf("%v, %v", y, err)
	}
	if y, err := l.Tensor(nil, tensor.Float64); err != nil || !cmp.Equal(y.Float64s(), []float64{0, 1, 2}) {
		t.Errorf("%v, %v", y, err)
	}
	if _, err := l.Tensor([]int{3}, tensor.Float64); err == nil {
		t.Error("a label of a row that is not there")
	}
}

func TestLabelErrors(t *testing.T) {
	for _, c := range []struct{ text, positive, want string }{
		{"y,a\n1,0\n,0\n2,0\n", "", `table: t.csv: row 1, column "y": there is no label`},
		{"y\n1\n1\n", "", `table: t.csv: column "y" has the labels ["1"], expected at least two`},
		{"y\n1\n2\n", "3", `table: t.csv: column "y" has no label "3", expected one of "1", "2"`},
	} {
		if _, err := table.LabelsOf(&read(t, c.text, table.Options{}).Columns[0], c.positive); err == nil || err.Error() != c.want {
			t.Errorf("error %q, expected %q", err, c.want)
		}
	}
}
