package compare

import (
	"bytes"
	_ "embed" // for the page
	"fmt"
	"html/template"
	"math"
	"path/filepath"
	"strings"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/fit/metric"
)

//go:embed report.html
var page string

// view is what the page shows.
type view struct {
	Title, File, Target, Positive string
	Facts                         []fact
	Advice                        string
	Findings                      []string
	Columns                       []column
	Rows                          []row
	Baseline                      string
	Forests, Figures              []picture
	Legend                        []series
	Folds                         int
}

type fact struct{ Name, Value string }

// row is a line of the table.
type row struct {
	Index    int
	Name     string
	Baseline bool
	Cells    []cell
}

type cell struct {
	Value  string // for sorting
	Mean   string
	SD     string
	Mark   string // "better" or "worse", where the test shows it
	Detail string
}

type picture struct {
	ID, Title, Note string
	SVG             template.HTML
}

// series is a strategy in the legend.
type series struct {
	Index  int
	Name   string
	Shown  bool
	Colour int
	Dashes template.CSS
}

// Name and Meaning are for the page.
func (c column) Name() string    { return c.name }
func (c column) Meaning() string { return c.meaning }

// Report is report.html: one page with everything in it, which loads nothing,
// can be read without scripts, on a phone and in print, light and dark.
func (r *Result) Report() ([]byte, error) {
	t, err := template.New("report").Parse(page)
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	v, err := r.view()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	return b.Bytes(), nil
}

func (r *Result) view() (*view, error) {
	file := filepath.Base(r.File)
	if r.File == "" {
		file = "data"
	}
	hidden := "none: logistic regression"
	if len(r.Config.Hidden) > 0 {
		hidden = strings.Trim(strings.ReplaceAll(fmt.Sprint(r.Config.Hidden), " ", ", "), "[]")
	}
	v := &view{
		Title: fmt.Sprintf("%s: %d %s compared", file, len(r.Strategies), plural(len(r.Strategies), "strategy", "strategies")),
		File:  file, Target: r.Target, Positive: r.Positive, Advice: r.Advice(), Findings: append(r.Findings(), r.times()...),
		Columns: columns(), Baseline: r.baselineName(), Folds: r.Config.Folds,
		Facts: []fact{
			{"rows", fmt.Sprint(r.Rows)}, {"positive rows", fmt.Sprintf("%d (%.2g %%)", r.Positives, 100*float64(r.Positives)/float64(r.Rows))},
			{"columns", fmt.Sprint(r.Features)}, {"folds", fmt.Sprint(r.Config.Folds)}, {"hidden units", hidden},
			{"epochs", fmt.Sprint(r.Config.Epochs)}, {"rows of a batch", fmt.Sprint(r.Config.BatchSize)}, {"seed", fmt.Sprint(r.Config.Seed)},
		},
	}
	seen := map[string]bool{}
	for i := range r.Strategies {
		v.Rows = append(v.Rows, r.row(i))
		kind := r.Config.Strategies[i].kind()
		v.Legend = append(v.Legend, series{
			Index: i, Name: r.Strategies[i].Name, Shown: len(r.Strategies) <= len(palette) || !seen[kind],
			Colour: i % len(palette), Dashes: template.CSS(strings.Trim(fmt.Sprint(dashing(i)), "[]")),
		})
		seen[kind] = true
	}
	if r.Baseline >= 0 && len(r.Strategies) > 1 {
		for _, f := range []struct {
			v     Variant
			name  string
			title string
		}{
			{Plain, "average_precision", "Average precision"}, {Plain, "roc_auc", "ROC AUC"},
			{Tuned, "f1", "F1 at the tuned threshold"}, {Corrected, "brier_score", "Brier score after prior correction (lower is better)"},
		} {
			id := "difference-" + strings.ReplaceAll(f.name, "_", "-")
			v.Forests = append(v.Forests, picture{ID: id, Title: f.title, SVG: template.HTML(r.forest(f.v, metricNamed(f.name), id))})
		}
	}
	figures, err := r.figures()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range r.Strategies {
		names = append(names, s.Name)
	}
	for _, f := range figures {
		v.Figures = append(v.Figures, picture{f.id, f.title, f.note, template.HTML(f.svg(names))})
	}
	return v, nil
}

