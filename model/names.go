package model

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/counterweight-go/counterweight/internal/names"
	"github.com/counterweight-go/counterweight/model/layer"
)

// namer names the layers of one model.
type namer struct {
	taken  map[string]bool
	counts map[string]int // of automatic names
}

// of returns the name that the user gave, or "dense", "dense_1", ... as Keras
// does in a fresh session.
func (n namer) of(l layer.Layer) (string, error) {
	name := l.GivenName()
	if name == "" {
		name = names.Snake(l.Class())
		count := n.counts[name]
		n.counts[name]++
		if count > 0 {
			name = fmt.Sprintf("%s_%d", name, count)
		}
	}
	if err := checkName(name); err != nil {
		return "", fmt.Errorf("name %w", err)
	}
	if n.taken[name] {
		return "", fmt.Errorf("name %q is that of another layer", name)
	}
	n.taken[name] = true
	return name, nil
}

// checkName refuses what would make names of weights ambiguous ("a/kernel") or
// break the lines of a summary.
func checkName(name string) error {
	if strings.Contains(name, "/") || strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("%q: expected no slash and no control characters", name)
	}
	return nil
}
