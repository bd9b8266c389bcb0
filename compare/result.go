package compare

import (
	"math"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit/metric"
)

// Result is what a comparison found.
type Result struct {
	File, Target, Positive    string
	Rows, Features, Positives int
	Config                    Config // with the defaults filled in
	Strategies                []StrategyResult
	// Baseline is the place of the first strategy that does nothing, -1 if there
	// is none. Differences are to it.
	Baseline int
	// Labels are those of all rows, 0 or 1.
	Labels []float64
}

// StrategyResult is what a strategy did.
type StrategyResult struct {
	Name  string
	Folds []FoldResult
	// Of each variant, over the folds. A metric that a fold lacks is NaN.
	Mean, SD [Variants]Scores
	// Against are the differences to the baseline by the metric's name, of each
	// variant to the same variant of the baseline; nil without a baseline. Tuned
	// has the metrics that depend on the threshold, Corrected those that depend on
	// probabilities.
	Against [Variants]map[string]*Difference
	// Exact says that prior correction undoes the strategy exactly, and does not only
	// undo the change in the shares of the classes.
	Exact bool
	// Scores are those of every row when it was in a test fold, and Corrected the
	// same after prior correction.
	Scores, Corrected []float32
	Seconds           float64 // mean over the folds, to sample and train
}

// Variant is a way to use the scores of a strategy.
type Variant int

const (
	Plain     Variant = iota // as the network gives them, decisions at 0.5
	Tuned                    // decisions at a threshold chosen on inner rows
	Corrected                // probabilities after prior correction, decisions at 0.5
	Variants
)

// FoldResult is what a strategy did on a fold.
type FoldResult struct {
	Fold, TrainRows, TestRows, TestPositives int
	Trained                                  int     // training rows after sampling
	Seconds                                  float64 // to sample and train on them
	Scores                                   [Variants]Scores
	// Weights is how much more a row of either class counted in training than in
	// the data: what prior correction undoes.
	Weights [2]float64
	// Loss is the training loss after each epoch. InnerLoss is that of the training that the
	// threshold comes from, and InnerValidation the loss on its held-out rows.
	Loss, InnerLoss, InnerValidation []float64
}

// result measures outcomes, by strategy and fold.
func (c *comparison) result(d *Data, folds []data.Fold, outcomes [][]*outcome) (*Result, error) {
	r := &Result{
		File: d.Table.File, Target: d.Target, Positive: d.Names[1], Rows: len(d.Labels), Features: len(d.Table.Columns), Positives: d.Positive,
		Config: c.Config, Baseline: -1, Labels: make([]float64, len(d.Labels)),
	}
	for i, l := range d.Labels {
		r.Labels[i] = float64(l)
	}
	for i := range c.Strategies {
		s := &c.Strategies[i]
		if r.Baseline < 0 && s.nothing() {
			r.Baseline = i
		}
		out := StrategyResult{Name: s.Name, Exact: s.exact(), Scores: make([]float32, r.Rows), Corrected: make([]float32, r.Rows)}
		for f, o := range outcomes[i] {
			fold, corrected, err := s.judge(r.Labels, folds[f], o)
			if err != nil {
				return nil, err
			}
			for k, row := range folds[f].Test {
				out.Scores[row], out.Corrected[row] = o.Scores[k], corrected[k]
			}
			out.Folds = append(out.Folds, fold)
			out.Seconds += o.Seconds / float64(len(folds))
		}
		out.summarise()
		r.Strategies = append(r.Strategies, out)
	}
	r.differ()
	return r, nil
}

// nothing reports whether the strategy is plain training.
func (s *Strategy) nothing() bool {
	return s.Sampler == nil && s.ClassWeight == nil && !s.BalancedBatches && s.Loss == Crossentropy
}

// judge measures an outcome. It returns the corrected scores, too.
func (s *Strategy) judge(labels []float64, f data.Fold, o *outcome) (FoldResult, []float32, error) {
	out := FoldResult{
		Fold: o.Fold, TrainRows: len(f.Train), TestRows: len(f.Test), Trained: o.Trained, Seconds: o.Seconds, Weights: o.Weights,
		Loss: o.Loss, InnerLoss: o.InnerLoss, InnerValidation: o.InnerVal,
	}
	y := make([]float64, len(f.Test))
	for i, row := range f.Test {
		y[i] = labels[row]
		out.TestPositives += int(y[i])
	}
	corrected, err := s.correct(o.Scores, o.Weights)
	if err != nil {
		return out, nil, err
	}
	for v, from := range [Variants]struct {
		scores    []float32
		threshold float64
	}{Plain: {o.Scores, .5}, Tuned: {o.Scores, o.Threshold}, Corrected: {corrected, .5}} {
		if out.Scores[v], err = score(y, from.scores, from.threshold); err != nil {
			return out, nil, err
		}
	}
	return out, corrected, nil
}

// summarise computes means and standard deviations (n-1).
func (s *StrategyResult) summarise() {
	n := float64(len(s.Folds))
	for v := range Variants {
		for _, m := range Metrics() {
			var sum, squares float64
			for _, f := range s.Folds {
				sum += m.Of(f.Scores[v])
			}
			mean := sum / n
			for _, f := range s.Folds {
				d := m.Of(f.Scores[v]) - mean
				squares += d * d
			}
			*m.at(&s.Mean[v]) = mean
			*m.at(&s.SD[v]) = math.Sqrt(squares / (n - 1))
		}
	}
}

// differ tests every strategy against the baseline.
func (r *Result) differ() {
	if r.Baseline < 0 {
		return
	}
	base := &r.Strategies[r.Baseline]
	var ratio float64
	for _, f := range base.Folds {
		ratio += float64(f.TestRows) / float64(f.TrainRows) / float64(len(base.Folds))
	}
	for v := range Variants {
		for _, m := range Metrics() {
			if !m.differs(v) {
				continue
			}
			var tests []*Difference
			for i := range r.Strategies {
				if i == r.Baseline {
					continue
				}
				s := &r.Strategies[i]
				var d []float64
				for f := range s.Folds {
					if delta := m.Of(s.Folds[f].Scores[v]) - m.Of(base.Folds[f].Scores[v]); !math.IsNaN(delta) {
						d = append(d, delta)
					}
				}
				test := correctedTest(d, ratio)
				if s.Against[v] == nil {
					s.Against[v] = map[string]*Difference{}
				}
				s.Against[v][m.Name] = &test
				tests = append(tests, &test)
			}
			holm(tests)
		}
	}
}

// differs says whether a metric of a variant is worth a test: it has a better
// end, and is not that of another variant.
func (m Metric) differs(v Variant) bool {
	switch {
	case m.Direction == metric.None:
		return false
	case v == Tuned:
		return m.Decides
	case v == Corrected:
		return !m.Decides && m.Direction == metric.Down
	}
	return true
}
