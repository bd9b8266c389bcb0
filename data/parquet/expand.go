package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// expander decompresses pages to see whether they hold what they claim: the
// library makes room for whatever comes out. That pages are decompressed twice
// takes little time beside making values of them.
type expander struct {
	room []byte
	zstd *zstd.Decoder
	gzip *gzip.Reader
}

// expand decompresses a page, into room that the next one takes. More bytes than
// the page claims are an error.
func (e *expander) expand(codec format.CompressionCodec, page []byte, claimed int64) ([]byte, error) {
	if codec == format.Uncompressed {
		return page, nil
	}
	if int64(len(e.room)) < claimed+1 {
		e.room = make([]byte, claimed+1)
	}
	room := e.room[:claimed+1]
	n, err := 0, error(nil)
	switch codec {
	case format.Snappy:
		if n, err = snappy.DecodedLen(page); err == nil && int64(n) <= claimed {
			_, err = snappy.Decode(room, page)
		}
	case format.Gzip:
		if e.gzip == nil {
			e.gzip = new(gzip.Reader)
		}
		if err = e.gzip.Reset(bytes.NewReader(page)); err == nil {
			n, err = fill(room, e.gzip)
		}
	case format.Brotli:
		n, err = fill(room, brotli.NewReader(bytes.NewReader(page)))
	case format.Zstd:
		if e.zstd == nil {
			e.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxPageBytes))
			if err != nil {
				return nil, err
			}
		}
		if err = e.zstd.Reset(bytes.NewReader(page)); err == nil {
			n, err = fill(room, e.zstd)
		}
	case format.Lz4Raw:
		n, err = lz4.UncompressBlock(page, room)
	default:
		return nil, fmt.Errorf("compression %v, expected snappy, gzip, brotli, zstd or lz4", codec)
	}
	if err != nil {
		return nil, fmt.Errorf("a page of %d bytes does not decompress to %d: %w", len(page), claimed, err)
	}
	if int64(n) > claimed {
		return nil, fmt.Errorf("a page of %d bytes decompresses to more than the %d that it claims", len(page), claimed)
	}
	return room[:n], nil
}

// fill reads to the end, or as much as there is room for.
func fill(room []byte, r io.Reader) (int, error) {
	n, err := io.ReadFull(r, room)
	if errors.Is(err, io.EOF) || err == io.ErrUnexpectedEOF && n < len(room) {
		err = nil
	}
	return n, err
}

// close gives back what decompressing took.
func (e *expander) close() {
	if e.zstd != nil {
		e.zstd.Close()
	}
}
