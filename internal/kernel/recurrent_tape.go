package kernel

// tape is what a chunk of rows leaves behind at each step: the last step alone
// reads it, or the way back reads it all.
type tape[T Float] struct {
	rows, slots int
	xh          []T // [x | h'], the input and the state before the step
	g, zg       []T // the gates, and what σ was applied to
	c, zc       []T // the candidate, and what act was applied to
	s           []T // the second state of an LSTM, before the step
	a           []T // act of it, after the step
	p           []T // of a GRU: h'·Uh + b1h, or r·h'
	step        step[T]
}

// step is one step of a tape.
type step[T Float] struct {
	rows  int
	first bool // the states are zero
	xh, next,
	g, zg, c, zc, s, s1, a, p []T
}

func (r *Recurrent[T]) newTape(slots int) *tape[T] {
	memory := func(width int) []T { return make([]T, slots*r.chunk*width) }
	m := &tape[T]{slots: slots, xh: memory(r.depth), g: memory(r.width), c: memory(r.Units)}
	m.zg, m.zc = m.g, m.c
	if r.Gate.NeedsInput() {
		m.zg = memory(r.width)
	}
	if r.Activation.NeedsInput() {
		m.zc = memory(r.Units)
	}
	switch r.Cell {
	case LSTMCell:
		m.s, m.a = memory(r.Units), memory(r.Units)
	case GRUCell, GRUResetBeforeCell:
		m.p = memory(r.Units)
	}
	return m
}

// at returns step t of a tape. It is good until the next call.
func (r *Recurrent[T]) at(m *tape[T], t int) *step[T] {
	slot := func(x []T, t, width int) []T {
		if x == nil {
			return nil
		}
		size := m.rows * width
		return x[t%m.slots*size:][:size]
	}
	m.step = step[T]{
		rows: m.rows, first: t == 0 && !r.Initial,
		xh: slot(m.xh, t, r.depth), next: slot(m.xh, t+1, r.depth),
		g: slot(m.g, t, r.width), zg: slot(m.zg, t, r.width),
		c: slot(m.c, t, r.Units), zc: slot(m.zc, t, r.Units),
		s: slot(m.s, t, r.Units), s1: slot(m.s, t+1, r.Units),
		a: slot(m.a, t, r.Units), p: slot(m.p, t, r.Units),
	}
	return &m.step
}
