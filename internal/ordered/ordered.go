// Package ordered makes JSON for results: objects that keep the order of their
// members, and floats of which those that JSON lacks are null. It imports nothing
// of this module.
package ordered

import (
	"bytes"
	"encoding/json"
	"math"
)

// Number is a float that JSON can hold: NaN and the infinities are null.
type Number float64

// MarshalJSON implements [json.Marshaler].
func (n Number) MarshalJSON() ([]byte, error) {
	if v := float64(n); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// Numbers converts a slice; nil becomes an empty one.
func Numbers(values []float64) []Number {
	out := make([]Number, len(values))
	for i, v := range values {
		out[i] = Number(v)
	}
	return out
}

// Member is a key of an object and its value.
type Member struct {
	Key   string
	Value any
}

// Object is a JSON object whose members are written in their order.
type Object []Member

// Add appends a member.
func (o *Object) Add(key string, value any) { *o = append(*o, Member{key, value}) }

// MarshalJSON implements [json.Marshaler].
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := m.write(&b, ":"); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Document is the object with each of its members on a line, and a line's end.
func (o Object) Document() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n  ")
		if err := m.write(&b, ": "); err != nil {
			return nil, err
		}
	}
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}

func (m Member) write(b *bytes.Buffer, between string) error {
	key, err := json.Marshal(m.Key)
	if err != nil {
		return err
	}
	value, err := json.Marshal(m.Value)
	if err != nil {
		return err
	}
	b.Write(key)
	b.WriteString(between)
	b.Write(value)
	return nil
}
