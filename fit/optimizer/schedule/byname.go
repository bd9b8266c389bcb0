package schedule

import (
	"fmt"
	"strings"
)

// named holds the schedules that [ByName] finds, in alphabetical order.
var named = [...]Schedule{
	CosineDecay{}, CosineDecayRestarts{}, ExponentialDecay{}, InverseTimeDecay{}, PiecewiseConstantDecay{}, PolynomialDecay{},
}

// Names returns the names that [ByName] knows, in alphabetical order.
func Names() []string {
	var names []string
	for _, s := range named {
		names = append(names, s.Name())
	}
	return names
}

// ByName returns the schedule of one of Keras's class names, such as
// "ExponentialDecay" or "exponential_decay", with its fields still to be set.
// Case and underscores do not matter.
func ByName(name string) (Schedule, error) {
	key := strings.ToLower(strings.ReplaceAll(name, "_", ""))
	for _, s := range named {
		if strings.ToLower(s.Name()) == key {
			return s, nil
		}
	}
	return nil, fmt.Errorf("schedule: unknown name %q, expected one of %s", name, strings.Join(Names(), ", "))
}
