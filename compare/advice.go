package compare

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/counterweight-go/counterweight/fit/metric"
)

// significance is the level of the tests, after the correction for the number
// of strategies.
const significance = 0.05

// Advice is one sentence: whether a strategy has been shown to rank rows better
// than the baseline, in average precision, which was chosen beforehand. Where
// none has, plain training is what it advises, as the simpler thing.
func (r *Result) Advice() string {
	if r.Baseline < 0 {
		return "Nothing can be said about what a strategy is worth, as training without any (none) is not among those compared."
	}
	if len(r.Strategies) == 1 {
		return "Only training without any strategy was compared: there is nothing to advise between."
	}
	ranking := metricNamed("average_precision")
	better, worse := r.shown(Plain, ranking)
	none := r.Strategies[r.Baseline].Name
	if len(better) == 0 {
		advice := fmt.Sprintf("On these folds no strategy is shown to rank rows better than %s does, so train plainly and choose the threshold on rows held out", none)
		if n := len(worse); n > 0 && n == len(r.Strategies)-1 {
			advice += ": all others are shown to rank worse"
		}
		return advice + "."
	}
	best := better[0]
	d := r.Strategies[best].Against[Plain][ranking.Name]
	also := ""
	if len(better) > 1 {
		also = fmt.Sprintf(", and so %s %s,", plural(len(better)-1, "does", "do"), r.list(better[1:]))
	}
	return fmt.Sprintf("%s ranks rows better than %s on these folds%s by %s of average precision (95 %% interval %s to %s, %s after correction for %d strategies): use it if that is worth %s.",
		r.Strategies[best].Name, none, also, signed(d.Mean), signed(d.Lower), signed(d.Upper), pValue(d.Adjusted), len(r.Strategies)-1, r.cost(best))
}

// cost says what a strategy costs in probabilities.
func (r *Result) cost(i int) string {
	m := metricNamed("brier_score")
	s, base := &r.Strategies[i], &r.Strategies[r.Baseline]
	return fmt.Sprintf("a Brier score of %s instead of %s (%s after prior correction)", short(m.Of(s.Mean[Plain])), short(m.Of(base.Mean[Plain])), short(m.Of(s.Mean[Corrected])))
}

// Findings are sentences on ranking, decisions and probabilities. They call a
// difference shown where the corrected test says so.
func (r *Result) Findings() []string {
	if r.Baseline < 0 || len(r.Strategies) < 2 {
		return []string{}
	}
	return []string{
		"Ranking: " + r.finding(Plain, "average_precision") + "; " + r.finding(Plain, "roc_auc") + ".",
		"Decisions at 0.5: " + r.finding(Plain, "recall") + "; " + r.finding(Plain, "precision") + ".",
		"Decisions at a threshold chosen on inner rows, which " + r.Strategies[r.Baseline].Name + " gets as well: " + r.finding(Tuned, "f1") + "; " + r.finding(Tuned, "recall") + ".",
		"Probabilities: " + r.finding(Plain, "brier_score") + ". After prior correction: " + r.finding(Corrected, "brier_score") + ".",
		r.power(),
	}
}

