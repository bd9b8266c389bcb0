package compare

import "github.com/counterweight-go/counterweight/internal/ordered"

// resultVersion is that of the schema of results.json.
const resultVersion = 1

// MarshalJSON writes results.json. Its schema:
//
//	version     1
//	data        file, target, positive, rows, features, positives
//	config      folds, seed, hidden, epochs, batch_size
//	strategies  by name, in the order given:
//	  folds         fold, train_rows, trained_rows (after sampling), test_rows,
//	                test_positives, seconds, and metrics, tuned and corrected:
//	                Scores of the variants
//	  mean, sd      of metrics over the folds
//	  tuned         mean, sd
//	  corrected     exact, mean, sd
//	  against       the baseline, without which it is null: metrics, tuned and
//	                corrected by metric, each with difference (of means), lower and
//	                upper (95 % interval), t, p, p_adjusted (Holm), wins, folds
//	baseline    name, or null
//	advice      a sentence
//	findings    sentences
//
// NaN and the infinities are null.
func (r *Result) MarshalJSON() ([]byte, error) {
	var o, info, config, strategies ordered.Object
	info.Add("file", r.File)
	info.Add("target", r.Target)
	info.Add("positive", r.Positive)
	info.Add("rows", r.Rows)
	info.Add("features", r.Features)
	info.Add("positives", r.Positives)
	config.Add("folds", r.Config.Folds)
	config.Add("seed", r.Config.Seed)
	config.Add("hidden", append([]int{}, r.Config.Hidden...))
	config.Add("epochs", r.Config.Epochs)
	config.Add("batch_size", r.Config.BatchSize)
	for i := range r.Strategies {
		strategies.Add(r.Strategies[i].Name, r.Strategies[i].object(i == r.Baseline))
	}
	o.Add("version", resultVersion)
	o.Add("data", info)
	o.Add("config", config)
	o.Add("strategies", strategies)
	var baseline any
	if r.Baseline >= 0 {
		baseline = r.Strategies[r.Baseline].Name
	}
	o.Add("baseline", baseline)
	o.Add("advice", r.Advice())
	o.Add("findings", r.Findings())
	return o.MarshalJSON()
}

func (s *StrategyResult) object(baseline bool) ordered.Object {
	var folds []ordered.Object
	for _, f := range s.Folds {
		var o ordered.Object
		o.Add("fold", f.Fold)
		o.Add("train_rows", f.TrainRows)
		o.Add("trained_rows", f.Trained)
		o.Add("test_rows", f.TestRows)
		o.Add("test_positives", f.TestPositives)
		o.Add("seconds", f.Seconds)
		o.Add("metrics", f.Scores[Plain].object())
		o.Add("tuned", f.Scores[Tuned].object())
		o.Add("corrected", f.Scores[Corrected].object())
		folds = append(folds, o)
	}
	var o, tuned, corrected ordered.Object
	o.Add("folds", folds)
	o.Add("mean", s.Mean[Plain].scalars())
	o.Add("sd", s.SD[Plain].scalars())
	tuned.Add("mean", s.Mean[Tuned].scalars())
	tuned.Add("sd", s.SD[Tuned].scalars())
	o.Add("tuned", tuned)
	corrected.Add("exact", s.Exact)
	corrected.Add("mean", s.Mean[Corrected].scalars())
	corrected.Add("sd", s.SD[Corrected].scalars())
	o.Add("corrected", corrected)
	if s.Against[Plain] == nil || baseline {
		o.Add("against", nil)
		return o
	}
	var against ordered.Object
	for v, name := range [Variants]string{"metrics", "tuned", "corrected"} {
		var tests ordered.Object
		for _, m := range Metrics() {
			if d := s.Against[v][m.Name]; d != nil {
				tests.Add(m.Name, d.object())
			}
		}
		against.Add(name, tests)
	}
	o.Add("against", against)
	return o
}

func (d *Difference) object() ordered.Object {
	var o ordered.Object
	o.Add("difference", ordered.Number(d.Mean))
	o.Add("lower", ordered.Number(d.Lower))
	o.Add("upper", ordered.Number(d.Upper))
	o.Add("t", ordered.Number(d.T))
	o.Add("p", ordered.Number(d.P))
	o.Add("p_adjusted", ordered.Number(d.Adjusted))
	o.Add("wins", d.Wins)
	o.Add("folds", d.Folds)
	return o
}

// scalars are the metrics by name.
func (s Scores) scalars() ordered.Object {
	var o ordered.Object
	for _, m := range Metrics() {
		o.Add(m.Name, ordered.Number(m.Of(s)))
	}
	return o
}

// object has the metrics, the confusion matrix by truth and prediction, and the
// number of positive rows.
func (s Scores) object() ordered.Object {
	o := s.scalars()
	c := s.Confusion
	o.Add("confusion_matrix", [][]ordered.Number{{ordered.Number(c.TN), ordered.Number(c.FP)}, {ordered.Number(c.FN), ordered.Number(c.TP)}})
	o.Add("support", ordered.Number(c.TP+c.FN))
	return o
}
