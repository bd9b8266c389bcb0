package layer

import (
	"fmt"

	"gorgonia.org/tensor"
)

// StringLookup turns strings into indices of a vocabulary, or as OutputMode
// says. Strings are no tensors here: it encodes columns before they go into a
// model, and is no layer of one. What a model then gets are whole numbers,
// for an [Embedding] or a [CategoryEncoding], or rows of numbers.
//
// The vocabulary is given, or [StringLookup.Adapt] finds it. Index 0 is the
// mask token's for IntOutput, if there is one; the next NumOOVIndices indices
// are those of strings that are not in the vocabulary, among which their hash
// decides; then come those of the vocabulary. In output modes other than
// IntOutput, the mask token leaves no trace.
//
//	lookup := layer.StringLookup{OutputMode: layer.OneHotOutput}
//	err := lookup.Adapt(countries)
//	x, err := lookup.Encode(countries)
type StringLookup struct {
	MaxTokens     int     // special tokens included; 0 for any number
	NumOOVIndices int     // 0 means 1, -1 none: an unknown string is an error
	MaskToken     *string // what stands for a missing string; nil for none
	OOVToken      *string // what an index of unknown strings becomes; nil for "[UNK]"
	// Vocabulary is without the special tokens or with all of them at its
	// start. It is the fitted state, IDFWeights too, and may be stored and
	// restored.
	Vocabulary     []string
	IDFWeights     []float64 // for TFIDFOutput: one for each of Vocabulary
	OutputMode     OutputMode
	PadToMaxTokens bool     // encoded rows have MaxTokens columns
	Salt           []uint64 // of the hash: one number, or two
}

func (l StringLookup) rules() (rules[string], error) {
	h, err := newHash(l.Salt)
	unknown := "[UNK]"
	if l.OOVToken != nil {
		unknown = *l.OOVToken
	}
	return rules[string]{
		vocabulary: l.Vocabulary, idf: l.IDFWeights, maxTokens: l.MaxTokens, oov: l.NumOOVIndices,
		mask: l.MaskToken, unknown: unknown, mode: l.OutputMode, pad: l.PadToMaxTokens,
		bucket: func(v string, n int) int { return h.bucket([]byte(v), n) },
	}, err
}

// Table checks the settings and makes the table, which is worth keeping where
// single rows are encoded.
func (l StringLookup) Table() (*Lookup[string], error) {
	r, err := l.rules()
	var table *Lookup[string]
	if err == nil {
		table, err = r.table()
	}
	if err != nil {
		return nil, fmt.Errorf("layer: string lookup: %w", err)
	}
	return table, nil
}

// Encode makes the table and calls [Lookup.Encode].
func (l StringLookup) Encode(values []string, shape ...int) (*tensor.Dense, error) {
	table, err := l.Table()
	if err != nil {
		return nil, err
	}
	return table.Encode(values, shape...)
}

// Adapt sets Vocabulary to the strings that occur, the most frequent first and
// of equally frequent ones the greatest first, at most MaxTokens; for
// TFIDFOutput also IDFWeights, ln(1 + rows/(1 + rows with the string)). A shape
// is that of [Lookup.Encode]. No strings but special ones are an error.
func (l *StringLookup) Adapt(values []string, shape ...int) error {
	r, err := l.rules()
	if err == nil {
		r.vocabulary, r.idf, err = r.adapt(values, shape)
	}
	if err != nil {
		return fmt.Errorf("layer: string lookup: %w", err)
	}
	l.Vocabulary, l.IDFWeights = r.vocabulary, r.idf
	return nil
}