// finding says which strategies differ from the baseline in a metric.
func (r *Result) finding(v Variant, name string) string {
	m := metricNamed(name)
	better, worse := r.shown(v, m)
	base := m.Of(r.Strategies[r.Baseline].Mean[v])
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range r.Strategies {
		if i != r.Baseline {
			x := m.Of(r.Strategies[i].Mean[v])
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	text := fmt.Sprintf("%s is %s for %s and %s for the others", m.Label, short(base), r.Strategies[r.Baseline].Name, span(lo, hi))
	up, down := "higher", "lower"
	if m.Direction == metric.Down {
		up, down = "lower", "higher"
	}
	switch {
	case len(better)+len(worse) == 0:
		return text + ", no difference is shown"
	case len(worse) == 0:
		return fmt.Sprintf("%s, shown to be %s for %s", text, up, r.list(better))
	case len(better) == 0:
		return fmt.Sprintf("%s, shown to be %s for %s", text, down, r.list(worse))
	}
	return fmt.Sprintf("%s, shown to be %s for %s and %s for %s", text, up, r.list(better), down, r.list(worse))
}

// shown returns the strategies that the test shows to be better and worse than the baseline,
// the one with the largest difference first.
func (r *Result) shown(v Variant, m Metric) (better, worse []int) {
	sign := 1.0
	if m.Direction == metric.Down {
		sign = -1
	}
	gain := func(i int) float64 { return sign * r.Strategies[i].Against[v][m.Name].Mean }
	for i := range r.Strategies {
		if i == r.Baseline || !(r.Strategies[i].Against[v][m.Name].Adjusted < significance) {
			continue
		}
		if gain(i) > 0 {
			better = append(better, i)
		} else {
			worse = append(worse, i)
		}
	}
	slices.SortStableFunc(better, func(a, b int) int { return compareFloats(gain(b), gain(a)) })
	slices.SortStableFunc(worse, func(a, b int) int { return compareFloats(gain(a), gain(b)) })
	return better, worse
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// power says how small a difference these folds can show.
func (r *Result) power() string {
	var widths []float64
	for i := range r.Strategies {
		if i != r.Baseline {
			d := r.Strategies[i].Against[Plain]["average_precision"]
			if w := (d.Upper - d.Lower) / 2; w > 0 {
				widths = append(widths, w)
			}
		}
	}
	caveat := "The tests look at one metric at a time: of many metrics one differs by chance sooner or later."
	if len(widths) == 0 {
		return caveat
	}
	slices.Sort(widths)
	return fmt.Sprintf("With %d folds, the 95 %% interval of a difference in average precision reaches %s to either side of it (median): smaller differences may be there and not be seen. %s",
		r.Config.Folds, short(widths[len(widths)/2]), caveat)
}

// Time is a sentence on the seconds that strategies take.
func (r *Result) Time() string {
	slowest := r.Baseline
	for i := range r.Strategies {
		if r.Strategies[i].Seconds > r.Strategies[slowest].Seconds {
			slowest = i
		}
	}
	base := r.Strategies[r.Baseline]
	text := fmt.Sprintf("Time: %s trains for %.2g s on a fold", base.Name, base.Seconds)
	if slowest == r.Baseline {
		return text + ", which is the longest."
	}
	return fmt.Sprintf("%s; %s takes the longest, %.2g s.", text, r.Strategies[slowest].Name, r.Strategies[slowest].Seconds)
}

// list joins names of strategies. Where most of the others are meant, it names
// those that are not.
func (r *Result) list(of []int) string {
	var names, rest []string
	for i, s := range r.Strategies {
		if i != r.Baseline && !slices.Contains(of, i) {
			rest = append(rest, s.Name)
		}
	}
	for _, i := range of {
		names = append(names, r.Strategies[i].Name)
	}
	switch {
	case len(of) > 1 && len(rest) == 0:
		return "all others"
	case len(of) > 3 && len(rest) < len(of):
		return "all others but " + and(rest)
	}
	return and(names)
}

func and(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return names[0]
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// span is a range, or a value where the ends look the same.
func span(lo, hi float64) string {
	if a, b := short(lo), short(hi); a != b {
		return "from " + a + " to " + b
	}
	return short(lo)
}

// short writes a metric with three digits behind the point, or more where that
// would say little.
func short(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	digits, sign := 3, ""
	if a := math.Abs(v); a != 0 && a < .0995 {
		digits = 4
	}
	text := strconv.FormatFloat(math.Abs(v), 'f', digits, 64)
	if v < 0 && strings.Trim(text, "0.") != "" {
		sign = "-"
	}
	return sign + strings.TrimPrefix(text, "0")
}

// signed is short with a sign.
func signed(v float64) string {
	if v > 0 {
		return "+" + short(v)
	}
	return short(v)
}

// pValue writes p.
func pValue(p float64) string {
	switch {
	case math.IsNaN(p):
		return "no p"
	case p < .001:
		return "p < .001"
	}
	return "p = " + short(p)
}
