package main

import (
	"fmt"
	"slices"
	"strings"
)

// named are the values of a flag that may be repeated: NAME=VALUE for one input
// or output of a model each, or VALUE alone.
type named[T any] struct {
	parse  func(string) (T, error)
	kind   string // of a value, in the help
	names  []string
	values []T
	texts  []string
}

// Set implements pflag.Value.
func (n *named[T]) Set(text string) error {
	name, rest := cutName(text)
	value, err := n.parse(rest)
	if err != nil {
		return err
	}
	if slices.Contains(n.names, name) {
		return fmt.Errorf("given twice: expected NAME=%s, each name once", n.kind)
	}
	n.names, n.values, n.texts = append(n.names, name), append(n.values, value), append(n.texts, text)
	return nil
}

func (n *named[T]) String() string { return strings.Join(n.texts, ", ") }

// Type implements pflag.Value: it stands for the value in the help.
func (n *named[T]) Type() string { return "[NAME=]" + n.kind }

func (n *named[T]) given() bool { return len(n.names) > 0 }

// cutName takes off NAME=. A file with = in its name is written with its folder,
// ./a=b.npy.
func cutName(text string) (name, rest string) {
	before, after, ok := strings.Cut(text, "=")
	if !ok || before == "" || strings.ContainsAny(before, `/\:@{["`) {
		return "", text
	}
	return before, after
}

// among gives each value the name of an input or output. A value without one is
// that of the only name there is.
func (n *named[T]) among(flag string, known []string) (map[string]T, error) {
	out := map[string]T{}
	for i, name := range n.names {
		if name == "" {
			if len(known) > 1 || len(n.names) > 1 {
				return nil, fmt.Errorf("--%s %s: the model has several, %q: expected NAME=%s", flag, n.texts[i], known, n.kind)
			}
			name = known[0]
		}
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("--%s %s: the model has no %q, it has %q", flag, n.texts[i], name, known)
		}
		out[name] = n.values[i]
	}
	return out, nil
}

// arrays are flags that name arrays.
func newArrays() *named[source] { return &named[source]{parse: parseSource, kind: "ARRAY"} }
