package registry

import (
	"slices"
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
