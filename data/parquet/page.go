package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"github.com/parquet-go/parquet-go/format"
)

// pageHeader is what the header of a page claims.
type pageHeader struct {
	length                           int64 // of the header
	uncompressed, compressed, values int64
	kind                             int   // the field that describes it: data, dictionary or dataAgain
	encoding                         int64 // of its values
	levelEncoding                    int64 // of its definition levels
	definitions, repetitions         int64 // bytes before what is compressed, in pages of kind dataAgain
	plain                            bool  // not compressed, whatever the column is
}

// The fields of a header that describe the kinds of pages.
const (
	data       = 5
	dictionary = 7
	dataAgain  = 8 // version 2
)

func (h *pageHeader) read(bytes []byte) error {
	*h = pageHeader{}
	w := walker{bytes: bytes, number: func(outer, field int, v int64) {
		switch outer {
		case 0:
			switch field {
			case 2:
				h.uncompressed = v
			case 3:
				h.compressed = v
			}
		case data, dictionary, dataAgain:
			h.kind = outer
			switch {
			case field == 1:
				h.values = v
			case field == 2 && outer != dataAgain, field == 4 && outer == dataAgain:
				h.encoding = v
			case field == 3 && outer == data:
				h.levelEncoding = v
			case field == 5 && outer == dataAgain:
				h.definitions = v
			case field == 6 && outer == dataAgain:
				h.repetitions = v
			case field == 7 && outer == dataAgain:
				h.plain = v == 0
			}
		}
	}}
	err := w.structure(0, 0)
	h.length = int64(w.at)
	return err
}

var errPage = errors.New("a page is cut off")

// judge looks at the bytes of a page for what they claim to hold: the library
// makes room for it. optional says that values may be missing.
func (h *pageHeader) judge(page []byte, optional bool, codec format.CompressionCodec, e *expander) error {
	if h.definitions < 0 || h.repetitions < 0 || h.definitions+h.repetitions > int64(len(page)) {
		return errPage
	}
	levels, rest := page[h.repetitions:h.repetitions+h.definitions], page[h.repetitions+h.definitions:]
	if !h.plain {
		var err error
		if rest, err = e.expand(codec, rest, h.uncompressed); err != nil {
			return err
		}
	}
	if h.kind == dictionary {
		return nil // its values stand there as they are
	}
	if h.kind == data && optional {
		if h.levelEncoding != int64(format.RLE) {
			return fmt.Errorf("levels of encoding %v are not read", format.Encoding(h.levelEncoding))
		}
		var err error
		if levels, rest, err = prefixed(rest); err != nil {
			return err
		}
	}
	if err := h.runs(levels, 1); err != nil {
		return err
	}
	return h.judgeValues(rest)
}

func (h *pageHeader) judgeValues(values []byte) error {
	if len(values) == 0 {
		return nil
	}
	switch format.Encoding(h.encoding) {
	case format.Plain, format.ByteStreamSplit:
		return nil
	case 2, format.RLEDictionary: // 2 is an old name of the same
		if values[0] > 32 {
			return fmt.Errorf("numbers of %d bits", values[0])
		}
		return h.runs(values[1:], int(values[0]))
	case format.RLE:
		runs, _, err := prefixed(values)
		if err != nil {
			return err
		}
		return h.runs(runs, 1)
	case format.DeltaBinaryPacked, format.DeltaLengthByteArray:
		return h.deltas(values)
	}
	return fmt.Errorf("values of encoding %v are not read", format.Encoding(h.encoding))
}

// prefixed cuts off bytes whose number stands before them.
func prefixed(b []byte) (head, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, errPage
	}
	n := binary.LittleEndian.Uint32(b)
	if b = b[4:]; uint64(n) > uint64(len(b)) {
		return nil, nil, errPage
	}
	return b[:n], b[n:], nil
}

// runs adds up the numbers that runs of equal ones and packed ones claim. Packed
// ones are padded to eight.
func (h *pageHeader) runs(b []byte, width int) error {
	total := uint64(0)
	for len(b) > 0 {
		head, n := binary.Uvarint(b)
		if n <= 0 {
			return errPage
		}
		b = b[n:]
		count := head >> 1
		size := uint64((width + 7) / 8)
		if head&1 == 1 {
			overflow, product := bits.Mul64(count, uint64(width))
			if overflow != 0 {
				return errPage
			}
			size, count = product, count*8
		}
		if total += count; count > maxPageValues || total > 2*uint64(h.values)+1024 {
			return fmt.Errorf("a page of %d values claims %d", h.values, total)
		}
		b = b[min(size, uint64(len(b))):]
	}
	return nil
}

// deltas looks at how many differences there are.
func (h *pageHeader) deltas(b []byte) error {
	for field := range 3 { // the size of blocks, their parts, the number of values
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return errPage
		}
		if b = b[n:]; field == 2 && v > uint64(h.values) || v > maxPageValues {
			return fmt.Errorf("a page of %d values claims %d", h.values, v)
		}
	}
	return nil
}
