package compare

import (
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/table"
	"github.com/google/go-cmp/cmp"
)

func read(t *testing.T, csv string) *table.Table {
	t.Helper()
	tab, err := table.Read(strings.NewReader(csv), "data.csv", table.Options{Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func TestNewData(t *testing.T) {
	var csv, notices strings.Builder
	csv.WriteString(",size,same,id,kind,label\n")
	for i := range 40 {
		fmt.Fprintf(&csv, "%d,%d,7,user%d,%s,%s\n", i, i*i, i, []string{"a", "b"}[i%2], []string{"no", "no", "no", "yes"}[i%4])
	}
	d, err := NewData(read(t, csv.String()), "label", "", slog.New(slog.NewTextHandler(&notices, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"size", "kind"}, d.Table.Names()); diff != "" {
		t.Error(diff)
	}
	if d.Positive != 10 || d.Names[1] != "yes" || d.Labels[3] != 1 || d.Labels[0] != 0 {
		t.Errorf("%d positives, names %v, labels %v", d.Positive, d.Names, d.Labels)
	}
	for _, want := range []string{"counts the rows", "[same]", "[id]"} {
		if !strings.Contains(notices.String(), want) {
			t.Errorf("notices %s, want %q", notices.String(), want)
		}
	}
	three, err := NewData(read(t, "x,label\n1,a\n2,b\n3,c\n"), "label", "b", quiet)
	if err != nil || !cmp.Equal(three.Labels, []int{0, 1, 0}) {
		t.Errorf("one class against the rest: %+v, %v", three, err)
	}
}

func TestNewDataErrors(t *testing.T) {
	mixed := "x,label\n"
	for i := range 30 {
		mixed += fmt.Sprintf("%d,%d\n", i, i%2)
	}
	for name, c := range map[string]struct{ csv, target, want string }{
		"no such column":  {"x,label\n1,0\n2,1\n", "y", `there is no column "y"`},
		"one class":       {"x,label\n1,0\n2,0\n", "label", `has the labels ["0"], expected at least two`},
		"three classes":   {"x,label\n1,0\n2,1\n3,2\n", "label", "has 3 labels, expected two"},
		"missing label":   {"x,label\n1,0\n2,\n", "label", "row 1"},
		"infinity":        {"x,label\n1,0\n-inf,1\n", "label", `row 1, column "x": -Inf, expected a finite number`},
		"constant":        {"x,y,label\n1,1,0\n1,1,1\n", "label", "2 do not vary"},
		"text in numbers": {mixed + "many,1\n", "label", `row 30, column "x": "many" is not a number`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewData(read(t, c.csv), c.target, "", quiet)
			wants(t, err, c.want)
			wants(t, err, "data.csv")
		})
	}
	tab, err := table.New(table.NewNumbers("x", []float64{1, math.Inf(1), 3}), table.NewText("label", []string{"a", "b", "a"}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = NewData(tab, "label", "", quiet)
	wants(t, err, `row 1, column "x": +Inf`)
}