func (r *Result) times() []string {
	if r.Baseline < 0 {
		return nil
	}
	return []string{r.Time()}
}

func (r *Result) row(i int) row {
	s := &r.Strategies[i]
	out := row{Index: i, Name: s.Name, Baseline: i == r.Baseline}
	for _, c := range columns() {
		x := c.of(s)
		cell := cell{Value: fmt.Sprintf("%g", x), Mean: short(x)}
		if c.metric == "" {
			cell.Mean = fmt.Sprintf("%.2f", x)
			out.Cells = append(out.Cells, cell)
			continue
		}
		m := metricNamed(c.metric)
		cell.SD = short(m.Of(s.SD[c.variant]))
		if d := s.Against[c.variant][c.metric]; d != nil {
			cell.Detail = fmt.Sprintf("%s against %s, 95 %% interval %s to %s, %s after correction", signed(d.Mean), r.baselineName(), signed(d.Lower), signed(d.Upper), pValue(d.Adjusted))
			if d.Adjusted < significance {
				cell.Mark = "worse"
				if (d.Mean > 0) == (m.Direction == metric.Up) {
					cell.Mark = "better"
				}
			}
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

// figures are those of the page.
func (r *Result) figures() ([]*figure, error) {
	all := []*figure{
		{id: "precision-recall", title: "Precision against recall", xName: "recall", yName: "precision", xTo: 1, yTo: 1},
		{id: "roc", title: "Receiver operating characteristic", xName: "false positive rate", yName: "true positive rate", xTo: 1, yTo: 1, diagonal: true},
		{id: "calibration", title: "Calibration", xName: "predicted probability", yName: "observed share", xTo: 1, yTo: 1, diagonal: true,
			note: "Scores as they are, in tenths of their range; tenths of fewer than 10 rows are left out."},
		{id: "corrected", title: "Calibration after prior correction", xName: "predicted probability", yName: "observed share", xTo: 1, yTo: 1, diagonal: true,
			note: "Exact for weights, rows repeated or left out at random, balanced batches, adjusted logits and focal loss; for other samplers it undoes only the change in the shares of the classes."},
		{id: "training", title: "Loss in training", xName: "epoch", yName: "loss", xFrom: 1, xTo: float64(max(r.Config.Epochs, 2)),
			note: "What each strategy makes small: of different losses and weights, so not to be compared in height."},
		{id: "held-out", title: "Loss on held-out rows of the training fold", xName: "epoch", yName: "loss", xFrom: 1, xTo: float64(max(r.Config.Epochs, 2)),
			note: "Without weights; focal loss is another measure. A curve that rises again shows that the network learns its rows by heart."},
	}
	for i := range r.Strategies {
		for k, make := range []func() (curve, error){
			func() (curve, error) { return r.precisionRecall(i) },
			func() (curve, error) { return r.roc(i) },
			func() (curve, error) { return r.calibration(i, false) },
			func() (curve, error) { return r.calibration(i, true) },
			func() (curve, error) {
				return r.learning(i, func(f *FoldResult) []float64 { return f.InnerLoss }), nil
			},
			func() (curve, error) {
				return r.learning(i, func(f *FoldResult) []float64 { return f.InnerValidation }), nil
			},
		} {
			c, err := make()
			if err != nil {
				return nil, err
			}
			f := all[k]
			f.curves = append(f.curves, c)
			if k >= 4 {
				for _, p := range c.points {
					f.yTo = max(f.yTo, p.y)
				}
			}
		}
	}
	for _, f := range all {
		if !(f.yTo > 0) || math.IsInf(f.yTo, 0) {
			f.yTo = 1
		}
	}
	return all, nil
}

// kind groups strategies: of each group, the first is shown at first.
func (s *Strategy) kind() string {
	var parts []string
	if s.ClassWeight != nil {
		parts = append(parts, "weights")
	}
	if s.Loss != Crossentropy {
		parts = append(parts, "loss")
	}
	if s.BalancedBatches {
		parts = append(parts, "batches")
	}
	if s.Sampler != nil {
		made, err := s.Sampler(Draw{Categorical: []int{0}})
		if _, picks := made.(sampler.Selector); picks && err == nil {
			parts = append(parts, "picks")
		} else {
			parts = append(parts, "makes")
		}
	}
	return strings.Join(parts, "+")
}
