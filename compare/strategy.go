package compare

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/balance/sampler"
)

// Strategy is a way to treat imbalance: what is done to the training rows, to
// their weights and to the loss. The zero value does nothing, and is what others
// are compared with.
type Strategy struct {
	Name string // not empty, and unique among the strategies of a comparison

	// Sampler makes a sampler, which makes other rows out of the training rows;
	// nil leaves them.
	Sampler func(Draw) (sampler.Sampler, error)
	// Coded says that the sampler knows categories: it sees a column of codes for
	// each column of text, behind those of numbers. Others see a column of zeros and ones
	// for each category; of what they make, the category that is nearest holds.
	Coded bool
	// Ratio is the number of rows of the smaller class for each row of the larger
	// one that the sampler aims at, in (0,1]; 0 leaves it to the sampler, and
	// HalfWay is for strategies in which something else does the rest.
	Ratio float64
	// ClassWeight weighs the rows by their class, which it counts after
	// sampling; nil weighs all the same.
	ClassWeight balance.ClassWeight
	// BalancedBatches takes as many rows of either class into every batch.
	BalancedBatches bool

	Loss  Loss
	Gamma float64 // of Focal, 2 if 0
	Tau   float64 // of LogitAdjusted, 1 if 0
}

// HalfWay is a Ratio: the square root of the ratio that the training rows have.
const HalfWay = -1

// Draw is what a sampler works with in one training fold.
type Draw struct {
	Seed uint32
	// Ratio is what the strategy aims at, 0 for the sampler's own.
	Ratio float64
	// Categorical are the columns of codes, for a sampler that is Coded.
	Categorical []int
}

// Loss is what training makes small.
type Loss int

const (
	Crossentropy  Loss = iota // loss.BinaryCrossentropy
	Focal                     // loss.BinaryFocalCrossentropy without its alpha
	LogitAdjusted             // loss.LogitAdjusted with the counts of the training rows
)

// Defaults are the strategies of a comparison that names none.
var defaults = []string{
	"none", "auto", "log:0.15", "effective:0.999", "focal", "logit-adjust", "balanced-batches",
	"random-over", "random-under", "smote", "borderline-smote", "smote-tomek", "smote-enn", "smote+auto",
}

// Defaults returns the strategies of a comparison that names none.
func Defaults() []Strategy {
	out := make([]Strategy, len(defaults))
	for i, name := range defaults {
		out[i], _ = ParseStrategy(name) // each is tested to be known
	}
	return out
}

// ParseStrategies reads a list of strategies, joined by commas, each as by
// ParseStrategy. Commas within the braces and brackets of JSON do not count.
// weights reads class weights, which may begin with an @ then; nil means
// [balance.Parse].
func ParseStrategies(list string, weights func(spec string) (balance.ClassWeight, error)) ([]Strategy, error) {
	var out []Strategy
	for _, spec := range cut(list, ',') {
		s, err := parse(spec, weights)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(t Strategy) bool { return t.Name == s.Name }) {
			return nil, fmt.Errorf("compare: strategy %q is named twice", s.Name)
		}
		out = append(out, s)
	}
	return out, nil
}

// ParseStrategy reads a strategy: none, class weights as package balance parses
// them (auto, log:MU, effective:BETA, inverse-sqrt, {"0": 1, "1": 50}, which
// map: may stand before), focal or focal:GAMMA, logit-adjust or
// logit-adjust:TAU, balanced-batches, or one of [Known]'s samplers, with a RATIO
// after a colon where it makes classes of a wanted size. Several of different
// kinds are joined by plus signs: smote+auto, random-under:0.2+focal. Beside
// class weights, a sampler without a ratio goes HalfWay.
func ParseStrategy(spec string) (Strategy, error) { return parse(spec, nil) }

func parse(spec string, weights func(string) (balance.ClassWeight, error)) (Strategy, error) {
	p := parser{Strategy: Strategy{Name: strings.TrimSpace(spec)}, weights: weights}
	parts := cut(p.Name, '+')
	err := p.check()
	for i := 0; i < len(parts) && err == nil; i++ {
		err = p.add(strings.TrimSpace(parts[i]), len(parts) == 1)
	}
	if err == nil {
		err = p.finish()
	}
	if err == nil {
		err = p.check()
	}
	if err != nil {
		return Strategy{}, fmt.Errorf("compare: strategy %q: %w", p.Name, err)
	}
	return p.Strategy, nil
}

// parser puts a strategy together.
type parser struct {
	Strategy
	sized   bool // the sampler makes classes of a wanted size
	weights func(string) (balance.ClassWeight, error)
}

