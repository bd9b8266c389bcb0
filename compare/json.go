package compare

import (
	"bytes"
	"encoding/json"
	"math"
)

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
	var o, info, config, strategies object
	info.add("file", r.File)
	info.add("target", r.Target)
	info.add("positive", r.Positive)
	info.add("rows", r.Rows)
	info.add("features", r.Features)
	info.add("positives", r.Positives)
	config.add("folds", r.Config.Folds)
	config.add("seed", r.Config.Seed)
	config.add("hidden", append([]int{}, r.Config.Hidden...))
	config.add("epochs", r.Config.Epochs)
	config.add("batch_size", r.Config.BatchSize)
	for i := range r.Strategies {
		strategies.add(r.Strategies[i].Name, r.Strategies[i].object(i == r.Baseline))
	}
	o.add("version", resultVersion)
	o.add("data", &info)
	o.add("config", &config)
	o.add("strategies", &strategies)
	var baseline any
	if r.Baseline >= 0 {
		baseline = r.Strategies[r.Baseline].Name
	}
	o.add("baseline", baseline)
	o.add("advice", r.Advice())
	o.add("findings", r.Findings())
	return o.MarshalJSON()
}

func (s *StrategyResult) object(baseline bool) *object {
	var folds []*object
	for _, f := range s.Folds {
		var o object
		o.add("fold", f.Fold)
		o.add("train_rows", f.TrainRows)
		o.add("trained_rows", f.Trained)
		o.add("test_rows", f.TestRows)
		o.add("test_positives", f.TestPositives)
		o.add("seconds", f.Seconds)
		o.add("metrics", f.Scores[Plain].object())
		o.add("tuned", f.Scores[Tuned].object())
		o.add("corrected", f.Scores[Corrected].object())
		folds = append(folds, &o)
	}
	var o, tuned, corrected object
	o.add("folds", folds)
	o.add("mean", s.Mean[Plain].scalars())
	o.add("sd", s.SD[Plain].scalars())
	tuned.add("mean", s.Mean[Tuned].scalars())
	tuned.add("sd", s.SD[Tuned].scalars())
	o.add("tuned", &tuned)
	corrected.add("exact", s.Exact)
	corrected.add("mean", s.Mean[Corrected].scalars())
	corrected.add("sd", s.SD[Corrected].scalars())
	o.add("corrected", &corrected)
	if s.Against[Plain] == nil || baseline {
		o.add("against", nil)
		return &o
	}
	var against object
	for v, name := range [Variants]string{"metrics", "tuned", "corrected"} {
		var tests object
		for _, m := range Metrics() {
			if d := s.Against[v][m.Name]; d != nil {
				tests.add(m.Name, d.object())
			}
		}
		against.add(name, &tests)
	}
	o.add("against", &against)
	return &o
}

func (d *Difference) object() *object {
	var o object
	o.add("difference", number(d.Mean))
	o.add("lower", number(d.Lower))
	o.add("upper", number(d.Upper))
	o.add("t", number(d.T))
	o.add("p", number(d.P))
	o.add("p_adjusted", number(d.Adjusted))
	o.add("wins", d.Wins)
	o.add("folds", d.Folds)
	return &o
}

// scalars are the metrics by name.
func (s Scores) scalars() *object {
	var o object
	for _, m := range Metrics() {
		o.add(m.Name, number(m.Of(s)))
	}
	return &o
}

// object has the metrics, the confusion matrix by truth and prediction, and the
// number of positive rows.
func (s Scores) object() *object {
	o := s.scalars()
	c := s.Confusion
	o.add("confusion_matrix", [][]number{{number(c.TN), number(c.FP)}, {number(c.FN), number(c.TP)}})
	o.add("support", number(c.TP+c.FN))
	return o
}

// number is a float that JSON can hold: NaN and the infinities are null.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	if v := float64(n); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// object is a JSON object that keeps the order of its members.
type object struct {
	text bytes.Buffer
	err  error
}

func (o *object) add(key string, value any) {
	k, err := json.Marshal(key)
	if err == nil {
		var v []byte
		if v, err = json.Marshal(value); err == nil {
			if o.text.Len() > 0 {
				o.text.WriteByte(',')
			}
			o.text.Write(k)
			o.text.WriteByte(':')
			o.text.Write(v)
		}
	}
	if o.err == nil {
		o.err = err
	}
}

func (o *object) MarshalJSON() ([]byte, error) {
	return append(append([]byte{'{'}, o.text.Bytes()...), '}'), o.err
}
