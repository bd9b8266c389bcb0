package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/format"
)

// What a file may take, so that a forged one cannot fill the memory. Writers
// make pages of a megabyte and descriptions of some kilobytes.
const (
	maxPageBytes   = 256 << 20
	maxPageValues  = 1 << 25
	maxPageHeader  = 1 << 20
	maxDescription = 32 << 20
)

// judgeDescription looks at what stands at the end of a file.
func judgeDescription(disk io.ReaderAt, size int64) error {
	const tail = 8 // the length of the description, and PAR1
	if size < 12 {
		return fmt.Errorf("a file of %d bytes, too short for Parquet", size)
	}
	var end [tail]byte
	if _, err := disk.ReadAt(end[:], size-tail); err != nil {
		return err
	}
	if string(end[4:]) != "PAR1" {
		return fmt.Errorf("the file ends with %q, expected \"PAR1\"", end[4:])
	}
	n := int64(binary.LittleEndian.Uint32(end[:]))
	if n > size-12 || n > maxDescription {
		return fmt.Errorf("a description of %d bytes, expected at most %d", n, min(size-12, maxDescription))
	}
	text := make([]byte, n)
	if _, err := disk.ReadAt(text, size-tail-n); err != nil {
		return err
	}
	w := walker{bytes: text}
	return w.structure(0, 0)
}

// judgePages looks at all pages of a column in a group of rows.
func judgePages(disk io.ReaderAt, size int64, chunk *format.ColumnMetaData, c *column, e *expander) error {
	at, length := chunk.DataPageOffset, chunk.TotalCompressedSize
	if chunk.DictionaryPageOffset != 0 {
		at = chunk.DictionaryPageOffset
	}
	if at < 0 || length < 0 || length > size || at > size-length {
		return fmt.Errorf("%d bytes of pages from byte %d on, the file has %d", length, at, size)
	}
	var buffer []byte
	for end := at + length; at < end; {
		var h pageHeader
		for room := int64(1 << 10); ; room *= 32 {
			part := min(room, end-at)
			if int64(len(buffer)) < part {
				buffer = make([]byte, part)
			}
			if _, err := disk.ReadAt(buffer[:part], at); err != nil {
				return err
			}
			err := h.read(buffer[:part])
			if err == nil {
				break
			}
			if !errors.Is(err, errShort) || part < room || room > maxPageHeader {
				return fmt.Errorf("a page: %w", err)
			}
		}
		at += h.length
		if h.compressed < 0 || h.compressed > end-at {
			return fmt.Errorf("a page of %d bytes, there are %d", h.compressed, end-at)
		}
		if h.uncompressed < 0 || h.uncompressed > maxPageBytes || h.values < 0 || h.values > maxPageValues {
			return fmt.Errorf("a page of %d bytes and %d values, expected at most %d and %d", h.uncompressed, h.values, maxPageBytes, maxPageValues)
		}
		if int64(len(buffer)) < h.compressed {
			buffer = make([]byte, h.compressed)
		}
		page := buffer[:h.compressed]
		if _, err := disk.ReadAt(page, at); err != nil {
			return err
		}
		if err := h.judge(page, c.optional, c.codec, e); err != nil {
			return err
		}
		at += h.compressed
	}
	return nil
}
