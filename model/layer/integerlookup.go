package layer

import (
	"fmt"
	"strconv"

	"github.com/counterweight-go/counterweight/internal/engine"
	"gorgonia.org/tensor"
)

// IntegerLookup turns whole numbers, such as codes of products, into indices of
// a vocabulary, or as OutputMode says. Input (n, ...), for the output see
// [OutputMode]; indices are laid out as in [StringLookup]. In a model the
// numbers are floats: a float32 tells them apart up to 2^24. Masks are dropped,
// and the input has no gradient, so no layer with weights may stand below.
//
// Outside of a model [IntegerLookup.Encode] takes any int64.
type IntegerLookup struct {
	MaxTokens     int    // special tokens included; 0 for any number
	NumOOVIndices int    // 0 means 1, -1 none: an unknown number is an error
	MaskToken     *int64 // what stands for a missing number; nil for none
	OOVToken      *int64 // what an index of unknown numbers becomes; nil for -1
	// Vocabulary and IDFWeights are as those of [StringLookup].
	Vocabulary     []int64
	IDFWeights     []float64
	OutputMode     OutputMode
	PadToMaxTokens bool // encoded rows have MaxTokens columns
	// Invert turns indices into numbers of the vocabulary; only for IntOutput.
	Invert bool
	// OOVHash puts unknown numbers into their indices by the hash of their
	// decimal form, with Salt if given, not by the remainder of a division.
	OOVHash bool
	Salt    []uint64 // one number, or two
	Name    string
}

// Class implements [Layer].
func (IntegerLookup) Class() string { return "IntegerLookup" }

// GivenName implements [Layer].
func (l IntegerLookup) GivenName() string { return l.Name }

func (l IntegerLookup) rules() (rules[int64], error) {
	r := rules[int64]{
		vocabulary: l.Vocabulary, idf: l.IDFWeights, maxTokens: l.MaxTokens, oov: l.NumOOVIndices,
		mask: l.MaskToken, unknown: -1, mode: l.OutputMode, pad: l.PadToMaxTokens, bucket: remainder,
	}
	if l.OOVToken != nil {
		r.unknown = *l.OOVToken
	}
	if l.Salt != nil && !l.OOVHash {
		return r, fmt.Errorf("a salt needs OOVHash")
	}
	if l.Invert && l.OutputMode != DefaultOutput && l.OutputMode != IntOutput {
		return r, fmt.Errorf("inverting needs output mode %v, this is %v", IntOutput, l.OutputMode)
	}
	h, err := newHash(l.Salt)
	if l.OOVHash {
		r.bucket = func(v int64, n int) int {
			var digits [20]byte
			return h.bucket(strconv.AppendInt(digits[:0], v, 10), n)
		}
	}
	return r, err
}

// remainder is never negative.
func remainder(v int64, n int) int {
	m := int64(n)
	return int((v%m + m) % m)
}

// Table checks the settings and makes the table, which is worth keeping where
// single rows are encoded.
func (l IntegerLookup) Table() (*Lookup[int64], error) {
	table, err := l.table()
	if err != nil {
		return nil, fmt.Errorf("layer: integer lookup: %w", err)
	}
	return table, nil
}

func (l IntegerLookup) table() (*Lookup[int64], error) {
	r, err := l.rules()
	if err != nil {
		return nil, err
	}
	return r.table()
}

// encoding is that of a model, where numbers are floats.
func (l IntegerLookup) encoding() (e encoding[float64], err error) {
	table, err := l.table()
	if err != nil {
		return e, err
	}
	look := table.Index
	if l.Invert {
		look = func(v int64) (int, error) { return int(table.Token(int(v))), nil }
	}
	inner := table.encoding()
	return encoding[float64]{mode: inner.mode, depth: inner.depth, factors: inner.factors, index: func(v float64) (int, error) {
		w, err := whole(v)
		if err != nil {
			return 0, err
		}
		return look(w)
	}}, nil
}

// Build implements [Single].
func (l IntegerLookup) Build(in []int) (Built, error) {
	e, err := l.encoding()
	if err != nil {
		return Built{}, err
	}
	out, err := e.out(in)
	return Built{Out: out}, err
}

// Apply implements [Single].
func (l IntegerLookup) Apply(c Call) (*engine.Tensor, error) {
	e, err := l.encoding()
	if err != nil {
		return nil, err
	}
	return c.encode(e)
}

// Encode encodes a column outside of a model, to float32; see [Lookup.Encode].
// With Invert it is an error: use the Token method of [IntegerLookup.Table].
func (l IntegerLookup) Encode(values []int64, shape ...int) (*tensor.Dense, error) {
	if l.Invert {
		return nil, fmt.Errorf("layer: integer lookup: Invert turns indices into numbers of the vocabulary, which float32 does not hold: use Table and its method Token")
	}
	table, err := l.Table()
	if err != nil {
		return nil, err
	}
	return table.Encode(values, shape...)
}

// Adapt sets Vocabulary, and IDFWeights for TFIDFOutput, as
// [StringLookup.Adapt] does.
func (l *IntegerLookup) Adapt(values []int64, shape ...int) error {
	r, err := l.rules()
	if err == nil {
		r.vocabulary, r.idf, err = r.adapt(values, shape)
	}
	if err != nil {
		return fmt.Errorf("layer: integer lookup: %w", err)
	}
	l.Vocabulary, l.IDFWeights = r.vocabulary, r.idf
	return nil
}
