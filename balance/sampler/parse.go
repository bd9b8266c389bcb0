package sampler

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ParseStrategy reads a strategy: a Target by imbalanced-learn's name, a Ratio
// by its number, Counts as a JSON map such as {"0": 100, "1": 50}, or Classes as
// a JSON list such as [0, 2].
func ParseStrategy(s string) (Strategy, error) {
	strategy, err := parseStrategy(s)
	if err != nil {
		return nil, fmt.Errorf("sampler: %w", err)
	}
	return strategy, nil
}

// ParseOver is ParseStrategy where the strategy is for an over-sampler: what is
// never for one is an error.
func ParseOver(s string) (Strategy, error) { return parseFor(s, over) }

// ParseUnder is ParseStrategy for an under-sampler.
func ParseUnder(s string) (Strategy, error) { return parseFor(s, under) }

// ParseClean is ParseStrategy for a cleaning sampler.
func ParseClean(s string) (Strategy, error) { return parseFor(s, clean) }

func parseFor(s string, k kind) (Strategy, error) {
	strategy, err := parseStrategy(s)
	if err == nil {
		err = fits(strategy, k)
	}
	if err != nil {
		return nil, fmt.Errorf("sampler: %w", err)
	}
	return strategy, nil
}

func parseStrategy(s string) (Strategy, error) {
	s = strings.TrimSpace(s)
	if t := slices.Index(targetNames, s); t >= 0 {
		return Target(t), nil
	}
	switch {
	case strings.HasPrefix(s, "{"):
		return parseCounts(s)
	case strings.HasPrefix(s, "["):
		var labels []*int // null would pass for 0 otherwise
		if err := json.Unmarshal([]byte(s), &labels); err != nil {
			return nil, fmt.Errorf("strategy %.100q: %w", s, err)
		}
		if slices.Contains(labels, nil) {
			return nil, fmt.Errorf("strategy %.100q: a class is null, want whole numbers", s)
		}
		classes := Classes{}
		for _, l := range labels {
			classes = append(classes, *l)
		}
		return classes, nil
	}
	r, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, fmt.Errorf("unknown strategy %.100q, want one of %q, a ratio, or a JSON map or list", s, targetNames)
	}
	return Ratio(r), Ratio(r).check()
}

// parseCounts goes token by token, as Unmarshal would let the last of equal keys
// win.
func parseCounts(s string) (Strategy, error) {
	bad := func(err error) (Strategy, error) { return nil, fmt.Errorf("strategy %.100q: %w", s, err) }
	dec := json.NewDecoder(strings.NewReader(s))
	if _, err := dec.Token(); err != nil {
		return bad(err)
	}
	counts := Counts{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return bad(err)
		}
		class, err := strconv.Atoi(key.(string)) // the decoder accepts strings only
		if err != nil {
			return bad(fmt.Errorf("key %q is not a class, want a whole number", key))
		}
		if _, twice := counts[class]; twice {
			return bad(fmt.Errorf("class %d is given twice", class))
		}
		var n *int
		if err := dec.Decode(&n); err != nil {
			return bad(fmt.Errorf("rows of class %d: %w", class, err))
		}
		if n == nil || *n < 0 {
			return bad(fmt.Errorf("rows of class %d: want a whole number of at least 0", class))
		}
		counts[class] = *n
	}
	if _, err := dec.Token(); err != nil {
		return bad(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return bad(errors.New("something follows the JSON map"))
	}
	return counts, nil
}
