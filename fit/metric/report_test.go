package metric

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// classification_report_imbalanced of imbalanced-learn 0.14.2.
func TestReportAgainstImblearn(t *testing.T) {
	weighted, err := ConfusionMatrix([]int{0, 2, 1, 2, 0, 1, 2}, []int{0, 2, 2, 1, 0, 1, 2}, []float64{1, .5, 2, 1, 3, .25, 1}, 3)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		matrix  Matrix
		want    Report
		support float64
	}{
		"12 rows": {skMatrix, Report{[]ReportRow{
			{"0", .8, .8, .857142857, .8, .828078671, .681795918, 5},
			{"1", .25, .333333333, .666666667, .285714286, .471404521, .214814815, 3},
			{"2", .666666667, .5, .875, .571428571, .661437828, .42109375, 4},
		}, ReportRow{"weighted mean", .618055556, .583333333, .815476190, .595238095, .683363186, .478149920, 12}}, 1},
		// The rows repeated four times their weight, because it loses weights.
		"weighted": {weighted, Report{[]ReportRow{
			{"0", 1, 1, 1, 1, 1, 1, 16. / 4},
			{"1", .2, .111111, .846154, .142857, .306622, .087106, 9. / 4},
			{"2", .428571, .6, .68, .5, .638749, .404736, 10. / 4},
		}, ReportRow{"weighted mean", .631020, .657143, .869011, .636735, .718488, .595181, 35. / 4}}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.matrix.Report(nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReportTable(t *testing.T) {
	r, err := Matrix{{90, 10}, {2, 8.5}}.Report([]string{"good", "détourné"})
	if err != nil {
		t.Fatal(err)
	}
	want := `
class          precision  recall  specificity     F1  G-mean    IBA  support
good               0.978   0.900        0.810  0.938   0.854  0.735      100
détourné           0.459   0.810        0.900  0.586   0.854  0.722     10.5
weighted mean      0.929   0.891        0.818  0.904   0.854  0.734    110.5
`
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), r.String()); diff != "" {
		t.Error(diff)
	}
	if _, err := (Matrix{{1}}).Report([]string{"a", "b"}); err == nil || err.Error() != "metric: report: 2 names for 1 classes" {
		t.Errorf("got %v", err)
	}
	empty, err := Matrix{}.Report(nil)
	if err != nil || empty.Average.Support != 0 || len(empty.Classes) != 0 {
		t.Errorf("no classes: %+v, %v", empty, err)
	}
}
