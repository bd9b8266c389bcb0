package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// maxHeader bounds the JSON text, as the format's own library does.
const maxHeader = 100_000_000

const metadataKey = "__metadata__"

// An entry is what the header says of one array; its bytes lie from begin to
// end after the header.
type entry struct {
	name       string
	kind       string
	shape      []int
	begin, end int64
}

// widths has the bytes of an element of each type. Their order is the one of
// writing, the last first.
var widths = []struct {
	kind  string
	bytes int
}{
	{"BOOL", 1}, {"U8", 1}, {"I8", 1}, {"I16", 2}, {"U16", 2}, {"F16", 2}, {"BF16", 2},
	{"I32", 4}, {"U32", 4}, {"F32", 4}, {"F64", 8}, {"I64", 8}, {"U64", 8},
}

func order(kind string) int {
	for i, w := range widths {
		if w.kind == kind {
			return i
		}
	}
	return -1
}

// readHeader gives the entries in the order of their bytes, which fill the file
// without a gap, the metadata, and where the bytes start.
func readHeader(r io.ReaderAt, size int64) (entries []entry, metadata map[string]string, start int64, err error) {
	var length [8]byte
	if _, err := r.ReadAt(length[:], 0); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, nil, 0, fmt.Errorf("reading the header's length: %w", err)
	}
	n := binary.LittleEndian.Uint64(length[:])
	if n > maxHeader || int64(n) > size-8 {
		return nil, nil, 0, fmt.Errorf("a header of %d bytes in a file of %d", n, size)
	}
	text := make([]byte, n)
	if _, err := r.ReadAt(text, 8); err != nil && n > 0 {
		return nil, nil, 0, fmt.Errorf("reading the header: %w", err)
	}
	if len(text) == 0 || text[0] != '{' {
		return nil, nil, 0, errors.New("the header is no JSON object")
	}
	entries, metadata, err = parse(text)
	if err != nil {
		return nil, nil, 0, err
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		if a.begin != b.begin {
			return int(min(max(a.begin-b.begin, -1), 1))
		}
		return strings.Compare(a.name, b.name)
	})
	start = 8 + int64(n)
	at := int64(0)
	for _, e := range entries {
		if err := e.check(); err != nil {
			return nil, nil, 0, fmt.Errorf("array %.200q: %w", e.name, err)
		}
		if e.begin != at {
			return nil, nil, 0, fmt.Errorf("array %.200q: it begins at byte %d, expected %d, where the one before ends", e.name, e.begin, at)
		}
		at = e.end
	}
	if at != size-start {
		return nil, nil, 0, fmt.Errorf("%d bytes of arrays, but the header tells of %d", size-start, at)
	}
	return entries, metadata, start, nil
}

// parse reads the JSON text, in which no name may stand twice.
func parse(text []byte) (entries []entry, metadata map[string]string, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, nil, fmt.Errorf("header: %w", err)
		}
		name := key.(string) // of an object
		if seen[name] {
			return nil, nil, fmt.Errorf("array %.200q is there twice", name)
		}
		seen[name] = true
		if name == metadataKey {
			if err := d.Decode(&metadata); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", metadataKey, err)
			}
			continue
		}
		e := entry{name: name}
		var fields map[string]json.RawMessage
		if err := d.Decode(&fields); err != nil {
			return nil, nil, fmt.Errorf("array %.200q: %w", name, err)
		}
		var offsets []int64
		for field, into := range map[string]any{"dtype": &e.kind, "shape": &e.shape, "data_offsets": &offsets} {
			if err := json.Unmarshal(fields[field], into); err != nil {
				return nil, nil, fmt.Errorf("array %.200q: its %s is missing or malformed", name, field)
			}
		}
		if len(fields) != 3 || len(offsets) != 2 {
			return nil, nil, fmt.Errorf("array %.200q: expected a dtype, a shape and two data_offsets", name)
		}
		e.begin, e.end = offsets[0], offsets[1]
		entries = append(entries, e)
	}
	if _, err := d.Token(); err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	if rest := bytes.TrimRight(text[d.InputOffset():], " "); len(rest) > 0 {
		return nil, nil, fmt.Errorf("header: %.20q after the JSON object", rest)
	}
	return entries, metadata, nil
}

// check reports a type or a shape that does not fit the bytes.
func (e entry) check() error {
	at := order(e.kind)
	if at < 0 {
		return fmt.Errorf("elements of type %.20q, expected BOOL, F16, BF16, F32, F64, I8 to I64 or U8 to U64", e.kind)
	}
	n := int64(widths[at].bytes)
	for _, d := range e.shape {
		switch {
		case d < 0:
			return errors.New("a negative length in its shape")
		case d == 0:
			return errors.New("no elements, which a tensor cannot hold")
		case n > math.MaxInt64/int64(d):
			return errors.New("a shape that no file can hold")
		}
		n *= int64(d)
	}
	if e.begin < 0 || e.end < e.begin || e.end-e.begin != n {
		return fmt.Errorf("bytes %d to %d, expected %d bytes for its shape", e.begin, e.end, n)
	}
	return nil
}
