package kernel

// RecurrentStates are the states of a recurrent layer around its steps, each
// (Rows, Units): h, and of an LSTM the second one, s.
type RecurrentStates[T Float] struct {
	h0, s0   []T // before the first step
	h, s     []T // after the last one
	dh, ds   []T // gradients of those after the last step
	dh0, ds0 []T // of those before the first
}

// First sets where the states before the first step are, with Initial, and
// where their gradients go, nil where they are not wanted. It is called before
// the layer runs.
func (r *Recurrent[T]) First(h, s, dh, ds []T) {
	r.states.h0, r.states.s0, r.states.dh0, r.states.ds0 = h, s, dh, ds
}

// Last sets where the states after the last step go and where their gradients
// are, nil for zeros. Masked steps leave states as they were; ZeroMasked does
// not act on them.
func (r *Recurrent[T]) Last(h, s, dh, ds []T) {
	r.states.h, r.states.s, r.states.dh, r.states.ds = h, s, dh, ds
}
