package archive

import (
	"fmt"
	"strconv"
	"strings"
)

// vocabulary puts the vocabulary of a lookup, which Keras keeps in a file of
// its own if it was learnt, into the layer's config. at is where the layer is.
func (d *decoder) vocabulary(r *record, at string) error {
	if r.class != "IntegerLookup" || r.config["vocabulary"] != nil || d.assets == nil {
		return nil
	}
	name := at + "/vocabulary.txt"
	text, err := d.assets(name)
	if err != nil || text == nil {
		return err
	}
	var list []any
	for line := range strings.SplitSeq(strings.TrimRight(string(text), "\n"), "\n") {
		n, err := strconv.ParseInt(strings.TrimSuffix(line, "\r"), 10, 52)
		if err != nil {
			return fmt.Errorf("%s: line %d: expected a whole number, got %.40q", name, len(list)+1, line)
		}
		list = append(list, float64(n))
	}
	r.config["vocabulary"] = list
	return nil
}
