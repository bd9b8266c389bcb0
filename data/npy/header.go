package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

const magic = "\x93NUMPY"

// maxHeader bounds the text that describes an array. numpy refuses to parse
// more than 10000 bytes.
const maxHeader = 10000

// maxAxes bounds the rank of arrays, as numpy does.
const maxAxes = 64

// header describes an array.
type header struct {
	descr   string // byte order, kind and bytes of an element, such as "<f4"
	fortran bool   // column-major
	shape   []int
}

// elements returns the number of elements, or an error where it is 0 or too
// large to count the bytes of.
func (h header) elements() (int, error) {
	n := 1
	for _, d := range h.shape {
		if d == 0 {
			return 0, fmt.Errorf("npy: an array of shape %v has no elements, which a tensor cannot hold", h.shape)
		}
		if n > math.MaxInt/16/d {
			return 0, fmt.Errorf("npy: an array of shape %v is too large", h.shape)
		}
		n *= d
	}
	return n, nil
}

// readHeader reads all that stands before the elements, and returns how many
// bytes that are.
func readHeader(r io.Reader) (h header, bytes int64, err error) {
	var start [8]byte
	if _, err := io.ReadFull(r, start[:]); err != nil {
		return h, 0, fmt.Errorf("npy: reading the start of an array: %w", noEOF(err))
	}
	if string(start[:6]) != magic {
		return h, 0, fmt.Errorf("npy: an array starts with %q, expected %q", start[:6], magic)
	}
	var size [4]byte
	length := size[:2]
	switch start[6] {
	case 1:
	case 2, 3:
		length = size[:]
	default:
		return h, 0, fmt.Errorf("npy: format version %d.%d, expected 1.0, 2.0 or 3.0", start[6], start[7])
	}
	if _, err := io.ReadFull(r, length); err != nil {
		return h, 0, fmt.Errorf("npy: reading the header's length: %w", noEOF(err))
	}
	n := binary.LittleEndian.Uint32(size[:])
	if n > maxHeader {
		return h, 0, fmt.Errorf("npy: a header of %d bytes, expected at most %d", n, maxHeader)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return h, 0, fmt.Errorf("npy: reading the header: %w", noEOF(err))
	}
	if h, err = parseHeader(string(text)); err != nil {
		return h, 0, fmt.Errorf("npy: header %q: %w", clip(string(text)), err)
	}
	return h, int64(len(start)) + int64(len(length)) + int64(n), nil
}

// noEOF turns the end of a file where more was promised into what it is.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// parseHeader reads the Python dictionary of three keys, in any order.
func parseHeader(text string) (header, error) {
	p := parser{rest: text}
	var h header
	seen := map[string]bool{}
	p.expect("{")
	for p.err == nil && !p.accept("}") {
		key := p.text()
		p.expect(":")
		if seen[key] {
			return h, fmt.Errorf("key %q stands there twice", key)
		}
		seen[key] = true
		switch key {
		case "descr":
			h.descr = p.text()
		case "fortran_order":
			h.fortran = p.truth()
		case "shape":
			h.shape = p.shape()
		default:
			p.fail("key %q, expected descr, fortran_order or shape", key)
		}
		if !p.accept(",") {
			p.expect("}")
			break
		}
	}
	if p.err == nil && strings.TrimSpace(p.rest) != "" {
		p.fail("%q after the dictionary", p.rest)
	}
	if p.err == nil && len(seen) != 3 {
		p.fail("expected the keys descr, fortran_order and shape")
	}
	return h, p.err
}

// clip shortens text for a message.
func clip(text string) string {
	const most = 120
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}

// parser reads the few Python literals that a header is made of. After an
// error it reads nothing more.
type parser struct {
	rest string
	err  error
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		for i, a := range args {
			if text, ok := a.(string); ok {
				args[i] = clip(text)
			}
		}
		p.err = fmt.Errorf(format, args...)
	}
	p.rest = ""
}

func (p *parser) accept(token string) bool {
	rest, found := strings.CutPrefix(strings.TrimLeft(p.rest, " \t\n"), token)
	if found {
		p.rest = rest
	}
	return found
}

func (p *parser) expect(token string) {
	if !p.accept(token) {
		p.fail("expected %q at %q", token, p.rest)
	}
}

func (p *parser) text() string {
	for _, quote := range []string{"'", `"`} {
		if p.accept(quote) {
			text, rest, found := strings.Cut(p.rest, quote)
			if !found {
				p.fail("a string without an end")
			}
			p.rest = rest
			return text
		}
	}
	p.fail("expected a string at %q (records are not read)", p.rest)
	return ""
}

func (p *parser) truth() bool {
	if p.accept("True") {
		return true
	}
	p.expect("False")
	return false
}

func (p *parser) shape() []int {
	shape := []int{}
	p.expect("(")
	for p.err == nil && !p.accept(")") {
		if len(shape) == maxAxes {
			p.fail("more than %d axes", maxAxes)
			break
		}
		digits := strings.TrimLeft(p.rest, " \t\n")
		end := 0
		for end < len(digits) && digits[end] >= '0' && digits[end] <= '9' {
			end++
		}
		d, err := strconv.Atoi(digits[:end])
		if err != nil {
			p.fail("expected a size at %q", digits)
			break
		}
		p.rest = strings.TrimPrefix(digits[end:], "L") // a long of Python 2
		shape = append(shape, d)
		if !p.accept(",") {
			p.expect(")")
			break
		}
	}
	return shape
}

// encode returns all that stands before the elements, padded so that these
// start at a multiple of 64 bytes.
func (h header) encode() []byte {
	var shape strings.Builder
	for _, d := range h.shape {
		fmt.Fprintf(&shape, "%d, ", d)
	}
	sizes := strings.TrimSuffix(shape.String(), " ")
	if len(h.shape) != 1 {
		sizes = strings.TrimSuffix(sizes, ",")
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", h.descr, sizes)
	const align, fixed = 64, len(magic) + 4
	pad := align - (fixed+len(text)+1)%align
	text += strings.Repeat(" ", pad%align) + "\n"
	out := append([]byte(magic), 1, 0)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(text)))
	return append(out, text...)
}
