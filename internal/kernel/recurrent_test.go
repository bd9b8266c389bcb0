package kernel

import (
	"fmt"
	"math"
	"testing"
)

var cellNames = []string{SimpleCell: "simple", LSTMCell: "lstm", GRUCell: "gru", GRUResetBeforeCell: "gru reset before"}

// sequences is a recurrent layer with all that it reads and writes.
type sequences[T Float] struct {
	RecurrentConfig
	x, w, u, b, mask, y []T
	dx, dw, du, db, dy  []T
}

func newSequences[T Float](c RecurrentConfig, masked bool) *sequences[T] {
	columns, out := c.Cell.Gates()*c.Units, c.Rows*c.Units
	if c.Sequences {
		out *= c.Steps
	}
	s := &sequences[T]{
		RecurrentConfig: c, x: random[T](1, c.Rows*c.Steps*c.Inputs), y: make([]T, out), dy: random[T](2, out),
		w: random[T](3, c.Inputs*columns), u: random[T](4, c.Units*columns), b: random[T](5, c.Cell.BiasRows()*columns),
	}
	for i := range s.u { // or the states are chaotic
		s.u[i] /= 4
	}
	s.dx, s.dw, s.du, s.db = make([]T, len(s.x)), make([]T, len(s.w)), make([]T, len(s.u)), make([]T, len(s.b))
	if masked {
		s.mask = random[T](6, c.Rows*c.Steps)
		for i, v := range s.mask {
			s.mask[i] = T(piece(v > -0.3, 1, 0))
		}
	}
	return s
}

// bind returns what runs the layer forward and, if wanted, back.
func (s *sequences[T]) bind(back bool) (forward, backward func()) {
	b := s.b
	if !s.Bias {
		b = nil
	}
	weights := NewRecurrentWeights(s.RecurrentConfig, back, s.w, s.u, b)
	r := NewRecurrent(s.RecurrentConfig, back, weights)
	run := r.Forward(s.x, s.mask, s.y)
	forward = func() {
		weights.Pack()
		run()
	}
	if back {
		backward = r.Backward(s.dx, s.dw, s.du, s.db, s.dy)
	}
	return forward, backward
}

// row is the same layer on one sequence of the batch.
func (s *sequences[T]) row(i int) *sequences[T] {
	one := newSequences[T](s.RecurrentConfig, false)
	one.Rows = 1
	cut := func(x []T) []T {
		n := len(x) / s.Rows
		return x[i*n:][:n]
	}
	one.x, one.y, one.dy, one.dx, one.mask = cut(s.x), make([]T, len(s.y)/s.Rows), cut(s.dy), make([]T, len(s.x)/s.Rows), cut(s.mask)
	if s.mask == nil {
		one.mask = nil
	}
	return one
}

// plain computes the output of one sequence by the formulas, number by number.
func (s *sequences[T]) plain() []float64 {
	act := func(a Activation, z float64) float64 {
		y := []float64{z}
		Activate(a, y, y)
		return y[0]
	}
	n, columns := s.Units, s.Cell.Gates()*s.Units
	bias := func(row, column int) float64 {
		if !s.Bias {
			return 0
		}
		return float64(s.b[row*columns+column])
	}
	h, c, y := make([]float64, n), make([]float64, n), []float64{}
	for i := range s.Steps {
		t := i
		if s.Backwards {
			t = s.Steps - 1 - i
		}
		// The products with column j of a block, of x and of some state.
		input := func(block, j int) (sum float64) {
			for l := range s.Inputs {
				sum += float64(s.x[t*s.Inputs+l]) * float64(s.w[l*columns+block*n+j])
			}
			return sum + bias(0, block*n+j)
		}
		state := func(block, j int, h []float64) (sum float64) {
			for l, v := range h {
				sum += v * float64(s.u[l*columns+block*n+j])
			}
			if s.Cell == GRUCell {
				sum += bias(1, block*n+j)
			}
			return sum
		}
		gate := func(block, j int) float64 { return act(s.Gate, input(block, j)+state(block, j, h)) }
		next, nextC, reset := make([]float64, n), make([]float64, n), make([]float64, n)
		if s.Cell == GRUResetBeforeCell {
			for j := range reset {
				reset[j] = gate(1, j) * h[j]
			}
		}
		for j := range next {
			switch s.Cell {
			case SimpleCell:
				next[j] = act(s.Activation, input(0, j)+state(0, j, h))
			case LSTMCell:
				nextC[j] = gate(1, j)*c[j] + gate(0, j)*act(s.Activation, input(2, j)+state(2, j, h))
				next[j] = gate(3, j) * act(s.Activation, nextC[j])
			case GRUCell:
				next[j] = gate(0, j)*h[j] + (1-gate(0, j))*act(s.Activation, input(2, j)+gate(1, j)*state(2, j, h))
			case GRUResetBeforeCell:
				next[j] = gate(0, j)*h[j] + (1-gate(0, j))*act(s.Activation, input(2, j)+state(2, j, reset))
			}
		}
		masked := s.mask != nil && s.mask[t] == 0
		if !masked {
			h, c = next, nextC
		}
		if s.Sequences || i == s.Steps-1 {
			if masked && s.ZeroMasked {
				y = append(y, make([]float64, n)...)
			} else {
				y = append(y, h...)
			}
		}
	}
	return y
}

