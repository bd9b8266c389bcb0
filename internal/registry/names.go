package registry

import (
	"fmt"
	"slices"
	"strings"
)

// Names returns the names of Keras's classes that are here, of one of its rooms
// ("layers", "losses", "optimizers.schedules"), in alphabetical order; nil for
// another room.
func Names(room string) []string { return classNames(room, false) }

// OwnNames returns the names of the classes of a room that Keras lacks.
func OwnNames(room string) []string { return classNames(room, true) }

func classNames(room string, own bool) []string {
	var all []string
	for _, k := range known() {
		for _, c := range k.classes {
			if k.module == room && c.own == own {
				all = append(all, c.name)
			}
		}
	}
	slices.Sort(all)
	return all
}

// About returns the type of a class and, for a table, the keys of Keras's that
// have one value here, without those that all classes of the room share.
func About(room, name string) (typ, only string) {
	for _, k := range known() {
		for _, c := range k.classes {
			if k.module != room || c.name != name {
				continue
			}
			var fixed []string
			for key, value := range c.fixed {
				switch key {
				case "seed", "data_format", "quantization_config", "loss_scale_factor", "sparse", "ragged":
				default:
					fixed = append(fixed, fmt.Sprintf("`%s` %s", key, Show(value)))
				}
			}
			slices.Sort(fixed)
			return c.def.Type().String(), strings.Join(fixed, ", ")
		}
	}
	return "", ""
}
