package engine

import (
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// chain is a plan of so many tanh, one after the other, with its input and the
// tensors that are kept.
func chain(t *testing.T, length int, apart bool, keep ...int) (*Plan, *Tensor, []*Tensor) {
	t.Helper()
	var x *Tensor
	var kept []*Tensor
	p, err := Build(tensor.Float64, false, &op.State{}, func(g *Graph) (*Tensor, []*Tensor, error) {
		g.Apart = apart
		var err error
		if x, err = g.Input("x", tensor.Shape{10, 10}); err != nil {
			return nil, nil, err
		}
		y := x
		for i := range length {
			o, err := op.Activation(g.DType, op.ActivationConfig{Layer: "chain", X: y.Shape, Activation: kernel.Tanh})
			if err != nil {
				return nil, nil, err
			}
			if y, err = g.Apply(o, y); err != nil {
				return nil, nil, err
			}
			if slices.Contains(keep, i) {
				kept = append(kept, y)
			}
		}
		return nil, kept, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, d := 0, p.Dense(x).Float64s(); i < len(d); i++ {
		d[i] = float64(i) / 50
	}
	return p, x, kept
}

// A long chain needs two blocks, and one for each tensor that is kept; what is
// kept is what operations with memory of their own compute.
func TestChainSharesMemory(t *testing.T) {
	const block = 8 * 100
	for _, c := range []struct {
		name string
		keep []int
		want int // blocks
	}{
		{"the end", []int{9}, 2}, {"the middle and the end", []int{4, 9}, 3}, {"everything", []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 10},
	} {
		shared, _, kept := chain(t, 10, false, c.keep...)
		apart, _, ours := chain(t, 10, true, c.keep...)
		if shared.Bytes > (c.want+1)*block || shared.Bytes < c.want*block || apart.Bytes != 0 {
			t.Errorf("%s: %d bytes, expected about %d; apart %d", c.name, shared.Bytes, c.want*block, apart.Bytes)
		}
		for range 2 {
			for _, p := range []*Plan{shared, apart} {
				if err := p.Run(); err != nil {
					t.Fatal(err)
				}
			}
			for i := range kept {
				if !slices.Equal(shared.Dense(kept[i]).Float64s(), apart.Dense(ours[i]).Float64s()) {
					t.Errorf("%s: kept tensor %d differs", c.name, i)
				}
			}
		}
	}
}
