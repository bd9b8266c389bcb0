package table_test

import (
	"log/slog"
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/table"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

var floats = tensor.Float64

func TestFind(t *testing.T) {
	named := read(t, "a,3,b,b\n1,2,3,4\n", table.Options{Logger: slog.New(slog.DiscardHandler)})
	for name, want := range map[string]int{"a": 0, "3": 1} {
		if i, err := named.Index(name); err != nil || i != want {
			t.Errorf("%q: column %d, %v, expected %d", name, i, err, want)
		}
	}
	plain := read(t, "1,2,3\n", table.Options{})
	if i, err := plain.Index("2"); err != nil || i != 2 {
		t.Errorf("column 2: %d, %v", i, err)
	}
	unique := read(t, "a,3\n1,2\n", table.Options{})
	for _, c := range []struct {
		t          *table.Table
		name, want string
	}{
		{named, "b", `table: t.csv: the name "b" stands above columns [2 3], expected one`},
		{named, "c", `table: t.csv: there is no column "c", expected one of "a", "3", "b", "b"`},
		{named, "9", `table: t.csv: there is no column "9", expected one of`},
		{unique, "0", `table: t.csv: there is no column "0", expected one of "a", "3"`}, // no number under a good header
		{plain, "3", `table: t.csv: there is no column "3": without a header, columns are numbers from 0 to 2`},
		{plain, "-1", `table: t.csv: there is no column "-1"`},
		{plain, "", `table: t.csv: there is no column ""`},
	} {
		if _, err := c.t.Column(c.name); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: error %q, expected %q", c.name, err, c.want)
		}
	}
}

func TestRowNumbers(t *testing.T) {
	for text, want := range map[string]bool{
		",a\n0,5\n1,6\n":  true,
		",a\n1,5\n2,6\n":  true,
		",a\n0,5\n2,6\n":  false,
		",a\n5,5\n6,6\n":  false,
		"n,a\n0,5\n1,6\n": false,
		"0,5\n1,6\n":      false,
		",a\n0,5\n,6\n":   false,
		",a\nx,5\ny,6\n":  false,
	} {
		if got := read(t, text, table.Options{}).RowNumbers(); got != want {
			t.Errorf("%q: %v, expected %v", text, got, want)
		}
	}
}

func TestTensor(t *testing.T) {
	tab := read(t, "a,text,b\n1,x,2\n3,y,4\n", table.Options{})
	d, err := tab.Tensor("b", "a")
	if err != nil || !d.Shape().Eq(tensor.Shape{2, 2}) || !cmp.Equal(d.Float64s(), []float64{2, 1, 4, 3}) {
		t.Errorf("%v, %v", d, err)
	}
	numbers, err := tab.Without("text")
	if err != nil {
		t.Fatal(err)
	}
	if d, err = numbers.Tensor(); err != nil || !cmp.Equal(d.Float64s(), []float64{1, 2, 3, 4}) {
		t.Errorf("all columns: %v, %v", d, err)
	}
	gaps := read(t, "a,b\n1,2\n,x\n", table.Options{})
	for _, c := range []struct{ name, want string }{
		{"a", `table: t.csv: row 1, column "a": there is no value, expected a number`},
		{"b", `table: t.csv: row 1, column "b": "x" is not a number`},
		{"c", `table: t.csv: there is no column "c"`},
	} {
		if _, err := gaps.Tensor(c.name); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("error %q, expected %q", err, c.want)
		}
	}
}

func TestTakeAndNew(t *testing.T) {
	tab := read(t, "a,b\n1.0,x\n2.0,y\n3.0,\n", table.Options{})
	got, err := tab.Take([]int{2, 0, 0})
	if err != nil {
		t.Fatal(err)
	}
	column(t, got.Columns[0], "a", 3, 1, 1)
	if b := got.Columns[1]; !b.Missing(0) || b.Text(2) != "x" || got.Columns[0].Raw(1) != "1.0" {
		t.Errorf("took %q, %q and %q", b.Text(0), b.Text(2), got.Columns[0].Raw(1))
	}
	if _, err := tab.Take([]int{3}); err == nil {
		t.Error("took a row that is not there")
	}
	if _, err := table.New(table.NewNumbers("a", []float64{1}), table.NewText("b", nil)); err == nil {
		t.Error("columns of other lengths make a table")
	}
	if _, err := table.New(); err == nil {
		t.Error("a table of no columns")
	}
}

func TestWhole(t *testing.T) {
	tab := read(t, "a,b,c,d,e\n1,1.0,1,x,-3\n2,2,,2,+4\n", table.Options{})
	for i, want := range []bool{true, false, false, false, true} {
		if got := tab.Columns[i].Whole(); got != want {
			t.Errorf("column %q is whole: %v, expected %v", tab.Columns[i].Name, got, want)
		}
	}
	made := table.NewNumbers("m", []float64{1, 2.5})
	if made.Whole() {
		t.Error("2.5 is a whole number")
	}
}

func TestFloatsOfText(t *testing.T) {
	c := table.NewText("z", []string{"01", "2"})
	if v, err := c.Floats(); err != nil || !cmp.Equal(v, []float64{1, 2}) {
		t.Errorf("%v, %v", v, err)
	}
	if v, err := table.Number("1e999"); err != nil || !math.IsInf(v, 1) {
		t.Errorf("1e999 is %v, %v, expected an infinity as elsewhere", v, err)
	}
}