// recurrentCases are layers with one chunk of rows and with several, with odd
// sizes and with sizes of whole vectors.
func recurrentCases() map[string]RecurrentConfig {
	cases := map[string]RecurrentConfig{}
	for cell, name := range cellNames {
		c := RecurrentConfig{Cell: Cell(cell), Activation: Tanh, Gate: Sigmoid, Bias: true, InputGrad: true}
		c.Rows, c.Steps, c.Inputs, c.Units = 10, 4, 2, 5
		cases[name] = c
		c.Rows, c.Steps, c.Inputs, c.Units, c.Sequences = 50, 5, 3, 48, true
		cases[name+" in chunks"] = c
		c.Rows, c.Inputs, c.Units, c.Backwards, c.Bias = 41, 18, 33, true, false
		cases[name+" backwards"] = c
		c.Rows, c.Units, c.Activation, c.Gate, c.ZeroMasked = 20, 16, Softsign, HardSigmoid, true
		cases[name+" of other functions"] = c
	}
	return cases
}

func TestRecurrent(t *testing.T) { both(t, testRecurrent[float32], testRecurrent[float64]) }

func testRecurrent[T Float](t *testing.T) {
	for name, c := range recurrentCases() {
		for _, masked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/masked %v", name, masked), func(t *testing.T) {
				s := newSequences[T](c, masked)
				forward, backward := s.bind(true)
				var dw, du, db []T
				for range 2 { // the second time finds what the first one left
					forward()
					backward()
				}
				y, dx := s.y, s.dx
				dw, du, db = make([]T, len(s.dw)), make([]T, len(s.du)), make([]T, len(s.db))
				for i := range s.Rows {
					one := s.row(i)
					forward, backward := one.bind(true)
					forward()
					backward()
					n, d := len(one.y), len(one.dx)
					tolerance := 2e4 * epsilon[T]() // of numbers up to some hundreds
					near(t, fmt.Sprint("output of row ", i), y[i*n:][:n], one.y, 0, 100*epsilon[T]())
					if i%10 == 9 { // in the middle of a chunk, and in the last one
						near(t, fmt.Sprint("output of row ", i), one.y, one.plain(), 0, 100*epsilon[T]())
					}
					near(t, fmt.Sprint("input gradient of row ", i), dx[i*d:][:d], one.dx, tolerance, tolerance)
					Add(dw, one.dw)
					Add(du, one.du)
					Add(db, one.db)
				}
				tolerance := 1e5 * epsilon[T]()
				near(t, "gradient of W", s.dw, dw, tolerance, tolerance)
				near(t, "gradient of U", s.du, du, tolerance, tolerance)
				if c.Bias {
					near(t, "gradient of b", s.db, db, tolerance, tolerance)
				}
				s.y = make([]T, len(y))
				infer, _ := s.bind(false)
				infer()
				infer()
				sameBits(t, "output of inference", s.y, y)
			})
		}
	}
}

// Masked inputs are not looked at: NaN there reaches neither the output nor the
// gradients of other inputs.
func TestRecurrentOfMaskedNaN(t *testing.T) {
	for cell, name := range cellNames {
		s := newSequences[float64](RecurrentConfig{
			Cell: Cell(cell), Rows: 3, Steps: 4, Inputs: 2, Units: 3, Activation: Tanh, Gate: Sigmoid, Bias: true, Sequences: true, InputGrad: true,
		}, true)
		forward, backward := s.bind(true)
		forward()
		backward()
		y, dx := s.y, s.dx
		for i, m := range s.mask {
			if m == 0 {
				s.x[2*i] = math.NaN()
			}
		}
		s.y, s.dx = make([]float64, len(y)), make([]float64, len(dx))
		forward, backward = s.bind(true)
		forward()
		backward()
		sameBits(t, name+": output", s.y, y)
		sameBits(t, name+": input gradient", s.dx, dx)
	}
}

func TestRecurrentBitsOnAnyNumberOfCores(t *testing.T) {
	for name, c := range recurrentCases() {
		var want *sequences[float32]
		for _, p := range []int{1, 2, 4} {
			procs(t, p)
			s := newSequences[float32](c, true)
			forward, backward := s.bind(true)
			for range 3 {
				forward()
				backward()
			}
			if want == nil {
				want = s
				continue
			}
			for i, pair := range [][2][]float32{{s.y, want.y}, {s.dx, want.dx}, {s.dw, want.dw}, {s.du, want.du}, {s.db, want.db}} {
				sameBits(t, fmt.Sprintf("%s on %d cores: array %d", name, p, i), pair[0], pair[1])
			}
		}
	}
}

func TestRecurrentAllocatesNothing(t *testing.T) {
	procs(t, 1)
	for name, c := range recurrentCases() {
		s := newSequences[float32](c, true)
		forward, backward := s.bind(true)
		infer, _ := s.bind(false)
		if n := testing.AllocsPerRun(3, func() { forward(); backward(); infer() }); n > 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// Forward and backward without the gradient of x, as in a first layer.
func BenchmarkRecurrent(b *testing.B) {
	for cell, name := range cellNames {
		b.Run(name+" 20x16 -> 64, batch 256", func(b *testing.B) {
			s := newSequences[float32](RecurrentConfig{
				Cell: Cell(cell), Rows: 256, Steps: 20, Inputs: 16, Units: 64, Activation: Tanh, Gate: Sigmoid, Bias: true,
			}, false)
			forward, backward := s.bind(true)
			b.ReportAllocs()
			for b.Loop() {
				forward()
				backward()
			}
			b.ReportMetric(float64(s.Rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			reportFlops(b, float64(s.Rows*s.Steps*2*s.Cell.Gates()*s.Units*(2*(s.Inputs+s.Units)+s.Units)))
		})
	}
}
