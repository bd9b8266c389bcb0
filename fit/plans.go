package fit

// mode is what a plan computes.
type mode int

const (
	toPredict mode = iota // predictions
	toTest                // predictions and loss, in inference mode
	toTrain               // predictions, loss and gradients
)

// plans keeps the plans of a model, the last used first.
type plans struct{ recent []*plan }

// maxPlans is enough for a fit with full and last batches in training and
// validation, and for predictions beside it.
const maxPlans = 8

func (ps *plans) get(t *Trainer, m mode, n int) (*plan, error) {
	for i, p := range ps.recent {
		if p.mode == m && p.n == n {
			copy(ps.recent[1:i+1], ps.recent[:i])
			ps.recent[0] = p
			return p, nil
		}
	}
	p, err := t.build(m, n)
	if err != nil {
		return nil, err
	}
	if len(ps.recent) < maxPlans {
		ps.recent = append(ps.recent, nil)
	}
	copy(ps.recent[1:], ps.recent)
	ps.recent[0] = p
	return p, nil
}
