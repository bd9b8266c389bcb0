package metric

import (
	"cmp"
	"fmt"
	"math"
)

// CosineSimilarity is the mean over rows of the cosine of the angle between
// targets and predictions, each a row of the last axis. Norms below 1e-7 count
// as 1e-7, so a row of zeros counts 0.
type CosineSimilarity struct {
	Label string // name, "cosine_similarity" if empty
}

func (m CosineSimilarity) Name() string         { return cmp.Or(m.Label, "cosine_similarity") }
func (m CosineSimilarity) Direction() Direction { return Up }
func (m CosineSimilarity) New(trueShape, predShape []int) (State, error) {
	return newRowMean(m.Name(), trueShape, predShape, false, func(y, p []float64, _ bool) float64 {
		var yy, pp, yp float64
		for c := range p {
			yy += y[c] * y[c]
			pp += p[c] * p[c]
			yp += y[c] * p[c]
		}
		return yp / (max(math.Sqrt(yy), fuzz) * max(math.Sqrt(pp), fuzz))
	})
}

// PearsonCorrelation is the mean over rows of the linear correlation of targets
// and predictions along the last axis. A row whose targets or predictions are
// all equal counts 0, where Keras gives NaN. It needs two columns or more.
type PearsonCorrelation struct {
	Label string // name, "pearson_correlation" if empty
}

func (m PearsonCorrelation) Name() string         { return cmp.Or(m.Label, "pearson_correlation") }
func (m PearsonCorrelation) Direction() Direction { return Up }
func (m PearsonCorrelation) New(trueShape, predShape []int) (State, error) {
	return newCorrelation(m.Name(), trueShape, predShape, func(s moments) float64 {
		return ratio(s.covariance, math.Sqrt(s.varY)*math.Sqrt(s.varP))
	})
}

// ConcordanceCorrelation is the mean over rows of Lin's (1989) coefficient
//
//	2 cov(y, p) / (var(y) + var(p) + (mean(y) - mean(p))² + 1e-7)
//
// along the last axis, which unlike PearsonCorrelation wants equal values and
// not only a line. It needs two columns or more.
type ConcordanceCorrelation struct {
	Label string // name, "concordance_correlation" if empty
}

func (m ConcordanceCorrelation) Name() string         { return cmp.Or(m.Label, "concordance_correlation") }
func (m ConcordanceCorrelation) Direction() Direction { return Up }
func (m ConcordanceCorrelation) New(trueShape, predShape []int) (State, error) {
	return newCorrelation(m.Name(), trueShape, predShape, func(s moments) float64 {
		gap := s.meanY - s.meanP
		return 2 * s.covariance / (s.varY + s.varP + gap*gap + fuzz)
	})
}

// moments of a row, divided by its length.
type moments struct{ meanY, meanP, varY, varP, covariance float64 }

func newCorrelation(name string, trueShape, predShape []int, value func(moments) float64) (State, error) {
	if last(predShape) < 2 {
		return nil, fmt.Errorf("metric: %s: predictions of shape %v (without the batch axis), want a last axis of 2 or more to correlate along", name, predShape)
	}
	return newRowMean(name, trueShape, predShape, false, func(y, p []float64, _ bool) float64 {
		var s moments
		n := float64(len(p))
		for c := range p {
			s.meanY += y[c] / n
			s.meanP += p[c] / n
		}
		for c := range p {
			dy, dp := y[c]-s.meanY, p[c]-s.meanP
			s.varY += dy * dy / n
			s.varP += dp * dp / n
			s.covariance += dy * dp / n
		}
		return value(s)
	})
}
