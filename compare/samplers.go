package compare

import (
	"slices"
	"strconv"
	"strings"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/internal/registry"
)

// shortNames are other names of samplers.
var shortNames = map[string]string{"random-over": "random-over-sampler", "random-under": "random-under-sampler"}

// samplerNames lists imbalanced-learn's names and the short ones.
func samplerNames() []string {
	names := registry.SamplerNames()
	for short := range shortNames {
		names = append(names, short)
	}
	slices.Sort(names)
	return names
}

// named is a sampler by name.
type named struct {
	make  func(Draw) (sampler.Sampler, error)
	sized bool // makes classes of a wanted size
	coded bool // works on codes of categories
}

// samplerNamed returns false for an unknown name.
func samplerNamed(name string) (named, bool) {
	if long, ok := shortNames[name]; ok {
		name = long
	}
	if !slices.Contains(registry.SamplerNames(), name) {
		return named{}, false
	}
	coded := name == "smotenc" || name == "smoten"
	create := func(d Draw) (sampler.Sampler, error) {
		settings := map[string]string{}
		if d.Ratio != 0 {
			settings["sampling_strategy"] = strconv.FormatFloat(d.Ratio, 'g', -1, 64)
		}
		if name == "smotenc" {
			var columns []string
			for _, c := range d.Categorical {
				columns = append(columns, strconv.Itoa(c))
			}
			settings["categorical"] = strings.Join(columns, ",")
		}
		return made(registry.NewSampler(name, settings, d.Seed))
	}
	_, err := create(Draw{Ratio: .5, Categorical: []int{0}})
	return named{create, err == nil, coded}, true
}

func made(s registry.Sampler, err error) (sampler.Sampler, error) { return s.Sampler, err }
