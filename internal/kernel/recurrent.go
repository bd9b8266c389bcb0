package kernel

// Cell names how a recurrent layer makes its next state h from its input x and
// its last state h'. W, U and b hold a block of u columns for each gate; σ is
// the gates' activation.
type Cell int

const (
	// SimpleCell: h = act(x·W + h'·U + b).
	SimpleCell Cell = iota
	// LSTMCell has the blocks i, f, c, o (Hochreiter and Schmidhuber 1997, with
	// the forget gate of Gers et al. 2000) and a second state s:
	//
	//	s = σ(zf)·s' + σ(zi)·act(zc),  h = σ(zo)·act(s),  z = x·W + h'·U + b
	LSTMCell
	// GRUCell has the blocks z, r, h (Cho et al. 2014) and resets after the
	// product with U. b has two rows, one for x and one for h':
	//
	//	h = z·h' + (1-z)·act(x·Wh + b0h + r·(h'·Uh + b1h))
	GRUCell
	// GRUResetBeforeCell resets before the product:
	//
	//	h = z·h' + (1-z)·act(x·Wh + (r·h')·Uh + bh)
	GRUResetBeforeCell
)

// Gates returns the number of blocks.
func (c Cell) Gates() int { return len(c.gates()) + 1 }

// BiasRows returns the number of rows of b.
func (c Cell) BiasRows() int {
	if c == GRUCell {
		return 2
	}
	return 1
}

// gates lists the blocks that σ is applied to; candidate is the other one.
func (c Cell) gates() []int {
	switch c {
	case SimpleCell:
		return nil
	case LSTMCell:
		return []int{0, 1, 3}
	}
	return []int{0, 1}
}

func (c Cell) candidate() int {
	if c == SimpleCell {
		return 0
	}
	return 2
}

// RecurrentConfig describes a recurrent layer on whole sequences.
type RecurrentConfig struct {
	Cell                       Cell
	Rows, Steps, Inputs, Units int
	Activation, Gate           Activation // act and σ
	Bias                       bool
	Sequences                  bool // the output is the states after every step, not after the last alone
	Backwards                  bool // from the last input to the first; the output is in that order
	ZeroMasked                 bool // a masked step puts out zeros, not the output before it
	InputGrad                  bool // the gradient of x is wanted
	Initial                    bool // the states before the first step are given; else they are zero
}

// Recurrent runs a recurrent layer over a batch. Sequences do not depend on
// each other: the batch is cut into chunks by size, and each goes through all
// of its steps on one core while it lies in that core's cache. Chunks leave
// sums of the weights' gradients, which are added in order.
type Recurrent[T Float] struct {
	RecurrentConfig
	chunk int // rows
	width int // of the gates
	depth int // Inputs+Units, the length of a row [x | h']

	weights  *RecurrentWeights[T]
	mask     []T
	states   RecurrentStates[T]
	forward  func(s *step[T])
	backward func(s *step[T], w *backScratch[T])

	tapes   []*tape[T] // one for each chunk, if there is a way back
	spare   *pool[tape[T]]
	scratch *pool[backScratch[T]]
	partial []T // gradients of the weights, a row for each chunk
}

// NewRecurrent makes the memory of a layer. back says whether there is a way
// back: all that it needs is kept then, and little otherwise.
func NewRecurrent[T Float](c RecurrentConfig, back bool, weights *RecurrentWeights[T]) *Recurrent[T] {
	r := &Recurrent[T]{
		RecurrentConfig: c, width: len(c.Cell.gates()) * c.Units, depth: c.Inputs + c.Units, weights: weights,
	}
	switch c.Cell {
	case SimpleCell:
		r.forward, r.backward = r.simple, r.simpleGrad
	case LSTMCell:
		r.forward, r.backward = r.lstm, r.lstmGrad
	default:
		r.forward, r.backward = r.gru, r.gruGrad
	}
	// Enough rows that a product and a run of activations are worth their
	// calls, and that the gradients of a chunk take no more room than its states.
	work := c.Steps * (r.width + c.Units) * (2*r.depth + 20)
	least := max(min(max(c.Rows/8, 16), 32), 256/c.Units, r.depth/c.Steps, Grain(c.Rows, work))
	chunks := max(1, c.Rows/least)
	r.chunk = (c.Rows + chunks - 1) / chunks
	if !back {
		r.spare = newPool(func() *tape[T] { return r.newTape(2) })
		return r
	}
	for at := 0; at < c.Rows; at += r.chunk {
		r.tapes = append(r.tapes, r.newTape(c.Steps+1))
	}
	r.scratch = newPool(r.newBackScratch)
	r.partial = make([]T, len(r.tapes)*weights.gradients())
	return r
}

