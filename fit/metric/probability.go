package metric

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Brier is the mean of (p - y)² for one column, and for K > 1 columns the mean
// over rows of sum_c (p_c - y_c)², Brier's own definition, from 0 to 2. Targets
// are labels, one-hot rows or class indices. It rewards probabilities that are
// right, not only in the right order.
type Brier struct {
	FromLogits bool   // predictions are logits of a sigmoid (one column) or a softmax
	Label      string // name, "brier_score" if empty
}

func (m Brier) Name() string         { return cmp.Or(m.Label, "brier_score") }
func (m Brier) Direction() Direction { return Down }
func (m Brier) New(trueShape, predShape []int) (State, error) {
	if last(predShape) == 1 {
		return newMean(m.Name(), trueShape, predShape, func(y, p []float64, _ bool) float64 {
			q := p[0]
			if m.FromLogits {
				q = sigmoid(q)
			}
			return (q - y[0]) * (q - y[0])
		})
	}
	sparse := classIndices(trueShape, predShape)
	return newRowMean(m.Name(), trueShape, predShape, sparse, func(y, p []float64, _ bool) float64 {
		var sum, logTotal float64
		if m.FromLogits {
			logTotal = total(p, true)
		}
		for c, q := range p {
			if m.FromLogits {
				q = math.Exp(q - logTotal)
			}
			if sparse {
				q -= indicator(int(y[0]) == c)
			} else {
				q -= y[c]
			}
			sum += q * q
		}
		return sum
	})
}

// LogLoss is the crossentropy that fits the shapes, chosen as Accuracy is, with
// probabilities clipped no further than the precision of the predictions
// demands, as in scikit-learn: 2.2e-16, or 1.2e-7 in float32.
type LogLoss struct {
	FromLogits bool   // predictions are logits; nothing is clipped
	Label      string // name, "log_loss" if empty
}

func (m LogLoss) Name() string         { return cmp.Or(m.Label, "log_loss") }
func (m LogLoss) Direction() Direction { return Down }
func (m LogLoss) New(trueShape, predShape []int) (State, error) {
	if last(predShape) == 1 {
		return newMean(m.Name(), trueShape, predShape, func(y, p []float64, single bool) float64 {
			return binaryCrossentropy(y[0], p[0], m.FromLogits, epsilon(single), single)
		})
	}
	sparse := classIndices(trueShape, predShape)
	return newRowMean(m.Name(), trueShape, predShape, sparse, func(y, p []float64, single bool) float64 {
		all := total(p, m.FromLogits)
		if sparse {
			return -logShare(p[int(y[0])], all, m.FromLogits, epsilon(single), single)
		}
		var loss float64
		for c, x := range p {
			if y[c] != 0 {
				loss -= y[c] * logShare(x, all, m.FromLogits, epsilon(single), single)
			}
		}
		return loss
	})
}

func epsilon(single bool) float64 {
	if single {
		return 0x1p-23
	}
	return 0x1p-52
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// BrierScore is the weighted mean of (prob - yTrue)² over binary labels (0 or
// 1). weight nil means ones; their sum must be positive.
func BrierScore(yTrue, prob, weight []float64) (float64, error) {
	if err := rank.Check(yTrue, prob, weight); err != nil {
		return 0, fmt.Errorf("metric: Brier score: %w", err)
	}
	var sum, all float64
	for i, p := range prob {
		if p < 0 || p > 1 {
			return 0, fmt.Errorf("metric: Brier score: row %d: score is %v, want a probability", i, p)
		}
		w := rank.WeightOf(weight, i)
		sum += w * (p - yTrue[i]) * (p - yTrue[i])
		all += w
	}
	if all == 0 {
		return 0, errors.New("metric: Brier score: no rows with weight")
	}
	return sum / all, nil
}
