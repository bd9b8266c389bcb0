// Package names looks up names the way Keras's string arguments are read, and
// finds what somebody who mistyped one may have meant.
package names

import (
	"fmt"
	"slices"
	"strings"
)

// Key is what names are compared by: case and underscores do not matter, so
// "MeanSquaredError" and "mean_squared_error" are one name.
func Key(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// Unknown is the error for a name that is not among the known ones: it lists
// those that are near, or all of them if none is. kind says what was looked
// for, with the package in front: "loss: unknown loss".
func Unknown(kind, name string, known []string) error {
	if near := Near(name, known); len(near) > 0 {
		return fmt.Errorf("%s %q, did you mean %s?", kind, name, strings.Join(near, " or "))
	}
	known = slices.Sorted(slices.Values(known))
	return fmt.Errorf("%s %q, expected one of %s", kind, name, strings.Join(slices.Compact(known), ", "))
}

// Near returns up to three known names that differ from name by few letters, or
// that contain it, the nearest first.
func Near(name string, known []string) []string {
	key := Key(name)
	type candidate struct {
		name       string
		far, edits int
	}
	var found []candidate
	for _, k := range known {
		other := Key(k)
		edits := distance(key, other)
		far := edits
		if len(key) >= 3 && strings.Contains(other, key) {
			far = min(far, 1)
		}
		if far <= max(len(key), len(other))/4 {
			found = append(found, candidate{k, far, edits})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		if a.far != b.far {
			return a.far - b.far
		}
		if a.edits != b.edits {
			return a.edits - b.edits
		}
		return strings.Compare(a.name, b.name)
	})
	var out []string
	for _, c := range found {
		if len(out) < 3 && !slices.Contains(out, c.name) {
			out = append(out, c.name)
		}
	}
	return out
}

// distance is the number of letters to insert, delete or replace to make one
// string of the other (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := corner
			if a[i] != b[j] {
				cost = min(corner, row[j], row[j+1]) + 1
			}
			corner, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
