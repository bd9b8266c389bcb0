package layer

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"github.com/counterweight-go/counterweight/internal/engine"
	"gorgonia.org/tensor"
)

// Hashing turns strings or whole numbers into one of NumBins indices by a hash,
// FarmHash or, with a salt, SipHash, or into rows as OutputMode says. It needs
// no vocabulary; in turn, several values share an index. Numbers are hashed by
// their decimal form. The indices are Keras's.
//
// In a model, input (n, ...) of floats, whose fractions are cut off as in Keras;
// for the output see [OutputMode]. Masks are dropped, and the input has no
// gradient, so no layer with weights may stand below. Outside of a model
// [Hashing.Encode] takes strings and [Hashing.EncodeInts] any int64.
type Hashing struct {
	NumBins int
	// MaskValue, if given, gets index 0, and other values the indices from 1
	// on; without effect if there is one bin. It is the decimal form of a
	// number where numbers are hashed.
	MaskValue  *string
	Salt       []uint64   // one number, or two
	OutputMode OutputMode // IntOutput, OneHotOutput, MultiHotOutput or CountOutput
	Name       string
}

// Class implements [Layer].
func (Hashing) Class() string { return "Hashing" }

// GivenName implements [Layer].
func (l Hashing) GivenName() string { return l.Name }

// bins puts texts into bins.
type bins struct {
	hash
	n    int
	mask []byte // nil for none
}

func (b *bins) index(text []byte) int {
	switch {
	case b.mask == nil || b.n == 1:
		return b.bucket(text, b.n)
	case bytes.Equal(text, b.mask):
		return 0
	}
	return 1 + b.bucket(text, b.n-1)
}

// bins also returns the mode of the output.
func (l Hashing) bins() (*bins, OutputMode, error) {
	if l.NumBins < 1 {
		return nil, 0, fmt.Errorf("expected at least 1 bin, got %d", l.NumBins)
	}
	mode, err := l.OutputMode.settle(IntOutput, OneHotOutput, MultiHotOutput, CountOutput)
	if err != nil {
		return nil, 0, err
	}
	b := &bins{n: l.NumBins}
	if l.MaskValue != nil {
		b.mask = append([]byte{}, *l.MaskValue...)
	}
	b.hash, err = newHash(l.Salt)
	return b, mode, err
}

// numbers is the encoding of a model.
func (l Hashing) numbers() (encoding[float64], error) {
	b, mode, err := l.bins()
	if err == nil && l.MaskValue != nil {
		if _, bad := strconv.ParseInt(*l.MaskValue, 10, 64); bad != nil {
			err = fmt.Errorf("expected a whole number as mask value in a model, got %q", *l.MaskValue)
		}
	}
	return encoding[float64]{mode: mode, depth: l.NumBins, index: func(v float64) (int, error) {
		w, err := whole(math.Trunc(v))
		if err != nil {
			return 0, err
		}
		var digits [20]byte
		return b.index(strconv.AppendInt(digits[:0], w, 10)), nil
	}}, err
}

// Build implements [Single].
func (l Hashing) Build(in []int) (Built, error) {
	e, err := l.numbers()
	if err != nil {
		return Built{}, err
	}
	out, err := e.out(in)
	return Built{Out: out}, err
}

// Apply implements [Single].
func (l Hashing) Apply(c Call) (*engine.Tensor, error) {
	e, err := l.numbers()
	if err != nil {
		return nil, err
	}
	return c.encode(e)
}

// Encode hashes a column of strings, to float32. A shape is that of
// [CategoryEncoding.Encode].
func (l Hashing) Encode(values []string, shape ...int) (*tensor.Dense, error) {
	return hashColumn(l, values, shape, func(v string) []byte { return []byte(v) })
}

// EncodeInts hashes a column of whole numbers, as [Hashing.Encode] does.
func (l Hashing) EncodeInts(values []int64, shape ...int) (*tensor.Dense, error) {
	return hashColumn(l, values, shape, func(v int64) []byte { return strconv.AppendInt(nil, v, 10) })
}

func hashColumn[V any](l Hashing, values []V, shape []int, text func(V) []byte) (*tensor.Dense, error) {
	b, mode, err := l.bins()
	var y *tensor.Dense
	if err == nil {
		e := encoding[V]{mode: mode, depth: l.NumBins, index: func(v V) (int, error) { return b.index(text(v)), nil }}
		y, err = e.column(values, nil, shape)
	}
	if err != nil {
		return nil, fmt.Errorf("layer: hashing: %w", err)
	}
	return y, nil
}
