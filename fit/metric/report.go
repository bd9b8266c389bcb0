package metric

import (
	"fmt"
	"strconv"

	"github.com/counterweight-go/counterweight/internal/grid"
)

// Report holds what imbalanced data demand to know of each class, one class
// against the rest, and the mean of the classes by their support, as
// imbalanced-learn's classification_report_imbalanced. Print it for a table.
type Report struct {
	Classes []ReportRow
	Average ReportRow // by support; its support is the sum
}

// ReportRow is one line of a Report. In all its ratios 0/0 is 0.
type ReportRow struct {
	Name          string
	Precision     float64
	Recall        float64
	Specificity   float64
	F1            float64
	GeometricMean float64 // Counts.GeometricMean
	IndexBalanced float64 // Counts.IndexBalanced(0.1)
	Support       float64 // total weight of the class among the labels
}

// Report scores the classes. names are those of the classes; nil means their
// numbers.
func (m Matrix) Report(names []string) (Report, error) {
	if names != nil && len(names) != len(m) {
		return Report{}, fmt.Errorf("metric: report: %d names for %d classes", len(names), len(m))
	}
	r := Report{Average: ReportRow{Name: "weighted mean"}}
	for c := range m {
		n := m.Class(c)
		row := ReportRow{strconv.Itoa(c), n.Precision(), n.Recall(), n.Specificity(), n.F1(), n.GeometricMean(), n.IndexBalanced(0.1), n.TP + n.FN}
		if names != nil {
			row.Name = names[c]
		}
		r.Classes = append(r.Classes, row)
		r.Average.Support += row.Support
	}
	of := r.Average.values()
	for _, row := range r.Classes {
		share := ratio(row.Support, r.Average.Support)
		for i, x := range row.values() {
			*of[i] += share * *x
		}
	}
	return r, nil
}

// values are the scores in the order of the columns.
func (r *ReportRow) values() [6]*float64 {
	return [...]*float64{&r.Precision, &r.Recall, &r.Specificity, &r.F1, &r.GeometricMean, &r.IndexBalanced}
}

// String is a table with a line for each class and one for their mean.
func (r Report) String() string {
	lines := [][]string{{"class", "precision", "recall", "specificity", "F1", "G-mean", "IBA", "support"}}
	for _, row := range append(r.Classes[:len(r.Classes):len(r.Classes)], r.Average) {
		line := []string{row.Name}
		for _, x := range row.values() {
			line = append(line, strconv.FormatFloat(*x, 'f', 3, 64))
		}
		lines = append(lines, append(line, strconv.FormatFloat(row.Support, 'f', -1, 64)))
	}
	return grid.Align(lines, 1)
}
