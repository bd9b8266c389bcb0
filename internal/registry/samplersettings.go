package registry

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/counterweight-go/counterweight/balance/sampler"
)

// samplerSettings reads the settings of one sampler. Reading one makes it known;
// the first error stays.
type samplerSettings struct {
	given         map[string]string
	seed          uint32
	known         []string
	seeded, makes bool
	blind         bool
	err           error
}

// read hands a setting to parse, if it is there.
func (s *samplerSettings) read(key string, parse func(string) error) {
	s.known = append(s.known, key)
	value, ok := s.given[key]
	if !ok || s.err != nil {
		return
	}
	if err := parse(strings.TrimSpace(value)); err != nil {
		s.err = fmt.Errorf("%s: %w", key, err)
	}
}

func (s *samplerSettings) strategy(parse func(string) (sampler.Strategy, error)) (out sampler.Strategy) {
	s.read("sampling_strategy", func(v string) (err error) {
		out, err = parse(v)
		return err
	})
	return out
}

func (s *samplerSettings) over() sampler.Strategy  { return s.strategy(sampler.ParseOver) }
func (s *samplerSettings) under() sampler.Strategy { return s.strategy(sampler.ParseUnder) }
func (s *samplerSettings) clean() sampler.Strategy { return s.strategy(sampler.ParseClean) }

// rows is the strategy of a sampler that makes rows.
func (s *samplerSettings) rows() sampler.Strategy {
	s.makes = true
	return s.over()
}

// random returns the seed.
func (s *samplerSettings) random() uint32 {
	s.seeded = true
	if _, ok := s.given["random_state"]; ok && s.err == nil {
		s.err = fmt.Errorf("random_state: expected the seed in its own place, not among the settings")
	}
	return s.seed
}

// count reads a whole number of at least 1; it is 0 where the default holds.
func (s *samplerSettings) count(key string) (n int) {
	s.read(key, func(v string) (err error) {
		if n, err = strconv.Atoi(v); err != nil || n < 1 {
			return fmt.Errorf("expected a whole number of at least 1, got %q", v)
		}
		return nil
	})
	return n
}

// positive reads a number above 0; it is 0 where the default holds.
func (s *samplerSettings) positive(key string) (x float64) {
	s.read(key, func(v string) (err error) {
		if x, err = strconv.ParseFloat(v, 64); err != nil || !(x > 0) || math.IsInf(x, 0) {
			return fmt.Errorf("expected a finite number above 0, got %q", v)
		}
		return nil
	})
	return x
}

// number reads a number in a range. It is 0 where the default holds, and
// sampler.Zero for 0.
func (s *samplerSettings) number(key string, least, most float64) (x float64) {
	s.read(key, func(v string) (err error) {
		if x, err = strconv.ParseFloat(v, 64); err != nil || !(x >= least && x <= most) {
			switch math.MaxFloat64 {
			case -least:
				return fmt.Errorf("expected auto or a finite number, got %q", v)
			case most:
				return fmt.Errorf("expected a finite number of at least %v, got %q", least, v)
			}
			return fmt.Errorf("expected a number from %v to %v, got %q", least, most, v)
		}
		if x == 0 {
			x = sampler.Zero
		}
		return nil
	})
	return x
}

// automatic reads any number, or auto for the default.
func (s *samplerSettings) automatic(key string) float64 {
	if s.given[key] == "auto" {
		s.known = append(s.known, key)
		return 0
	}
	return s.number(key, -math.MaxFloat64, math.MaxFloat64)
}

// folds reads a number of folds; it is 0 where the default holds.
func (s *samplerSettings) folds(key string) int {
	n := s.count(key)
	if n == 1 && s.err == nil {
		s.err = fmt.Errorf("%s: expected at least 2 folds, got 1", key)
	}
	return n
}

func (s *samplerSettings) truth(key string) (b bool) {
	s.read(key, func(v string) error {
		i := slices.Index([]string{"false", "true"}, strings.ToLower(v))
		if i < 0 {
			return fmt.Errorf("expected true or false, got %q", v)
		}
		b = i == 1
		return nil
	})
	return b
}

// choice reads one of some words and returns its place; the first is the default.
func (s *samplerSettings) choice(key string, words ...string) (i int) {
	s.read(key, func(v string) error {
		if i = slices.Index(words, v); i < 0 {
			return fmt.Errorf("expected one of %q, got %q", words, v)
		}
		return nil
	})
	return i
}

func (s *samplerSettings) agreement() sampler.Agreement {
	return sampler.Agreement(s.choice("kind_sel", "all", "mode")) // AllAgree, MostAgree
}

// columns reads numbers of columns, "0,3" or "[0, 3]", under any of some keys.
// They must be there.
func (s *samplerSettings) columns(keys ...string) (columns []int) {
	for _, key := range keys {
		s.read(key, func(v string) error {
			columns = nil
			for word := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(v, "["), "]"), ",") {
				n, err := strconv.Atoi(strings.TrimSpace(word))
				if err != nil || n < 0 {
					return fmt.Errorf("expected numbers of columns like 0,3, got %q", v)
				}
				columns = append(columns, n)
			}
			return nil
		})
	}
	if columns == nil && s.err == nil {
		s.err = fmt.Errorf("%s: expected numbers of columns like 0,3", keys[0])
	}
	return columns
}

// shrinkage reads one number for all classes or, as a JSON map, one for each.
func (s *samplerSettings) shrinkage() (out sampler.Shrinkage) {
	s.read("shrinkage", func(v string) error {
		if v == "None" || v == "null" {
			return nil
		}
		s.makes = true
		if x, err := strconv.ParseFloat(v, 64); err == nil {
			out = sampler.Shrink(x)
			return checkShrinkage(x)
		}
		var by map[string]*float64
		if err := json.Unmarshal([]byte(v), &by); err != nil {
			return fmt.Errorf(`expected a number or a map like {"1": 0.5}, got %q`, v)
		}
		all := sampler.ShrinkBy{}
		for key, x := range by {
			class, err := strconv.Atoi(key)
			if err != nil || x == nil {
				return fmt.Errorf(`expected a map from classes to numbers like {"1": 0.5}, got %q`, v)
			}
			if err := checkShrinkage(*x); err != nil {
				return err
			}
			all[class] = *x
		}
		out = all
		return nil
	})
	return out
}

func checkShrinkage(x float64) error {
	if !(x >= 0) || math.IsInf(x, 0) {
		return fmt.Errorf("expected a finite number of at least 0, got %v", x)
	}
	return nil
}
