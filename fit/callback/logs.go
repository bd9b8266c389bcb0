package callback

import (
	"iter"
	"slices"
	"strings"
)

// Logs holds named values in alphabetical order, as Keras logs them. The zero
// value is empty and ready for use.
type Logs struct {
	entries []entry
	pending func(*Logs)
}

type entry struct {
	key   string
	value float64
}

// Defer puts off computing the values until somebody looks at them, as the
// running values of a batch are worth their cost only then. fill is called at
// most once, by the first call of any other method, and should call Set.
func (l *Logs) Defer(fill func(*Logs)) { l.pending = fill }

// Set gives a key a value. Setting a key that is there allocates nothing.
func (l *Logs) Set(key string, value float64) {
	l.settle()
	at, found := l.find(key)
	if !found {
		l.entries = slices.Insert(l.entries, at, entry{key: key})
	}
	l.entries[at].value = value
}

// Get returns the value of a key and whether there is one.
func (l *Logs) Get(key string) (float64, bool) {
	l.settle()
	at, found := l.find(key)
	if !found {
		return 0, false
	}
	return l.entries[at].value, true
}

// Len returns the number of keys.
func (l *Logs) Len() int {
	l.settle()
	return len(l.entries)
}

// All yields keys and values in alphabetical order of the keys.
func (l *Logs) All() iter.Seq2[string, float64] {
	return func(yield func(string, float64) bool) {
		l.settle()
		for _, e := range l.entries {
			if !yield(e.key, e.value) {
				return
			}
		}
	}
}

// keys returns the keys in alphabetical order.
func (l *Logs) keys() []string {
	l.settle()
	keys := make([]string, len(l.entries))
	for i, e := range l.entries {
		keys[i] = e.key
	}
	return keys
}

// Clear removes all keys.
func (l *Logs) Clear() { l.entries, l.pending = l.entries[:0], nil }

func (l *Logs) settle() {
	if fill := l.pending; fill != nil {
		l.pending = nil
		fill(l)
	}
}

func (l *Logs) find(key string) (int, bool) {
	return slices.BinarySearchFunc(l.entries, key, func(e entry, k string) int { return strings.Compare(e.key, k) })
}
