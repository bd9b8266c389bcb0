package safetensors

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"github.com/counterweight-go/counterweight/internal/half"
	"gorgonia.org/tensor"
)

// Array is a named array.
type Array struct {
	Name  string
	Value *tensor.Dense
}

// File is what a .safetensors file holds.
type File struct {
	Arrays   []Array
	Metadata map[string]string // such as {"format": "pt"}
}

// Read reads a file of so many bytes. Its arrays are in the order of their
// bytes. The header is checked before any of them is read: arrays that overlap,
// gaps, and bytes that no array claims are errors.
func Read(r io.ReaderAt, size int64) (File, error) {
	f, err := read(r, size)
	if err != nil {
		return File{}, fmt.Errorf("safetensors: %w", err)
	}
	return f, nil
}

// ReadFile reads a .safetensors file; see [Read].
func ReadFile(path string) (File, error) {
	file, err := os.Open(path)
	if err != nil {
		return File{}, fmt.Errorf("safetensors: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return File{}, fmt.Errorf("safetensors: %w", err)
	}
	f, err := Read(file, info.Size())
	if err != nil {
		return File{}, fmt.Errorf("%w (file %s)", err, path)
	}
	return f, nil
}

func read(r io.ReaderAt, size int64) (File, error) {
	entries, metadata, start, err := readHeader(r, size)
	if err != nil {
		return File{}, err
	}
	f := File{Metadata: metadata}
	for _, e := range entries {
		b := make([]byte, e.end-e.begin)
		if _, err := r.ReadAt(b, start+e.begin); err != nil {
			return File{}, fmt.Errorf("array %.200q: %w", e.name, err)
		}
		f.Arrays = append(f.Arrays, Array{e.name, e.value(b)})
	}
	return f, nil
}

// value makes a tensor of an array's bytes; check has seen the entry.
func (e entry) value(b []byte) *tensor.Dense {
	le := binary.LittleEndian
	switch e.kind {
	case "BOOL":
		return elements(e, 1, b, func(b []byte) bool { return b[0] != 0 })
	case "U8":
		return elements(e, 1, b, func(b []byte) uint8 { return b[0] })
	case "I8":
		return elements(e, 1, b, func(b []byte) int8 { return int8(b[0]) })
	case "I16":
		return elements(e, 2, b, func(b []byte) int16 { return int16(le.Uint16(b)) })
	case "U16":
		return elements(e, 2, b, le.Uint16)
	case "F16":
		return elements(e, 2, b, func(b []byte) float32 { return half.Float16(le.Uint16(b)) })
	case "BF16":
		return elements(e, 2, b, func(b []byte) float32 { return half.BFloat16(le.Uint16(b)) })
	case "I32":
		return elements(e, 4, b, func(b []byte) int32 { return int32(le.Uint32(b)) })
	case "U32":
		return elements(e, 4, b, le.Uint32)
	case "F32":
		return elements(e, 4, b, func(b []byte) float32 { return math.Float32frombits(le.Uint32(b)) })
	case "I64":
		return elements(e, 8, b, func(b []byte) int64 { return int64(le.Uint64(b)) })
	case "U64":
		return elements(e, 8, b, le.Uint64)
	}
	return elements(e, 8, b, func(b []byte) float64 { return math.Float64frombits(le.Uint64(b)) }) // F64
}

// elements makes the tensor of elements of so many bytes each.
func elements[T any](e entry, width int, b []byte, decode func([]byte) T) *tensor.Dense {
	values := make([]T, 0, len(b)/width)
	for ; len(b) > 0; b = b[width:] {
		values = append(values, decode(b))
	}
	if len(e.shape) == 0 {
		return tensor.New(tensor.FromScalar(values[0]))
	}
	return tensor.New(tensor.WithShape(e.shape...), tensor.WithBacking(values))
}

// Write writes arrays as the format's own library does: wide elements first,
// then by name. The same arrays give the same bytes. A nil or masked tensor, one
// that is not contiguous in row-major order, elements of other types, and a name
// that is empty, taken or "__metadata__" are errors.
func Write(w io.Writer, f File) error {
	if err := write(w, f); err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	return nil
}

func write(w io.Writer, f File) error {
	arrays := slices.Clone(f.Arrays)
	kinds := map[string]string{}
	for _, a := range arrays {
		if _, taken := kinds[a.Name]; taken || a.Name == "" || a.Name == metadataKey {
			return fmt.Errorf("array name %.200q is empty or taken", a.Name)
		}
		kind, err := kindOf(a.Value)
		if err != nil {
			return fmt.Errorf("array %.200q: %w", a.Name, err)
		}
		kinds[a.Name] = kind
	}
	slices.SortFunc(arrays, func(a, b Array) int {
		return cmp.Or(cmp.Compare(order(kinds[b.Name]), order(kinds[a.Name])), cmp.Compare(a.Name, b.Name))
	})
	var header bytes.Buffer
	put := func(key string, value any) error { // JSON text without escapes for HTML
		if header.Len() > 0 {
			header.WriteByte(',')
		} else {
			header.WriteByte('{')
		}
		e := json.NewEncoder(&header)
		e.SetEscapeHTML(false)
		if err := e.Encode(key); err != nil {
			return err
		}
		header.Truncate(header.Len() - 1) // a new line
		header.WriteByte(':')
		err := e.Encode(value)
		header.Truncate(header.Len() - 1)
		return err
	}
	if f.Metadata != nil {
		if err := put(metadataKey, f.Metadata); err != nil {
			return err
		}
	}
	at := 0
	for _, a := range arrays {
		kind := kinds[a.Name]
		end := at + widths[order(kind)].bytes*a.Value.Shape().TotalSize()
		shape := []int(a.Value.Shape())
		if a.Value.IsScalar() {
			shape = []int{}
			end = at + widths[order(kind)].bytes
		}
		err := put(a.Name, struct {
			DType   string `json:"dtype"`
			Shape   []int  `json:"shape"`
			Offsets [2]int `json:"data_offsets"`
		}{kind, shape, [2]int{at, end}})
		if err != nil {
			return err
		}
		at = end
	}
	if header.Len() == 0 {
		header.WriteByte('{')
	}
	header.WriteByte('}')
	header.WriteString("       "[:-header.Len()&7])
	if header.Len() > maxHeader {
		return fmt.Errorf("a header of %d bytes, expected at most %d", header.Len(), maxHeader)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := binary.Write(out, binary.LittleEndian, uint64(header.Len())); err != nil {
		return err
	}
	if _, err := out.Write(header.Bytes()); err != nil {
		return err
	}
	for _, a := range arrays {
		values := a.Value.Data()
		switch v := values.(type) { // the types whose width depends on the machine
		case []int:
			values = widen[int64](v)
		case []uint:
			values = widen[uint64](v)
		case int:
			values = int64(v)
		case uint:
			values = uint64(v)
		}
		if err := binary.Write(out, binary.LittleEndian, values); err != nil {
			return err
		}
	}
	return out.Flush()
}

func widen[To int64 | uint64, From int | uint](v []From) []To {
	wide := make([]To, len(v))
	for i := range v {
		wide[i] = To(v[i])
	}
	return wide
}

// kindOf gives the format's name of a tensor's type.
func kindOf(t *tensor.Dense) (string, error) {
	if t == nil || t.Dtype().Type == nil {
		return "", errors.New("the tensor is nil")
	}
	if t.IsMasked() {
		return "", errors.New("the tensor is masked: fill or drop the masked elements first")
	}
	if t.DataOrder() != 0 || !t.IsScalar() && t.DataSize() != t.Shape().TotalSize() {
		return "", fmt.Errorf("a tensor of shape %v, expected one that is contiguous in row-major order: copy it first", t.Shape())
	}
	switch t.Dtype() {
	case tensor.Float32:
		return "F32", nil
	case tensor.Float64:
		return "F64", nil
	case tensor.Int8:
		return "I8", nil
	case tensor.Int16:
		return "I16", nil
	case tensor.Int32:
		return "I32", nil
	case tensor.Int64, tensor.Int:
		return "I64", nil
	case tensor.Uint8:
		return "U8", nil
	case tensor.Uint16:
		return "U16", nil
	case tensor.Uint32:
		return "U32", nil
	case tensor.Uint64, tensor.Uint:
		return "U64", nil
	case tensor.Bool:
		return "BOOL", nil
	}
	return "", fmt.Errorf("elements of type %v, expected floats, integers or bools", t.Dtype())
}
