package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/counterweight-go/counterweight/internal/grid"
)

// column is a figure of the table.
type column struct {
	name, csv string
	digits    int
	of        func(result) float64
}

var columns = []column{
	{"ROC-AUC", "roc_auc", 3, func(r result) float64 { return r.rocAUC }},
	{"AP", "average_precision", 3, func(r result) float64 { return r.averagePrecision }},
	{"CP@100", "card_precision_100", 3, func(r result) float64 { return r.cardPrecision }},
	{"prec", "precision_at_half", 2, func(r result) float64 { return r.atHalf.Precision() }},
	{"rec", "recall_at_half", 2, func(r result) float64 { return r.atHalf.Recall() }},
	{"F1", "f1_at_half", 2, func(r result) float64 { return r.atHalf.F1() }},
	{"t*", "threshold", 3, func(r result) float64 { return r.threshold }},
	{"prec*", "precision_at_threshold", 2, func(r result) float64 { return r.atBest.Precision() }},
	{"rec*", "recall_at_threshold", 2, func(r result) float64 { return r.atBest.Recall() }},
	{"F1*", "f1_at_threshold", 2, func(r result) float64 { return r.atBest.F1() }},
	{"Brier", "brier_score", 4, func(r result) float64 { return r.brier }},
	{"seconds", "seconds", 1, func(r result) float64 { return r.seconds }},
}

// published are the handbook's figures: ROC-AUC, AP and CP@100 of one week, and
// of four.
var published = []struct {
	name      string
	one, four [3]float64 // zeros where none was published
}{
	{"logistic", [3]float64{.871, .606, .291}, [3]float64{.868, .623, .297}},
	{"random forest", [3]float64{.867, .658, .287}, [3]float64{.870, .678, .299}},
	{"boosted trees", [3]float64{.862, .639, .273}, [3]float64{.869, .687, .303}},
	{"500-500 network", [3]float64{}, [3]float64{.876, .675, .303}},
	{"chance", [3]float64{.5, .007, .017}, [3]float64{}},
}

// printTable prints a line for each detector, over several weeks the mean and,
// below it, the standard deviation.
func printTable(w io.Writer, detectors []detector, results [][]result, folds int) {
	fmt.Fprintln(w, "\nprec, rec and F1 are at the threshold 0.5; with a star, at the threshold t* that")
	fmt.Fprintf(w, "is best for F1 on the last fifth of the training week.\n\n")
	header := []string{"model", "strategy"}
	for _, c := range columns {
		header = append(header, c.name)
	}
	lines := [][]string{header}
	for d, det := range detectors {
		line, spread := []string{det.model.name, det.strategy.name}, []string{"", "±"}
		for _, c := range columns {
			mean, sd := over(results, d, c)
			line, spread = append(line, figure(mean, c.digits)), append(spread, figure(sd, c.digits))
		}
		if lines = append(lines, line); folds > 1 {
			lines = append(lines, spread)
		}
	}
	for _, p := range published {
		figures := p.one
		if folds > 1 {
			figures = p.four
		}
		if figures != [3]float64{} {
			line := []string{"handbook", p.name}
			for _, v := range figures {
				line = append(line, figure(v, 3))
			}
			lines = append(lines, line)
		}
	}
	fmt.Fprint(w, grid.Align(lines, 2))
	fmt.Fprintln(w, "\nhandbook: as published there. auto, prior corrected: the detector above, its")
	fmt.Fprintln(w, "probabilities freed of the weights. by amount: sample weights, which override the")
	fmt.Fprintln(w, "class weights that were also given.")
}

// over returns the mean and the standard deviation (n-1) of a figure over the weeks.
func over(results [][]result, d int, c column) (mean, sd float64) {
	n := float64(len(results))
	for _, week := range results {
		mean += c.of(week[d]) / n
	}
	for _, week := range results {
		sd += (c.of(week[d]) - mean) * (c.of(week[d]) - mean)
	}
	return mean, math.Sqrt(sd / max(n-1, 1))
}

// figure prints a number as tables of metrics do, .871 rather than 0.871.
func figure(v float64, digits int) string {
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if len(s) > 1 && s[:2] == "0." {
		return s[1:]
	}
	return s
}

// writeCSV writes a row for each detector and week.
func writeCSV(dir string, detectors []detector, results [][]result) error {
	var rows [][]string
	header := []string{"model", "strategy", "week"}
	for _, c := range columns {
		header = append(header, c.csv)
	}
	rows = append(rows, header)
	for week := range results {
		for d, det := range detectors {
			row := []string{det.model.name, det.strategy.name, strconv.Itoa(week + 1)}
			for _, c := range columns {
				row = append(row, strconv.FormatFloat(c.of(results[week][d]), 'g', 8, 64))
			}
			rows = append(rows, row)
		}
	}
	f, err := os.Create(filepath.Join(dir, "table.csv"))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := csv.NewWriter(f).WriteAll(rows); err != nil {
		return err
	}
	return f.Close()
}
