package layer

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/fingerprint"
	"gorgonia.org/tensor"
)

// Lookup is the table of a [StringLookup] or an [IntegerLookup]: it finds the
// index of a token, and the token of an index. It may be used by several
// goroutines at once.
type Lookup[V cmp.Ordered] struct {
	rules[V]
	places map[V]int
}

// rules are what both kinds of lookup have in common.
type rules[V cmp.Ordered] struct {
	vocabulary []V // the special tokens at its start, if given, are cut off
	idf        []float64
	maxTokens  int
	oov        int // number of indices for unknown tokens
	mask       *V
	unknown    V
	mode       OutputMode
	pad        bool
	bucket     func(v V, n int) int // of an unknown token, among n
}

// settle checks the settings and replaces the defaults.
func (r *rules[V]) settle() (err error) {
	switch {
	case r.oov == 0:
		r.oov = 1
	case r.oov == -1:
		r.oov = 0
	case r.oov < -1:
		return fmt.Errorf("expected a number of indices for unknown tokens, or -1 for none, got %d", r.oov)
	}
	if r.mode, err = r.mode.settle(IntOutput, OneHotOutput, MultiHotOutput, CountOutput, TFIDFOutput); err != nil {
		return err
	}
	switch {
	case r.maxTokens < 0:
		return fmt.Errorf("expected at most so many tokens, or 0 for any number, got %d", r.maxTokens)
	case r.maxTokens > 0 && r.maxTokens <= r.first():
		return fmt.Errorf("%d tokens at most leave no room beside the %d special ones", r.maxTokens, r.first())
	case r.pad && r.maxTokens == 0:
		return fmt.Errorf("PadToMaxTokens needs MaxTokens")
	}
	return nil
}

// first is the index of the first token of the vocabulary, unknownAt that of
// the first one for unknown tokens.
func (r *rules[V]) first() int { return r.unknownAt() + r.oov }

func (r *rules[V]) unknownAt() int {
	if r.mask != nil && r.mode == IntOutput {
		return 1
	}
	return 0
}

// cut takes the special tokens off the start of the vocabulary, where all of
// them are there in order. It reports whether they were.
func (r *rules[V]) cut() bool {
	special := r.special()
	if len(special) == 0 || len(r.vocabulary) < len(special) || !slices.Equal(r.vocabulary[:len(special)], special) {
		return false
	}
	r.vocabulary = r.vocabulary[len(special):]
	return true
}

func (r *rules[V]) special() []V {
	var special []V
	if r.unknownAt() == 1 {
		special = append(special, *r.mask)
	}
	return append(special, slices.Repeat([]V{r.unknown}, r.oov)...)
}

// table makes the table.
func (r rules[V]) table() (*Lookup[V], error) {
	if err := r.settle(); err != nil {
		return nil, err
	}
	if len(r.vocabulary) == 0 {
		return nil, fmt.Errorf("the vocabulary is empty: give one, or call Adapt")
	}
	given := len(r.vocabulary)
	whole := r.cut()
	l := &Lookup[V]{rules: r, places: make(map[V]int, len(r.vocabulary))}
	l.vocabulary = slices.Clone(r.vocabulary)
	for i, v := range l.vocabulary {
		if _, twice := l.places[v]; twice {
			return nil, fmt.Errorf("token %#v is twice in the vocabulary", v)
		}
		if r.mask != nil && v == *r.mask {
			return nil, fmt.Errorf("the mask token %#v is in the vocabulary; only all special tokens may stand there, at its start: %#v", v, r.special())
		}
		l.places[v] = r.first() + i
	}
	if n := l.Size(); r.maxTokens > 0 && n > r.maxTokens {
		return nil, fmt.Errorf("a vocabulary of %d tokens with the special ones, expected at most %d", n, r.maxTokens)
	}
	return l, l.weigh(given, whole)
}

// weigh settles the weight of each index, whole says that those of the special
// tokens are given.
func (l *Lookup[V]) weigh(given int, whole bool) error {
	switch {
	case l.mode != TFIDFOutput && l.idf != nil:
		return fmt.Errorf("IDF weights are for output mode %v, this is %v", TFIDFOutput, l.mode)
	case l.mode != TFIDFOutput:
		return nil
	case len(l.idf) != given:
		return fmt.Errorf("%d IDF weights for a vocabulary of %d tokens", len(l.idf), given)
	}
	weights := slices.Clone(l.idf)
	if !whole { // unknown tokens weigh as much as the known ones on average
		mean := 0.
		for _, w := range weights {
			mean += w / float64(len(weights))
		}
		weights = append(slices.Repeat([]float64{mean}, l.first()), weights...)
	}
	for i, w := range weights {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			return fmt.Errorf("IDF weight %d is %v, expected a finite number", i, w)
		}
	}
	l.idf = append(weights, make([]float64, l.depth()-len(weights))...)
	return nil
}

