package compare

import (
	"fmt"
	"strings"

	"github.com/counterweight-go/counterweight/internal/grid"
)

// column is a column of a table of strategies.
type column struct {
	name    string // short
	meaning string
	variant Variant
	metric  string // "" for what is none
	of      func(*StrategyResult) float64
}

// columns are what people are shown first.
func columns() []column {
	at := func(name string, v Variant, metric, meaning string) column {
		m := metricNamed(metric)
		return column{name, meaning, v, metric, func(s *StrategyResult) float64 { return m.Of(s.Mean[v]) }}
	}
	return []column{
		at("AP", Plain, "average_precision", "average precision"),
		at("ROC", Plain, "roc_auc", "area under the ROC curve"),
		at("rec", Plain, "recall", "recall at 0.5"),
		at("prec", Plain, "precision", "precision at 0.5"),
		at("F1", Plain, "f1", "F1 at 0.5"),
		at("rec*", Tuned, "recall", "recall at the tuned threshold"),
		at("prec*", Tuned, "precision", "precision at the tuned threshold"),
		at("F1*", Tuned, "f1", "F1 at the tuned threshold"),
		at("bal", Plain, "balanced_accuracy", "balanced accuracy at 0.5"),
		at("MCC", Plain, "matthews_corrcoef", "Matthews correlation at 0.5"),
		at("Brier", Plain, "brier_score", "Brier score"),
		at("Brier†", Corrected, "brier_score", "Brier score after prior correction"),
		at("log", Plain, "log_loss", "log loss"),
		at("log†", Corrected, "log_loss", "log loss after prior correction"),
		at("ECE", Plain, "expected_calibration_error", "expected calibration error"),
		at("ECE†", Corrected, "expected_calibration_error", "expected calibration error after prior correction"),
		{"sec", "seconds to sample and train on a fold", Plain, "", func(s *StrategyResult) float64 { return s.Seconds }},
	}
}

// Text is a table for a terminal: means over the folds, and what follows from
// them.
func (r *Result) Text() string {
	shown := columns()
	lines := [][]string{{"strategy"}}
	for _, c := range shown {
		lines[0] = append(lines[0], c.name)
	}
	lines[0] = append(lines[0], "p(AP)")
	for i := range r.Strategies {
		s := &r.Strategies[i]
		line := []string{s.Name}
		for _, c := range shown {
			if c.metric == "" {
				line = append(line, fmt.Sprintf("%.2f", c.of(s)))
			} else {
				line = append(line, short(c.of(s)))
			}
		}
		p := ""
		if d := s.Against[Plain]["average_precision"]; d != nil {
			p = strings.TrimPrefix(pValue(d.Adjusted), "p = ")
		}
		lines = append(lines, append(line, strings.TrimPrefix(p, "p ")))
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s, %q positive: %d of %d rows, %d columns, %d folds\n\n", r.File, r.Positive, r.Positives, r.Rows, r.Features, r.Config.Folds)
	out.WriteString(grid.Align(lines, 1))
	out.WriteString("\nAP average precision, rec prec F1 bal (balanced accuracy) MCC at 0.5, * at a threshold\n" +
		"chosen on inner rows, † after prior correction, p(AP) of the difference to " + r.baselineName() + ",\ncorrected for the number of strategies\n\n")
	out.WriteString(r.Advice() + "\n")
	return out.String()
}

func (r *Result) baselineName() string {
	if r.Baseline < 0 {
		return "none (not compared)"
	}
	return r.Strategies[r.Baseline].Name
}
