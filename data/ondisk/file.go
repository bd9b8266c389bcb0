package ondisk

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/counterweight-go/counterweight/data/npy"
	"gorgonia.org/tensor"
)

// array is a .npy file whose rows are read where they lie.
type array struct {
	path   string
	layout npy.Layout
	dtype  tensor.Dtype // of batches
	row    int          // elements of a row
	inner  []int64      // column-major: places of a row's elements, counted from its first
	disk   *os.File
}

// open looks at a file's header.
func open(path string) (*array, error) {
	disk, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("ondisk: %w", err)
	}
	a := &array{path: path, disk: disk}
	if err := a.look(); err != nil {
		disk.Close()
		return nil, fmt.Errorf("ondisk: %s: %w", path, err)
	}
	return a, nil
}

func (a *array) look() error {
	l, err := npy.ReadLayout(bufio.NewReader(a.disk))
	if err != nil {
		return err
	}
	info, err := a.disk.Stat()
	if err != nil {
		return err
	}
	if len(l.Shape) == 0 {
		return errors.New("the array is a scalar, expected rows along axis 0")
	}
	end := l.Offset + int64(l.Elements())*int64(l.Width)
	if size := info.Size(); size != end {
		return fmt.Errorf("an array of shape %v ends at byte %d, the file at %d", l.Shape, end, size)
	}
	a.layout, a.row = l, l.Elements()/l.Shape[0]
	a.dtype = tensor.Float32
	if l.Dtype == tensor.Float64 || l.Width >= 4 && l.Dtype != tensor.Float32 {
		a.dtype = tensor.Float64 // keeps all digits
	}
	if l.Fortran && len(l.Shape) > 1 {
		a.inner = columnMajor(l.Shape)
	}
	return nil
}

// columnMajor returns where the elements of row 0 lie, in row-major order.
func columnMajor(shape []int) []int64 {
	places := []int64{0}
	stride := int64(shape[0])
	// The last axis runs fastest in a row: axes are added at the front.
	var strides []int64
	for _, d := range shape[1:] {
		strides = append(strides, stride)
		stride *= int64(d)
	}
	for axis := len(strides) - 1; axis >= 0; axis-- {
		var more []int64
		for i := range shape[axis+1] {
			for _, p := range places {
				more = append(more, int64(i)*strides[axis]+p)
			}
		}
		places = more
	}
	return places
}

// reader reads rows of a file as numbers of one type.
type reader[F float32 | float64] struct {
	*array
	decode func(l *npy.Layout, dst []F, raw []byte)
	raw    []byte
	column []F
}

// maxRun bounds the bytes that are read at once.
const maxRun = 1 << 20

// rows reads rows to dst, one after the other.
func (r *reader[F]) rows(dst []F, rows []int) error {
	most := max(1, maxRun/(r.row*r.layout.Width))
	for len(rows) > 0 {
		run := 1 // of rows that lie side by side
		for run < min(len(rows), most) && rows[run] == rows[0]+run {
			run++
		}
		if err := r.run(dst[:run*r.row], rows[0], run); err != nil {
			return err
		}
		dst, rows = dst[run*r.row:], rows[run:]
	}
	return nil
}

// run reads n rows from first on.
func (r *reader[F]) run(dst []F, first, n int) error {
	if r.inner == nil {
		return r.elements(dst, int64(first)*int64(r.row))
	}
	r.column = slices.Grow(r.column[:0], n)[:n]
	for j, place := range r.inner {
		if err := r.elements(r.column, int64(first)+place); err != nil {
			return err
		}
		for i, v := range r.column {
			dst[i*r.row+j] = v
		}
	}
	return nil
}

// elements reads elements from a place in the file on.
func (r *reader[F]) elements(dst []F, at int64) error {
	width := r.layout.Width
	r.raw = slices.Grow(r.raw[:0], len(dst)*width)[:len(dst)*width]
	if _, err := r.disk.ReadAt(r.raw, r.layout.Offset+at*int64(width)); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("ondisk: %s: %w", r.path, err)
	}
	r.decode(&r.layout, dst, r.raw)
	return nil
}
