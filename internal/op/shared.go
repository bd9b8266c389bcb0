package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Shared holds what the parts of a batch have in common within a step: weights
// packed for matrix products. The zero value is empty and ready for use.
type Shared struct {
	packed map[any]any // by the address of a weight's first element
	pack   []func()
}

// Prepare packs the weights as they are now. It is called before each step.
func (s *Shared) Prepare() {
	for _, pack := range s.pack {
		pack()
	}
}

// transposed returns panels of the transpose of the (n,k) weight w, the same
// for all parts; nil where products read it as it is, or without s.
func transposed[T kernel.Float](s *Shared, n, k int, w []T) *kernel.Panels[T] {
	if s == nil || n == 1 || k == 1 {
		return nil
	}
	if p, ok := s.packed[&w[0]]; ok {
		return p.(*kernel.Panels[T])
	}
	p := kernel.NewPanels(kernel.NT, n, k, w)
	if s.packed == nil {
		s.packed = map[any]any{}
	}
	s.packed[&w[0]] = p
	if p != nil {
		s.pack = append(s.pack, p.Pack)
	}
	return p
}
