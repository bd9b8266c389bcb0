package table

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Open opens a file for reading from its start, and decompresses it where its
// name ends in .gz or .zst.
func Open(path string) (io.ReadCloser, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// file is what Open gives, with the bytes counted on both sides.
type file struct {
	io.Reader // decompressed
	close     func()
	disk      *os.File
	in, out   int64
}

func open(path string) (*file, error) {
	disk, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	f := &file{disk: disk, close: func() {}}
	raw := bufio.NewReaderSize(counter{disk, &f.in}, 1<<16)
	f.Reader = counter{raw, &f.out}
	switch {
	case strings.HasSuffix(path, ".gz"):
		z, err := gzip.NewReader(raw)
		if err != nil {
			disk.Close()
			return nil, fmt.Errorf("table: %s: %w", path, noEOF(err))
		}
		f.Reader = counter{z, &f.out}
	case strings.HasSuffix(path, ".zst"):
		// One at a time: decodes where it is read, without goroutines.
		z, err := zstd.NewReader(raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			disk.Close()
			return nil, fmt.Errorf("table: %s: %w", path, err)
		}
		f.Reader, f.close = counter{z, &f.out}, z.Close
	}
	return f, nil
}

// maxWindow bounds the memory that a frame of zstd asks for; it is what the
// command zstd takes without --long.
const maxWindow = 128 << 20

// Close implements [io.Closer].
func (f *file) Close() error {
	f.close()
	return f.disk.Close()
}

// judge refuses a file that says next to nothing at great length, before it has
// filled the memory.
func (f *file) judge() error {
	const large, fold = 256 << 20, 100
	if f.out > large && f.out > fold*f.in {
		return fmt.Errorf("the file decompresses to more than %d times its size, %d MiB so far: decompress it first if that is meant", fold, f.out>>20)
	}
	return nil
}

// counter adds up what is read.
type counter struct {
	r io.Reader
	n *int64
}

func (c counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	*c.n += int64(n)
	return n, err
}

// noEOF turns the end of a file where more was promised into what it is.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
