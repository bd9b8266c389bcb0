package metric

import (
	"cmp"
	"fmt"
	"math"
)

// fuzz keeps Keras's crossentropies off the logarithm of 0.
const fuzz = 1e-7

// BinaryCrossentropy is the mean of -y ln p - (1-y) ln(1-p), with p clipped to
// [1e-7, 1-1e-7].
type BinaryCrossentropy struct {
	FromLogits     bool    // predictions are logits; nothing is clipped
	LabelSmoothing float64 // s in [0, 1]: y becomes y(1-s) + s/2
	Label          string  // name, "binary_crossentropy" if empty
}

func (m BinaryCrossentropy) Name() string         { return cmp.Or(m.Label, "binary_crossentropy") }
func (m BinaryCrossentropy) Direction() Direction { return Down }
func (m BinaryCrossentropy) New(trueShape, predShape []int) (State, error) {
	if err := checkSmoothing(m.Name(), m.LabelSmoothing); err != nil {
		return nil, err
	}
	return newMean(m.Name(), trueShape, predShape, func(y, p []float64, single bool) float64 {
		return binaryCrossentropy(y[0]*(1-m.LabelSmoothing)+m.LabelSmoothing/2, p[0], m.FromLogits, fuzz, single)
	})
}

// CategoricalCrossentropy is the mean over rows of -sum y ln p, with p divided
// by its sum and clipped to [1e-7, 1-1e-7].
type CategoricalCrossentropy struct {
	FromLogits     bool    // predictions are logits; nothing is clipped
	LabelSmoothing float64 // s in [0, 1]: y becomes y(1-s) + s/K
	Label          string  // name, "categorical_crossentropy" if empty
}

func (m CategoricalCrossentropy) Name() string         { return cmp.Or(m.Label, "categorical_crossentropy") }
func (m CategoricalCrossentropy) Direction() Direction { return Down }
func (m CategoricalCrossentropy) New(trueShape, predShape []int) (State, error) {
	if err := checkSmoothing(m.Name(), m.LabelSmoothing); err != nil {
		return nil, err
	}
	return newRowMean(m.Name(), trueShape, predShape, false, func(y, p []float64, single bool) float64 {
		total := total(p, m.FromLogits)
		var loss float64
		for c, x := range p {
			if t := y[c]*(1-m.LabelSmoothing) + m.LabelSmoothing/float64(len(p)); t != 0 {
				loss -= t * logShare(x, total, m.FromLogits, fuzz, single)
			}
		}
		return loss
	})
}

// SparseCategoricalCrossentropy is CategoricalCrossentropy for class indices.
type SparseCategoricalCrossentropy struct {
	FromLogits bool   // predictions are logits; nothing is clipped
	Label      string // name, "sparse_categorical_crossentropy" if empty
}

func (m SparseCategoricalCrossentropy) Name() string {
	return cmp.Or(m.Label, "sparse_categorical_crossentropy")
}
func (m SparseCategoricalCrossentropy) Direction() Direction { return Down }
func (m SparseCategoricalCrossentropy) New(trueShape, predShape []int) (State, error) {
	return newRowMean(m.Name(), trueShape, predShape, true, func(y, p []float64, single bool) float64 {
		return -logShare(p[int(y[0])], total(p, m.FromLogits), m.FromLogits, fuzz, single)
	})
}

func checkSmoothing(name string, s float64) error {
	if !(s >= 0 && s <= 1) {
		return fmt.Errorf("metric: %s: label smoothing is %v, want a number from 0 to 1", name, s)
	}
	return nil
}

func binaryCrossentropy(y, p float64, logits bool, eps float64, single bool) float64 {
	if logits {
		return max(p, 0) - p*y + math.Log1p(math.Exp(-math.Abs(p)))
	}
	p = clip(p, eps, single)
	return -y*math.Log(p) - (1-y)*math.Log1p(-p)
}

// total is the sum of a row of probabilities, or the logarithm of the sum of
// the exponentials of a row of logits.
func total(p []float64, logits bool) float64 {
	shift, sum := 0.0, 0.0
	if logits {
		shift = p[argmax(p)]
	}
	for _, x := range p {
		if logits {
			x = math.Exp(x - shift)
		}
		sum += x
	}
	if logits {
		return shift + math.Log(sum)
	}
	return sum
}

// logShare is the logarithm of the probability that x stands for in a row with
// that total.
func logShare(x, total float64, logits bool, eps float64, single bool) float64 {
	if logits {
		return x - total
	}
	return math.Log(clip(x/total, eps, single))
}

// clip keeps p in [eps, 1-eps], the latter as float32 has it for float32
// predictions.
func clip(p, eps float64, single bool) float64 {
	high := 1 - eps
	if single {
		high = float64(float32(high))
	}
	return min(max(p, eps), high)
}
