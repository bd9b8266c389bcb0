package kernel

// pool keeps things for later use. A channel and not a sync.Pool, because it
// never drops one: what allocated nothing once allocates nothing ever after.
type pool[T any] struct {
	spare chan *T
	fresh func() *T
}

func newPool[T any](fresh func() *T) pool[T] { return pool[T]{make(chan *T, 64), fresh} }

func (p pool[T]) borrow() *T {
	select {
	case v := <-p.spare:
		return v
	default:
		return p.fresh()
	}
}

func (p pool[T]) giveBack(v *T) {
	select {
	case p.spare <- v:
	default:
	}
}
