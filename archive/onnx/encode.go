package onnx

import (
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/model/layer"
)

// encoded makes of whole numbers, the indices of categories, what an output mode
// says; of counts each is multiplied by its factor, if there are any. An index
// of depth leaves no trace.
func (c call) encoded(index value, depth int, mode layer.OutputMode, factors []float32) value {
	last := len(index.shape) - 1
	on := c.tensor("off on", "off_on", typeFloat, []int{2}, func() []byte { return rawFloats([]float32{0, 1}) })
	rows := c.op("OneHot", append(slices.Clone(index.shape), depth), []string{c.cast(index, typeInt64).name, c.ints(depth), on})
	switch mode {
	case layer.OneHotOutput:
		if index.shape[last] == 1 {
			return c.reshape(rows, append(slices.Clone(index.shape[:last]), depth)...)
		}
		return rows
	case layer.MultiHotOutput:
		return c.reshape(c.reduce("ReduceMax", rows, last), depth)
	}
	if len(c.in) > 1 { // what each index counts
		rows = c.both("Mul", rows, c.reshape(c.in[1], append(slices.Clone(index.shape), 1)...))
	}
	y := c.reshape(c.reduce("ReduceSum", rows, last), depth)
	if factors != nil {
		y = c.with("Mul", y, c.floats("factors", []int{depth}, factors))
	}
	return y
}

// mode gives an output mode, or its default.
func mode(m, otherwise layer.OutputMode) layer.OutputMode {
	if m == layer.DefaultOutput {
		return otherwise
	}
	return m
}

func (c call) categories(l layer.CategoryEncoding) value {
	return c.encoded(c.in[0], l.NumTokens, mode(l.OutputMode, layer.MultiHotOutput), nil)
}

// bins counts the boundaries that a number is not below.
func (c call) bins(l layer.Discretization) value {
	x := c.in[0]
	n := len(l.BinBoundaries)
	bounds := make([]float32, n)
	for i, b := range l.BinBoundaries {
		bounds[i] = float32(b)
	}
	var index value
	if n == 0 {
		index = c.cast(c.with("Less", x, c.number(math.Inf(-1))), typeFloat) // 0 for all
	} else {
		below := c.op("Less", append(slices.Clone(x.shape), n), []string{c.wide(x).name, c.floats("boundaries", []int{n}, bounds)})
		index = c.narrow(c.cast(c.elementwise("Not", below), typeFloat))
	}
	if m := mode(l.OutputMode, layer.IntOutput); m != layer.IntOutput {
		return c.encoded(index, n+1, m, nil)
	}
	return index
}

// wide gives samples one more axis, narrow sums over the last one.
func (g *graph) wide(x value) value { return g.reshape(x, append(slices.Clone(x.shape), 1)...) }

func (g *graph) narrow(x value) value {
	last := len(x.shape) - 1
	return g.reshape(g.reduce("ReduceSum", x, last), x.shape[:last]...)
}

// lookup compares a number with those of the vocabulary.
func (c call) lookup(l layer.IntegerLookup) ([]value, error) {
	table, err := l.Table()
	if err != nil {
		return nil, err
	}
	m, depth := mode(l.OutputMode, layer.IntOutput), table.Size()
	if l.PadToMaxTokens {
		depth = l.MaxTokens
	}
	if l.OOVHash && l.NumOOVIndices > 1 {
		return nil, errNot
	}
	x := c.in[0]
	first := 0. // index of unknown numbers
	if l.MaskToken != nil && m == layer.IntOutput {
		first = 1
	}
	unknown := c.number(first)
	var keys, values []float32
	seen := map[float64]bool{}
	add := func(key, v float64) {
		if float64(float32(key)) == key && !seen[key] { // others no input has
			seen[key] = true
			keys, values = append(keys, float32(key)), append(values, float32(v))
		}
	}
	switch tokens := table.Vocabulary(); {
	case l.Invert:
		unknown = c.number(float64(table.Token(-1)))
		for i := range tokens {
			add(float64(i), float64(table.Token(i)))
		}
	default:
		if l.MaskToken != nil {
			tokens = append(tokens, *l.MaskToken)
		}
		for _, token := range tokens {
			index, err := table.Index(token)
			if err != nil { // the one for unknown numbers, where there are none
				continue
			}
			if index < 0 {
				index = depth
			}
			add(float64(token), float64(index))
		}
		if n := l.NumOOVIndices; n > 1 { // a remainder that is never negative
			rest := c.op("Mod", x.shape, []string{c.cast(x, typeInt64).name, c.ints(n)})
			unknown = c.with("Add", c.cast(rest, typeFloat), unknown).name
		}
	}
	n := len(keys)
	equal := c.op("Equal", append(slices.Clone(x.shape), n), []string{c.wide(x).name, c.floats("keys", []int{n}, keys)})
	hits := c.cast(equal, typeFloat)
	found := c.narrow(c.with("Mul", hits, c.floats("values", []int{n}, values)))
	known := c.cast(c.narrow(hits), typeBool)
	index := c.op("Where", x.shape, []string{known.name, found.name, unknown})
	if m == layer.IntOutput {
		return []value{index}, nil
	}
	var factors []float32
	if m == layer.TFIDFOutput {
		if factors, err = factorsOf(table, depth); err != nil {
			return nil, err
		}
	}
	return []value{c.encoded(index, depth, m, factors)}, nil
}

// factorsOf finds what each index counts: a row that is encoded holds it. Of
// unknown numbers one for each index is found by trying.
func factorsOf(table *layer.Lookup[int64], depth int) ([]float32, error) {
	factors, seen := make([]float32, depth), make([]bool, table.Size())
	missing := len(seen)
	try := func(v int64) error {
		at, err := table.Index(v)
		if err != nil || at < 0 || seen[at] {
			return nil
		}
		row, err := table.Encode([]int64{v})
		if err != nil {
			return err
		}
		if y, ok := row.Data().([]float32); ok {
			factors[at] = y[at]
		}
		seen[at] = true
		missing--
		return nil
	}
	for _, v := range table.Vocabulary() {
		if err := try(v); err != nil {
			return nil, err
		}
	}
	// Of so many numbers in a row, one is unknown for each remainder.
	for v := range int64(len(seen) * len(seen)) {
		if missing == 0 {
			break
		}
		if err := try(v); err != nil {
			return nil, err
		}
	}
	return factors, nil
}
