package kernel

// RecurrentWeights are the weights of a recurrent layer in the order in which
// it reads them: columns by the activation that follows, the gates' and the
// candidate's, and W above U, so that the products of x and of h' are one.
type RecurrentWeights[T Float] struct {
	RecurrentConfig
	w, u, b          []T
	gates, candidate blocks[T] // (Inputs+Units, ...)
	// Transposes, for the way back: of U, and of W for the gradient of x.
	gatesU, gatesW, candidateU, candidateW blocks[T]
	bg, bc, br                             []T // biases; br that of h' in a GRU's candidate
	pack, transpose                        *Loop
}

// NewRecurrentWeights prepares the packing of w, u and b, which is nil without
// a bias; back says whether there is a way back.
func NewRecurrentWeights[T Float](c RecurrentConfig, back bool, w, u, b []T) *RecurrentWeights[T] {
	width, depth := len(c.Cell.gates())*c.Units, c.Inputs+c.Units
	p := &RecurrentWeights[T]{
		RecurrentConfig: c, w: w, u: u, b: b, gates: newBlocks[T](depth, width), candidate: newBlocks[T](depth, c.Units),
	}
	if c.Bias {
		p.bg, p.bc = make([]T, width), make([]T, c.Units)
		if c.Cell == GRUCell {
			p.br = make([]T, c.Units)
		}
	}
	const copying = 32 // a number's share of a Loop's time, as operations
	p.pack = NewLoop(depth, Grain(depth, copying*(width+c.Units)), p.packRows)
	if back {
		p.gatesU, p.candidateU = newBlocks[T](width, c.Units), newBlocks[T](c.Units, c.Units)
		if c.InputGrad {
			p.gatesW, p.candidateW = newBlocks[T](width, c.Inputs), newBlocks[T](c.Units, c.Inputs)
		}
		step := p.gatesU.step()
		of := func(cols int) int { return (cols + step - 1) / step }
		n := of(c.Units) + of(p.gatesW.cols)
		p.transpose = NewLoop(n, Grain(n, copying*step*(width+c.Units)), func(lo, hi int) {
			for i := lo; i < hi; i++ {
				if at := i - of(c.Units); at < 0 {
					p.transposeBlock(p.gatesU, p.candidateU, i*step, p.u)
				} else {
					p.transposeBlock(p.gatesW, p.candidateW, at*step, p.w)
				}
			}
		})
	}
	return p
}

// Pack copies the weights as they are now.
func (p *RecurrentWeights[T]) Pack() {
	p.pack.Run()
	p.packBias()
	if p.transpose != nil {
		p.transpose.Run()
	}
}

// packRows copies rows of W above U.
func (p *RecurrentWeights[T]) packRows(lo, hi int) {
	n, columns := p.Units, p.Cell.Gates()*p.Units
	for i := lo; i < hi; i++ {
		var row []T
		if i < p.Inputs {
			row = p.w[i*columns:]
		} else {
			row = p.u[(i-p.Inputs)*columns:]
		}
		for j, block := range p.Cell.gates() {
			p.gates.set(i, j*n, row[block*n:][:n])
		}
		p.candidate.set(i, 0, row[p.Cell.candidate()*n:][:n])
	}
}

// transposeBlock fills the block of two transposes that starts at a column,
// which is a row of the weight w.
func (p *RecurrentWeights[T]) transposeBlock(gates, candidate blocks[T], column int, w []T) {
	n, columns := p.Units, p.Cell.Gates()*p.Units
	w = w[column*columns:]
	b, width := gates.block(column)
	for j, block := range p.Cell.gates() {
		transpose(b[j*n*width:], width, w[block*n:], columns, width, n)
	}
	b, width = candidate.block(column)
	transpose(b, width, w[p.Cell.candidate()*n:], columns, width, n)
}

func (p *RecurrentWeights[T]) packBias() {
	if !p.Bias {
		return
	}
	n := p.Units
	for j, block := range p.Cell.gates() {
		copy(p.bg[j*n:][:n], p.b[block*n:])
	}
	copy(p.bc, p.b[p.Cell.candidate()*n:])
	if p.br != nil { // z and r add both rows, the candidate keeps them apart
		second := p.b[p.Cell.Gates()*n:]
		for j := range p.bg {
			p.bg[j] += second[j]
		}
		copy(p.br, second[len(p.bg):])
	}
}

// split calls f with the places of the gradients of all weights, as a chunk of
// a batch adds them up: gates and candidate, their biases, br.
func (p *RecurrentWeights[T]) split(sum []T) (gates, candidate, bg, bc, br []T) {
	take := func(n int) []T {
		s := sum[:n]
		sum = sum[n:]
		return s
	}
	gates, candidate = take(len(p.gates.data)), take(len(p.candidate.data))
	return gates, candidate, take(len(p.bg)), take(len(p.bc)), take(len(p.br))
}

// gradients returns how many numbers split wants.
func (p *RecurrentWeights[T]) gradients() int {
	return len(p.gates.data) + len(p.candidate.data) + len(p.bg) + len(p.bc) + len(p.br)
}

// unpack brings gradients, those of gates and candidate as plain matrices, into
// the order of W, U and b.
func (p *RecurrentWeights[T]) unpack(dw, du, db, sum []T) {
	n, width, columns := p.Units, len(p.Cell.gates())*p.Units, p.Cell.Gates()*p.Units
	gates, candidate, bg, bc, br := p.split(sum)
	put := func(row, gates, candidate []T) {
		for j, block := range p.Cell.gates() {
			copy(row[block*n:][:n], gates[j*n:])
		}
		copy(row[p.Cell.candidate()*n:][:n], candidate)
	}
	for i := range p.Inputs + n {
		var row []T
		if i < p.Inputs {
			row = dw[i*columns:]
		} else {
			row = du[(i-p.Inputs)*columns:]
		}
		put(row, gates[i*width:], candidate[i*n:])
	}
	if !p.Bias {
		return
	}
	put(db, bg, bc)
	if len(br) > 0 {
		copy(db[columns:], bg)
		copy(db[columns+width:], br)
	}
}
