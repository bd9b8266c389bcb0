package table_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/table"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gorgonia.org/tensor"
)

const people = `age,city,one
20,Rome,7
,Oslo,7
40,,7
30,Rome,7
90,Kyiv,8
`

// Everything is learned from the rows of the fit: median 30, mean 30, standard
// deviation sqrt(50) of 20, 30, 40, 30.
func TestEncode(t *testing.T) {
	tab := read(t, people, table.Options{})
	e, err := table.Encoding{}.Fit(tab, []int{0, 1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	if e.Width() != 6 {
		t.Errorf("width %d, expected 1 + (2 + 2) + 1", e.Width())
	}
	got, err := e.Transform(tab, []int{4, 1, 2, 0}, tensor.Float32)
	if err != nil {
		t.Fatal(err)
	}
	s := float32(math.Sqrt(50))
	want := []float32{
		60 / s, 0, 1, 0, 0, 1, // unseen
		0, 0, 0, 1, 0, 0, // the median; Oslo
		10 / s, 1, 0, 0, 0, 0, // missing
		-10 / s, 0, 0, 0, 1, 0,
	}
	if !cmp.Equal(got.X.Float32s(), want, cmpopts.EquateApprox(0, 1e-6)) || !got.X.Shape().Eq(tensor.Shape{4, 6}) || got.Codes != nil {
		t.Errorf("%v %v, expected %v", got.X.Shape(), got.X.Data(), want)
	}
	codes, err := table.Encoding{MostOneHot: 1}.Fit(tab, []int{0, 1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	if got, err = codes.Transform(tab, nil, tensor.Float64); err != nil {
		t.Fatal(err)
	}
	if len(got.Codes) != 1 || !cmp.Equal(got.Codes[0].Float64s(), []float64{3, 2, 0, 3, 1}) || !got.Codes[0].Shape().Eq(tensor.Shape{5, 1}) {
		t.Errorf("codes %v", got.Codes)
	}
	if !got.X.Shape().Eq(tensor.Shape{5, 2}) || codes.Columns[1].Size() != 4 {
		t.Errorf("x %v, %d codes, expected (5, 2) and 4", got.X.Shape(), codes.Columns[1].Size())
	}
}

// Above 16 categories columns give codes, up to 16 they are one-hot.
func TestEncodeManyCategories(t *testing.T) {
	for n, kind := range map[int]table.Kind{16: table.OneHot, 17: table.Codes} {
		values := make([]string, n)
		for i := range values {
			values[i] = fmt.Sprint("c", i)
		}
		tab, err := table.New(table.NewText("c", values))
		if err != nil {
			t.Fatal(err)
		}
		for e, want := range map[table.Encoding]table.Kind{{}: kind, {MostOneHot: table.AlwaysOneHot}: table.OneHot, {MostOneHot: -1}: table.Codes} {
			fitted, err := e.Fit(tab, nil)
			if err != nil || fitted.Columns[0].Kind != want {
				t.Errorf("%d categories, %+v: %v, %v, expected %v", n, e, fitted, err, want)
			}
		}
	}
}

func TestEncoderAsJSON(t *testing.T) {
	tab := read(t, people, table.Options{})
	e, err := table.Encoding{}.Fit(tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var again table.Encoder
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	a, err := e.Transform(tab, nil, tensor.Float64)
	if err != nil {
		t.Fatal(err)
	}
	b, err := again.Transform(tab, nil, tensor.Float64)
	if err != nil || !cmp.Equal(a.X.Float64s(), b.X.Float64s()) {
		t.Errorf("restored from %s: %v, %v", text, b, err)
	}
	for _, bad := range []string{
		`{"columns": [{"name": "a", "kind": "numeric"}]}`,
		`{"columns": [{"name": "a", "kind": "one-hot", "categories": ["b", "a"]}]}`,
		`{"columns": [{"name": "a", "kind": "x"}]}`,
		`{"columns": 3}`,
	} {
		if err := json.Unmarshal([]byte(bad), &again); err == nil {
			t.Errorf("%s is an encoder", bad)
		}
	}
}

// A column that is text in the fit is text elsewhere, whatever it reads as, and
// one of numbers does not take text.
func TestEncodeOtherTables(t *testing.T) {
	e, err := table.Encoding{}.Fit(read(t, "a,b\n01,1\nx,2\n", table.Options{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := e.Transform(read(t, "a,b\n01,1\n", table.Options{}), nil, tensor.Float64)
	if err != nil || got.X.Float64s()[2] != 1 {
		t.Errorf("%v, %v, expected the category 01", got, err)
	}
	for _, c := range []struct{ text, want string }{
		{"a,b\nx,1\nx,y\n", `table: t.csv: row 1, column "b": "y" is not a number`},
		{"a,b\nx,Inf\n", `table: t.csv: row 0, column "b": +Inf, expected a finite number`},
		{"b,a\nx,1\n", `table: t.csv: column 0 is "b", the encoder was fitted on "a"`},
		{"a,b,c\nx,1,1\n", `table: t.csv: 3 columns, the encoder was fitted on 2`},
	} {
		if _, err := e.Transform(read(t, c.text, table.Options{}), nil, tensor.Float64); err == nil || err.Error() != c.want {
			t.Errorf("error %q, expected %q", err, c.want)
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	tab := read(t, "a,b\n1,2\nInf,1e308\n3,-1e308\n", table.Options{})
	for want, rows := range map[string][]int{
		"0 rows":                  {},
		"there is no row 3":       {0, 3},
		`row 1, column "a": +Inf`: nil,
	} {
		if _, err := (table.Encoding{}).Fit(tab, rows); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %q, expected %q", err, want)
		}
	}
	if _, err := (table.Encoding{}).Fit(read(t, "b\n1e308\n-1e308\n", table.Options{}), nil); err == nil || !strings.Contains(err.Error(), `column "b" has numbers too large`) {
		t.Errorf("the mean of a column overflows: %v", err)
	}
	if _, err := (&table.Encoder{}).Transform(tab, nil, tensor.Float64); err == nil {
		t.Error("an encoder that is not fitted encodes")
	}
	empty := read(t, "a,b\n,1\n,2\n", table.Options{})
	e, err := table.Encoding{}.Fit(empty, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := e.Transform(empty, nil, tensor.Float64); err != nil || !cmp.Equal(got.X.Float64s(), []float64{0, -1, 0, 1}) {
		t.Errorf("a column without values: %v, %v, expected zeros", got, err)
	}
}