// Size returns the number of tokens, the special ones included.
func (l *Lookup[V]) Size() int { return l.first() + len(l.vocabulary) }

// depth is the number of columns of an encoded row.
func (l *Lookup[V]) depth() int {
	if l.pad {
		return l.maxTokens
	}
	return l.Size()
}

// Vocabulary returns the token of each index: the mask token, for IntOutput,
// the token for unknown ones as often as there are indices for them, and the
// vocabulary.
func (l *Lookup[V]) Vocabulary() []V { return append(l.special(), l.vocabulary...) }

// Index returns the index of a token. For output modes other than IntOutput
// the mask token has none, and Index is -1. A token that is not in the
// vocabulary is an error where there is no index for such ones.
func (l *Lookup[V]) Index(v V) (int, error) {
	if l.mask != nil && v == *l.mask {
		return l.unknownAt() - 1, nil
	}
	if i, ok := l.places[v]; ok {
		return i, nil
	}
	switch l.oov {
	case 0:
		return 0, fmt.Errorf("token %#v is not in the vocabulary, and there is no index for such ones", v)
	case 1:
		return l.unknownAt(), nil
	}
	return l.unknownAt() + l.bucket(v, l.oov), nil
}

// Token returns the token of an index: that for unknown ones where the index
// is one of theirs, or none at all. It is Keras's invert.
func (l *Lookup[V]) Token(index int) V {
	switch at := index - l.first(); {
	case index == 0 && l.unknownAt() == 1:
		return *l.mask
	case at >= 0 && at < len(l.vocabulary):
		return l.vocabulary[at]
	}
	return l.unknown
}

// Encode encodes a column, to float32. A shape, whose first axis is the rows,
// lays out several values for each row; without one each row has one. No
// values, and a shape of another number of values are errors.
func (l *Lookup[V]) Encode(values []V, shape ...int) (*tensor.Dense, error) {
	y, err := l.encoding().column(values, nil, shape)
	if err != nil {
		return nil, fmt.Errorf("layer: lookup: %w", err)
	}
	return y, nil
}

func (l *Lookup[V]) encoding() encoding[V] {
	return encoding[V]{mode: l.mode, depth: l.depth(), index: l.Index, factors: l.idf}
}

// adapt returns the tokens that occur, the most frequent first and of equally
// frequent ones the greatest first, and their inverse document frequencies
// ln(1 + rows/(1 + rows with the token)), nil but for TFIDFOutput.
func (r rules[V]) adapt(values []V, shape []int) (vocabulary []V, idf []float64, err error) {
	if err := r.settle(); err != nil {
		return nil, nil, err
	}
	if shape, err = rowsOf(len(values), shape); err != nil {
		return nil, nil, err
	}
	width := len(values) / shape[0]
	count, rows, seen := map[V]int{}, map[V]int{}, map[V]int{}
	for i, v := range values {
		count[v]++
		if row := 1 + i/width; seen[v] != row {
			seen[v] = row
			rows[v]++
		}
	}
	delete(count, r.unknown)
	if r.mask != nil {
		delete(count, *r.mask)
	}
	for v := range count {
		vocabulary = append(vocabulary, v)
	}
	slices.SortFunc(vocabulary, func(a, b V) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(b, a)) })
	if r.maxTokens > 0 && len(vocabulary) > r.maxTokens-r.first() {
		vocabulary = vocabulary[:r.maxTokens-r.first()]
	}
	if len(vocabulary) == 0 {
		return nil, nil, fmt.Errorf("there are none but special tokens to adapt to")
	}
	if r.mode != TFIDFOutput {
		return vocabulary, nil, nil
	}
	for _, v := range vocabulary {
		idf = append(idf, math.Log(1+float64(shape[0])/float64(1+rows[v])))
	}
	return vocabulary, idf, nil
}

// hash is how strings are put into buckets: FarmHash, or SipHash under a key
// where a salt is given.
type hash struct {
	salted bool
	key    [2]uint64
}

func newHash(salt []uint64) (h hash, err error) {
	switch len(salt) {
	case 0:
		return hash{}, nil
	case 1:
		return hash{true, [2]uint64{salt[0], salt[0]}}, nil
	case 2:
		return hash{true, [2]uint64{salt[0], salt[1]}}, nil
	}
	return hash{}, fmt.Errorf("expected a salt of one or two numbers, got %d", len(salt))
}

func (h hash) bucket(s []byte, n int) int {
	if h.salted {
		return int(fingerprint.Sip(s, h.key) % uint64(n))
	}
	return int(fingerprint.Farm(s) % uint64(n))
}
