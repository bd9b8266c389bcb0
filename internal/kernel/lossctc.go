package kernel

import "math"

// CTC is the connectionist temporal classification loss: minus the logarithm of
// the probability that Steps draws from the softmax of rows of N logits spell a
// label sequence, once repeats are merged and blanks, class 0, are left out.
// Each row of the loss has Labels labels, filled up with 0.
//
// Graves, Fernández, Gomez, Schmidhuber, ICML 2006.
type CTC[T Float] struct {
	Steps, N, Labels int
	room             []float64
}

// NewCTC makes the loss and its room for one row.
func NewCTC[T Float](steps, n, labels int) CTC[T] {
	return CTC[T]{Steps: steps, N: n, Labels: labels, room: make([]float64, steps*n+2*steps*(2*labels+1))}
}

// tables are what one row needs: the logarithms of the probabilities, and of
// the forward and backward sums over states. A state is a label or the blank
// before or after it.
func (k CTC[T]) tables(pred, target []T, r int) (logp, forward, backward []float64, labels []T, states int) {
	labels = target[r*k.Labels:][:k.Labels]
	count := 0
	for _, l := range labels {
		if l != 0 {
			count++
		}
	}
	labels, states = labels[:count], 2*count+1
	logp = k.room[:k.Steps*k.N]
	rest := k.room[k.Steps*k.N:]
	forward, backward = rest[:k.Steps*states], rest[k.Steps*states:][:k.Steps*states]
	for t := range k.Steps {
		z := pred[(r*k.Steps+t)*k.N:][:k.N]
		top, lse := logSumExp(z)
		for j, v := range z {
			logp[t*k.N+j] = float64(v) - top - lse
		}
	}
	return logp, forward, backward, labels, states
}

// symbol is the class of a state.
func symbol[T Float](labels []T, s int) int {
	if s%2 == 0 {
		return 0
	}
	return int(labels[s/2])
}

// skips reports whether state s may follow s-2: two labels that differ need no
// blank between them.
func skips[T Float](labels []T, s int) bool {
	return s%2 == 1 && s > 1 && labels[s/2] != labels[s/2-1]
}

// sum fills the forward table and returns the logarithm of the probability.
func (k CTC[T]) sum(logp, forward []float64, labels []T, states int) float64 {
	never := math.Inf(-1)
	for t := range k.Steps {
		for s := range states {
			var a float64
			switch {
			case t > 0:
				before := forward[(t-1)*states:][:states]
				a = before[s]
				if s > 0 {
					a = addLog(a, before[s-1])
				}
				if skips(labels, s) {
					a = addLog(a, before[s-2])
				}
			case s > 1:
				a = never
			}
			forward[t*states+s] = a + logp[t*k.N+symbol(labels, s)]
		}
	}
	last := forward[(k.Steps-1)*states:]
	if states == 1 {
		return last[0]
	}
	return addLog(last[states-1], last[states-2])
}

func (k CTC[T]) Loss(loss, pred, target []T) {
	for r := range loss {
		logp, forward, _, labels, states := k.tables(pred, target, r)
		loss[r] = T(-k.sum(logp, forward, labels, states))
	}
}

func (k CTC[T]) Grad(dpred, pred, target, g []T) {
	for r, gr := range g {
		logp, forward, backward, labels, states := k.tables(pred, target, r)
		total := k.sum(logp, forward, labels, states)
		dz := dpred[r*k.Steps*k.N:][:k.Steps*k.N]
		if math.IsInf(total, -1) { // no path spells the labels
			clear(dz)
			continue
		}
		for i, l := range logp {
			dz[i] = gr * T(math.Exp(l))
		}
		for t := k.Steps - 1; t >= 0; t-- {
			for s := range states {
				b := math.Inf(-1)
				if t == k.Steps-1 {
					if s >= states-2 {
						b = 0
					}
				} else {
					after, chance := backward[(t+1)*states:][:states], logp[(t+1)*k.N:]
					b = after[s] + chance[symbol(labels, s)]
					if s+1 < states {
						b = addLog(b, after[s+1]+chance[symbol(labels, s+1)])
					}
					if s+2 < states && skips(labels, s+2) {
						b = addLog(b, after[s+2]+chance[symbol(labels, s+2)])
					}
				}
				backward[t*states+s] = b
				dz[t*k.N+symbol(labels, s)] -= gr * T(math.Exp(forward[t*states+s]+b-total))
			}
		}
	}
}