// Forward returns a function that computes y, (Rows, Units) or with Sequences
// (Rows, Steps, Units), from x (Rows, Steps, Inputs) and the packed weights.
// States start at zero, or with Initial at those of [Recurrent.States]. A step whose mask, (Rows, Steps), is 0 leaves them as
// they were; a nil mask masks nothing.
func (r *Recurrent[T]) Forward(x, mask, y []T) func() {
	r.mask = mask
	return NewLoop(r.Rows, r.chunk, func(lo, hi int) {
		if r.tapes != nil {
			r.play(r.tapes[lo/r.chunk], x, y, lo, hi)
			return
		}
		m := r.spare.borrow()
		r.play(m, x, y, lo, hi)
		r.spare.giveBack(m)
	}).Run
}

// play runs the rows from lo to hi through all steps.
func (r *Recurrent[T]) play(m *tape[T], x, y []T, lo, hi int) {
	d, u, k := r.Inputs, r.Units, r.depth
	m.rows = hi - lo
	for t := range r.Steps {
		s := r.at(m, t)
		for i := range s.rows {
			copy(s.xh[i*k:][:d], x[r.input(lo+i, t)*d:])
		}
		switch {
		case s.first:
			for i := range s.rows {
				clear(s.xh[i*k+d:][:u])
			}
			clear(s.s)
		case t == 0:
			for i := range s.rows {
				copy(s.xh[i*k+d:][:u], r.states.h0[(lo+i)*u:])
			}
			if s.s != nil {
				copy(s.s, r.states.s0[lo*u:])
			}
		}
		r.forward(s)
		for i := range s.rows {
			h := s.next[i*k+d:][:u]
			masked := r.masked(lo+i, t)
			if masked {
				copy(h, s.xh[i*k+d:])
				if s.s != nil {
					copy(s.s1[i*u:][:u], s.s[i*u:])
				}
			}
			if out := r.output(y, lo+i, t); masked && r.ZeroMasked {
				clear(out)
			} else {
				copy(out, h)
			}
		}
		if t == r.Steps-1 && r.states.h != nil {
			for i := range s.rows {
				copy(r.states.h[(lo+i)*u:][:u], s.next[i*k+d:])
			}
			if s.s != nil {
				copy(r.states.s[lo*u:], s.s1)
			}
		}
	}
}

// input returns which row of x a sequence takes in at a step.
func (r *Recurrent[T]) input(row, t int) int {
	if r.Backwards {
		t = r.Steps - 1 - t
	}
	return row*r.Steps + t
}

// output returns where y holds what a sequence puts out at a step; empty for
// nowhere.
func (r *Recurrent[T]) output(y []T, row, t int) []T {
	switch {
	case r.Sequences:
		return y[(row*r.Steps+t)*r.Units:][:r.Units]
	case t == r.Steps-1:
		return y[row*r.Units:][:r.Units]
	}
	return nil
}

func (r *Recurrent[T]) masked(row, t int) bool {
	return r.mask != nil && r.mask[r.input(row, t)] == 0
}

// known returns how many columns of [x | h'] are not known to be zero.
func (r *Recurrent[T]) known(s *step[T]) int {
	if s.first {
		return r.Inputs
	}
	return r.depth
}
