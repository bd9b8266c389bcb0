package optimizer

import (
	"strings"

	"github.com/counterweight-go/counterweight/internal/names"
)

// known holds the optimizers that [ByName] finds, in alphabetical order.
var known = [...]Optimizer{
	Adadelta{}, Adafactor{}, Adagrad{}, Adam{}, Adamax{}, AdamW{}, Ftrl{}, Lamb{}, Lion{}, Muon{}, Nadam{}, RMSprop{},
	ScheduleFreeAdamW{}, SGD{},
}

// Names returns the names that [ByName] knows, in alphabetical order.
func Names() []string {
	var all []string
	for _, o := range known {
		all = append(all, o.Name())
	}
	return all
}

// ByName returns the optimizer of one of Keras's names, such as "adam", with its
// default settings. Case does not matter.
func ByName(name string) (Optimizer, error) {
	for _, o := range known {
		if strings.EqualFold(o.Name(), name) {
			return o, nil
		}
	}
	return nil, names.Unknown("optimizer: unknown name", name, Names())
}
