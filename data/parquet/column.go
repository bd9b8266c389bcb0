package parquet

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"

	"github.com/counterweight-go/counterweight/data/table"
	"github.com/counterweight-go/counterweight/internal/half"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// column reads the values of a column, one after the other.
type column struct {
	leaf   int // among the leaves of the file's schema
	value  func(parquet.Value) table.Value
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader // of the page
	buffer []parquet.Value
	at, n  int // of the buffer

	codec    format.CompressionCodec
	optional bool // values may be missing
}

// newColumn prepares to read a column; leaves are those of the file's schema.
func newColumn(c *parquet.Column, leaves []format.SchemaElement) (*column, error) {
	switch {
	case !c.Leaf():
		return nil, errors.New("a group of columns, expected numbers or text")
	case c.Repeated() || c.MaxRepetitionLevel() > 0:
		return nil, errors.New("lists, expected numbers or text")
	}
	if c.Index() < 0 || c.Index() >= len(leaves) {
		return nil, errors.New("it is missing in the schema")
	}
	value, err := valueOf(c.Type(), logicalOf(leaves[c.Index()]))
	if err != nil {
		return nil, err
	}
	codec := format.Uncompressed
	if used := c.Compression(); used != nil {
		codec = used.CompressionCodec()
	}
	return &column{leaf: c.Index(), value: value, buffer: make([]parquet.Value, 512), codec: codec, optional: c.MaxDefinitionLevel() > 0}, nil
}

// next reads a value.
func (c *column) next() (table.Value, error) {
	for c.at == c.n {
		if err := c.read(); err != nil {
			return table.Value{}, err
		}
	}
	v := c.buffer[c.at]
	c.at++
	if v.IsNull() {
		return table.Value{}, nil
	}
	return c.value(v), nil
}

// read fills the buffer, from the next page where this one is at its end.
func (c *column) read() (err error) {
	if c.values == nil {
		if c.page, err = c.pages.ReadPage(); err == io.EOF {
			return errors.New("the column ends before its group of rows")
		} else if err != nil {
			return err
		}
		c.values = c.page.Values()
	}
	c.at = 0
	if c.n, err = c.values.ReadValues(c.buffer); err != nil && err != io.EOF {
		return err
	}
	if c.n == 0 {
		parquet.Release(c.page)
		c.page, c.values = nil, nil
	}
	return nil
}

// stop leaves a group of rows.
func (c *column) stop() {
	if c.page != nil {
		parquet.Release(c.page)
	}
	if c.pages != nil {
		c.pages.Close()
	}
	c.pages, c.page, c.values, c.at, c.n = nil, nil, nil, 0, 0
}

// logicalOf returns what the values of a column stand for, nil for themselves.
// Old files say it in another way.
func logicalOf(e format.SchemaElement) format.LogicalTypeValue {
	if e.LogicalType.Value != nil || !e.ConvertedType.Valid {
		return e.LogicalType.Value
	}
	switch e.ConvertedType.V {
	case deprecated.Decimal:
		return &format.DecimalType{Scale: e.Scale.V}
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return &format.IntType{}
	}
	return nil
}

// valueOf returns what a value of a type becomes.
func valueOf(t parquet.Type, logical format.LogicalTypeValue) (func(parquet.Value) table.Value, error) {
	number := func(f func(parquet.Value) float64) (func(parquet.Value) table.Value, error) {
		return func(v parquet.Value) table.Value { return table.NumberValue(f(v)) }, nil
	}
	if d, ok := logical.(*format.DecimalType); ok {
		if d.Scale < -300 || d.Scale > 300 {
			return nil, fmt.Errorf("decimals of scale %d", d.Scale)
		}
		unit := math.Pow10(int(d.Scale))
		switch t.Kind() {
		case parquet.Int32:
			return number(func(v parquet.Value) float64 { return float64(v.Int32()) / unit })
		case parquet.Int64:
			return number(func(v parquet.Value) float64 { return float64(v.Int64()) / unit })
		case parquet.ByteArray, parquet.FixedLenByteArray:
			return number(func(v parquet.Value) float64 { return whole(v.ByteArray()) / unit })
		}
		return nil, fmt.Errorf("decimals of type %v", t.Kind())
	}
	unsigned := false
	if i, ok := logical.(*format.IntType); ok {
		unsigned = !i.IsSigned
	}
	switch t.Kind() {
	case parquet.Boolean:
		return number(func(v parquet.Value) float64 {
			if v.Boolean() {
				return 1
			}
			return 0
		})
	case parquet.Int32:
		if unsigned {
			return number(func(v parquet.Value) float64 { return float64(v.Uint32()) })
		}
		return number(func(v parquet.Value) float64 { return float64(v.Int32()) })
	case parquet.Int64:
		if unsigned {
			return number(func(v parquet.Value) float64 { return float64(v.Uint64()) })
		}
		return number(func(v parquet.Value) float64 { return float64(v.Int64()) })
	case parquet.Float:
		return number(func(v parquet.Value) float64 { return float64(v.Float()) })
	case parquet.Double:
		return number(func(v parquet.Value) float64 { return v.Double() })
	case parquet.ByteArray:
		return func(v parquet.Value) table.Value { return table.TextValue(string(v.ByteArray())) }, nil
	case parquet.FixedLenByteArray:
		if _, ok := logical.(*format.Float16Type); ok && t.Length() == 2 {
			return number(func(v parquet.Value) float64 {
				b := v.ByteArray()
				return float64(half.Float16(uint16(b[0]) | uint16(b[1])<<8))
			})
		}
	}
	return nil, fmt.Errorf("values of type %v, expected numbers or text", t)
}

// whole is a whole number in two's complement, the highest byte first.
func whole(b []byte) float64 {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] > 127 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	return f
}
