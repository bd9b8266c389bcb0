package balance

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"gorgonia.org/tensor"
)

// classWeights gives every target entry the weight of its class, and the table used.
func classWeights(r Request, e *entries, loss []int, tabulate tabulate) (weights, map[int]float64, error) {
	out := weights{shape: loss}
	if product(e.shape) == loss[0] {
		out.shape = loss[:1]
	} else if !slices.Equal(e.shape, loss) {
		return weights{}, nil, fmt.Errorf("balance: class weights give targets of shape %v weights of shape %v, the loss has %v: use sample weights", r.Y.Shape(), tensor.Shape(e.shape), tensor.Shape(loss))
	}
	classes := r.Classes
	if e.classes > 0 {
		if classes > 0 && classes != e.classes {
			return weights{}, nil, fmt.Errorf("balance: one-hot targets have %d classes, the model %d", e.classes, classes)
		}
		classes = e.classes
	}
	e.ignore(r.Ignored)
	all := e.count(len(e.class))
	for _, c := range all {
		if c.Class < 0 || classes > 0 && c.Class >= classes {
			i := slices.Index(e.class, int32(c.Class))
			return weights{}, nil, fmt.Errorf("balance: label %d in %s is not a class, want %s", c.Class, e.place(i), span(classes))
		}
	}
	counted := all
	if r.CountRows > 0 && r.CountRows < loss[0] {
		counted = e.count(len(e.class) / loss[0] * r.CountRows)
	}
	table, err := tabulate(counted, classes)
	if err != nil {
		return weights{}, nil, err
	}
	// Classes beyond the counted rows may lack a weight: they weigh 1.
	out.class, out.table = e.class, make([]float64, max(e.hi, e.ignored)+1)
	for c := range out.table {
		out.table[c] = 1
		if w, ok := table[c]; ok {
			out.table[c] = w
		}
	}
	return out, table, nil
}

// classTable returns the weight of each class that occurs or that the policy names.
func classTable(r Request, counted Counts, classes int, log *slog.Logger) (map[int]float64, error) {
	given, err := policyTable(r.ClassWeight, counted, classes)
	if err != nil {
		return nil, err
	}
	table := maps.Clone(given)
	if table == nil {
		table = map[int]float64{}
	}
	var missing, unused []int
	for _, k := range counted {
		if _, ok := table[k.Class]; !ok {
			missing = append(missing, k.Class)
			table[k.Class] = 1
		}
	}
	for _, c := range slices.Sorted(maps.Keys(given)) {
		if _, occurs := slices.BinarySearchFunc(counted, c, func(k ClassCount, c int) int { return k.Class - c }); !occurs {
			unused = append(unused, c)
		}
	}
	if err := r.lacking(missing, log); err != nil {
		return nil, err
	}
	tellUnused(unused, log)
	return table, nil
}

// policyTable returns what a policy makes of the counts, checked.
func policyTable(p ClassWeight, counted Counts, classes int) (map[int]float64, error) {
	given, err := p.Weights(counted)
	if err != nil {
		return nil, err
	}
	for _, c := range slices.Sorted(maps.Keys(given)) {
		if c < 0 || classes > 0 && c >= classes {
			return nil, fmt.Errorf("balance: class weights name unknown class %d, want %s", c, span(classes))
		}
		if err := checkWeight(c, given[c]); err != nil {
			return nil, err
		}
	}
	return given, nil
}

// lacking tells of classes without a weight.
func (r *Request) lacking(classes []int, log *slog.Logger) error {
	switch {
	case len(classes) == 0:
		return nil
	case r.Strict:
		return fmt.Errorf("balance: class weights lack classes %v, which occur in the targets", classes)
	}
	log.Warn("classes without a class weight weigh 1", "classes", classes)
	return nil
}

// tellUnused tells of weights without a class.
func tellUnused(classes []int, log *slog.Logger) {
	if len(classes) > 0 {
		log.Warn("class weights name classes that do not occur in the targets", "classes", classes)
	}
}

func span(classes int) string {
	if classes > 0 {
		return fmt.Sprintf("0 to %d", classes-1)
	}
	return "0 or more"
}