// add sets what one part says.
func (p *parser) add(part string, alone bool) error {
	name, value, valued := strings.Cut(part, ":")
	number := func(to *float64) error {
		if !valued {
			return nil
		}
		v, err := strconv.ParseFloat(value, 64)
		if err != nil || !(v > 0) || math.IsInf(v, 1) {
			return fmt.Errorf("%q after %s, expected a number above 0", value, name)
		}
		*to = v
		return nil
	}
	switch name {
	case "none":
		if !alone || valued {
			return errors.New("none does nothing: expected it alone")
		}
		return nil
	case "focal", "logit-adjust":
		if p.Loss != Crossentropy {
			return errors.New("expected one loss at most")
		}
		if name == "focal" {
			p.Loss = Focal
			return number(&p.Gamma)
		}
		p.Loss = LogitAdjusted
		return number(&p.Tau)
	case "balanced-batches":
		if valued {
			return fmt.Errorf("%q after %s, which takes no number", value, name)
		}
		p.BalancedBatches = true
		return nil
	}
	if known, ok := samplerNamed(name); ok {
		switch {
		case p.Sampler != nil:
			return errors.New("expected one sampler at most")
		case valued && !known.sized:
			return fmt.Errorf("%q after %s, which takes no ratio", value, name)
		}
		p.Sampler, p.sized, p.Coded = known.make, known.sized, known.coded
		return number(&p.Ratio)
	}
	policy := part
	if name == "map" && valued {
		policy = value
	}
	read := p.weights
	starts := "{[@"
	if read == nil {
		read, starts = balance.Parse, "{["
	}
	if !slices.Contains(policyNames, name) && !strings.ContainsAny(policy[:min(len(policy), 1)], starts) {
		return fmt.Errorf("unknown strategy %q, expected one of %s", part, strings.Join(Known(), ", "))
	}
	weights, err := read(policy)
	if err == nil && p.ClassWeight != nil {
		err = errors.New("expected class weights once at most")
	}
	p.ClassWeight = weights
	return err
}

// finish looks at the parts together.
func (p *parser) finish() error {
	if p.sized && p.Ratio == 0 && p.ClassWeight != nil {
		p.Ratio = HalfWay
	}
	if p.BalancedBatches && (p.sized || p.ClassWeight != nil || p.Loss == LogitAdjusted) {
		return errors.New("balanced-batches hold as many rows of either class: nothing is left to balance for what it is combined with")
	}
	return nil
}

var policyNames = []string{"auto", "balanced", "log", "effective", "inverse-sqrt", "deferred", "map"}

// Known lists the names that a strategy may have, with their parameters.
func Known() []string {
	return append([]string{
		"none", "auto", "balanced", "log:MU", "effective:BETA", "inverse-sqrt", "deferred:EPOCHS:POLICY", `map:{"0": 1, "1": 50}`,
		"focal", "logit-adjust", "balanced-batches",
	}, samplerNames()...)
}

// check judges a strategy by itself.
func (s *Strategy) check() error {
	switch {
	case s.Name == "":
		return errors.New("it has no name")
	case s.Ratio != HalfWay && !(s.Ratio >= 0 && s.Ratio <= 1):
		return fmt.Errorf("the ratio is %v, expected a number above 0, 1 at most", s.Ratio)
	case s.Ratio != 0 && s.Sampler == nil:
		return errors.New("a ratio is given without a sampler")
	case s.Loss < Crossentropy || s.Loss > LogitAdjusted:
		return fmt.Errorf("unknown loss %d", s.Loss)
	case !(s.Gamma >= 0) || s.Gamma != 0 && s.Loss != Focal:
		return fmt.Errorf("gamma %v, expected a number above 0, and focal loss", s.Gamma)
	case !(s.Tau >= 0) || s.Tau != 0 && s.Loss != LogitAdjusted:
		return fmt.Errorf("tau %v, expected a number above 0, and logit adjustment", s.Tau)
	}
	return nil
}

// cut splits text where no brace, bracket or quote is open. A plus sign within a
// number (1e+3) does not count.
func cut(text string, at rune) []string {
	var out []string
	depth, from, quoted := 0, 0, false
	for i, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '{' || r == '[':
			depth++
		case r == '}' || r == ']':
			depth--
		case r == at && depth <= 0 && !(r == '+' && exponent(text[:i])):
			out = append(out, text[from:i])
			from = i + 1
		}
	}
	return append(out, text[from:])
}

// exponent reports whether text ends in a digit and an e.
func exponent(text string) bool {
	n := len(text)
	return n > 1 && (text[n-1] == 'e' || text[n-1] == 'E') && text[n-2] >= '0' && text[n-2] <= '9'
}
