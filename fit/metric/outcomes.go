package metric

import "cmp"

// TruePositives is the weight of positives predicted positive.
type TruePositives struct {
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	Label      string  // name, "true_positives" if empty
}

func (m TruePositives) Name() string         { return cmp.Or(m.Label, "true_positives") }
func (m TruePositives) Direction() Direction { return None }
func (m TruePositives) New(trueShape, predShape []int) (State, error) {
	return newDecisions(m.Name(), trueShape, predShape, rule{threshold: m.Threshold, fromLogits: m.FromLogits},
		func(c Counts) float64 { return c.TP })
}

// FalsePositives is the weight of negatives predicted positive.
type FalsePositives struct {
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	Label      string  // name, "false_positives" if empty
}

func (m FalsePositives) Name() string         { return cmp.Or(m.Label, "false_positives") }
func (m FalsePositives) Direction() Direction { return None }
func (m FalsePositives) New(trueShape, predShape []int) (State, error) {
	return newDecisions(m.Name(), trueShape, predShape, rule{threshold: m.Threshold, fromLogits: m.FromLogits},
		func(c Counts) float64 { return c.FP })
}

// TrueNegatives is the weight of negatives predicted negative.
type TrueNegatives struct {
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	Label      string  // name, "true_negatives" if empty
}

func (m TrueNegatives) Name() string         { return cmp.Or(m.Label, "true_negatives") }
func (m TrueNegatives) Direction() Direction { return None }
func (m TrueNegatives) New(trueShape, predShape []int) (State, error) {
	return newDecisions(m.Name(), trueShape, predShape, rule{threshold: m.Threshold, fromLogits: m.FromLogits},
		func(c Counts) float64 { return c.TN })
}

// FalseNegatives is the weight of positives predicted negative.
type FalseNegatives struct {
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	Label      string  // name, "false_negatives" if empty
}

func (m FalseNegatives) Name() string         { return cmp.Or(m.Label, "false_negatives") }
func (m FalseNegatives) Direction() Direction { return None }
func (m FalseNegatives) New(trueShape, predShape []int) (State, error) {
	return newDecisions(m.Name(), trueShape, predShape, rule{threshold: m.Threshold, fromLogits: m.FromLogits},
		func(c Counts) float64 { return c.FN })
}
