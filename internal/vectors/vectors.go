// Package vectors reads the reference numbers of the testdata folders. Only
// tests use it.
package vectors

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"gorgonia.org/tensor"
)

// Array is an array of numbers of any rank, written in JSON as nested lists; a
// bare number has rank 0.
type Array struct {
	Shape []int
	Data  []float64
}

// UnmarshalJSON implements json.Unmarshaler. It is an error if lists of one
// depth differ in length.
func (a *Array) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*a = Array{}
	return a.add(v, 0)
}

func (a *Array) add(v any, depth int) error {
	switch v := v.(type) {
	case float64:
		if depth != len(a.Shape) {
			return fmt.Errorf("vectors: a number at depth %d of an array of rank %d", depth, len(a.Shape))
		}
		a.Data = append(a.Data, v)
		return nil
	case []any:
		if depth == len(a.Shape) && len(a.Data) == 0 {
			a.Shape = append(a.Shape, len(v))
		}
		if depth >= len(a.Shape) || a.Shape[depth] != len(v) {
			return fmt.Errorf("vectors: lists of different lengths at depth %d", depth)
		}
		for _, e := range v {
			if err := a.add(e, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("vectors: expected numbers, got %T", v)
}

// Tensor returns the array as a float32 tensor, or float64 if dt says so.
func (a Array) Tensor(dt tensor.Dtype) *tensor.Dense {
	shape := tensor.WithShape(a.Shape...)
	if dt == tensor.Float64 {
		return tensor.New(shape, tensor.WithBacking(append([]float64(nil), a.Data...)))
	}
	data := make([]float32, len(a.Data))
	for i, v := range a.Data {
		data[i] = float32(v)
	}
	return tensor.New(shape, tensor.WithBacking(data))
}

// Read decodes a JSON file into v or fails the test.
func Read(t testing.TB, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// Floats returns the elements of a tensor as float64.
func Floats(d *tensor.Dense) []float64 {
	switch v := d.Data().(type) {
	case []float64:
		return v
	case []float32:
		out := make([]float64, len(v))
		for i := range v {
			out[i] = float64(v[i])
		}
		return out
	case float64:
		return []float64{v}
	case float32:
		return []float64{float64(v)}
	}
	return nil
}

// The tolerances of the reference numbers, which are float32 results.
const (
	RelTol = 1e-4
	AbsTol = 1e-5
)

// Near reports whether got agrees with the reference number want.
func Near(got, want float64) bool { return math.Abs(got-want) <= AbsTol+RelTol*math.Abs(want) }

// Equal fails the test unless got agrees with want, element by element.
func Equal(t testing.TB, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: got %d numbers, expected %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if !Near(got[i], want[i]) {
			t.Errorf("%s: element %d is %v, expected %v", what, i, got[i], want[i])
			return
		}
	}
}
