package kernel

import "sync/atomic"

// pool keeps things for later use. It is not a sync.Pool, because it never
// drops one: what allocated nothing once allocates nothing ever after. It has
// no lock either, since several cores come here for each small product.
type pool[T any] struct {
	fresh func() *T
	slots [32]struct {
		spare atomic.Pointer[T]
		_     [56]byte // a cache line of its own
	}
}

func newPool[T any](fresh func() *T) *pool[T] { return &pool[T]{fresh: fresh} }

func (p *pool[T]) borrow() *T {
	for i := range p.slots {
		s := &p.slots[i].spare
		if s.Load() != nil {
			if v := s.Swap(nil); v != nil {
				return v
			}
		}
	}
	return p.fresh()
}

func (p *pool[T]) giveBack(v *T) {
	for i := range p.slots {
		s := &p.slots[i].spare
		if s.Load() == nil && s.CompareAndSwap(nil, v) {
			return
		}
	}
}
