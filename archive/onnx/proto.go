package onnx

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Opset is the version of the standard operators that files are written for.
const Opset = 17

const irVersion = 8

// Element types of TensorProto.
const (
	typeFloat = 1
	typeInt64 = 7
	typeBool  = 9
)

// A proto is a message in protocol buffers' wire format. Its methods append a
// field.
type proto []byte

func (p *proto) int(field protowire.Number, v int64) {
	*p = protowire.AppendTag(*p, field, protowire.VarintType)
	*p = protowire.AppendVarint(*p, uint64(v))
}

func (p *proto) bytes(field protowire.Number, v []byte) {
	*p = protowire.AppendTag(*p, field, protowire.BytesType)
	*p = protowire.AppendBytes(*p, v)
}

func (p *proto) string(field protowire.Number, v string) { p.bytes(field, []byte(v)) }

func (p *proto) float(field protowire.Number, v float32) {
	*p = protowire.AppendTag(*p, field, protowire.Fixed32Type)
	*p = protowire.AppendFixed32(*p, math.Float32bits(v))
}

func (p *proto) ints(field protowire.Number, v []int) {
	var packed []byte
	for _, n := range v {
		packed = protowire.AppendVarint(packed, uint64(n))
	}
	p.bytes(field, packed)
}

// An attribute is an AttributeProto.
type attribute proto

func newAttribute(name string, kind int64, set func(p *proto)) attribute {
	var p proto
	p.string(1, name)
	set(&p)
	p.int(20, kind)
	return attribute(p)
}

func intOf(name string, v int) attribute {
	return newAttribute(name, 2, func(p *proto) { p.int(3, int64(v)) })
}

func floatOf(name string, v float64) attribute {
	return newAttribute(name, 1, func(p *proto) { p.float(2, float32(v)) })
}

func stringOf(name, v string) attribute {
	return newAttribute(name, 3, func(p *proto) { p.string(4, v) })
}

func intsOf(name string, v ...int) attribute {
	return newAttribute(name, 7, func(p *proto) { p.ints(8, v) })
}

func stringsOf(name string, v ...string) attribute {
	return newAttribute(name, 8, func(p *proto) {
		for _, s := range v {
			p.string(9, s)
		}
	})
}

// tensorOf is a TensorProto.
func tensorOf(name string, kind int, shape []int, raw []byte) proto {
	var p proto
	p.ints(1, shape)
	p.int(2, int64(kind))
	p.string(8, name)
	p.bytes(9, raw)
	return p
}

func rawFloats(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func rawInts(v []int) []byte {
	b := make([]byte, 0, 8*len(v))
	for _, n := range v {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	return b
}

// valueInfo is a ValueInfoProto of a batch of samples of a shape.
func valueInfo(name string, sample []int) proto {
	var shape proto
	var batch proto
	batch.string(2, "batch")
	shape.bytes(1, batch)
	for _, n := range sample {
		var d proto
		d.int(1, int64(n))
		shape.bytes(1, d)
	}
	var tensor, kind, p proto
	tensor.int(1, typeFloat)
	tensor.bytes(2, shape)
	kind.bytes(1, tensor)
	p.string(1, name)
	p.bytes(2, kind)
	return p
}
