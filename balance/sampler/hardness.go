package sampler

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// Classifier is a trained model that gives for a row of x the probability of
// each class: in the order of their labels, or of the columns of one-hot targets;
// of two classes it may give that of the second alone. The Predictor of a
// fit.Trainer is one.
type Classifier interface {
	Predict(row []float32) ([]float32, error)
}

// InstanceHardnessThreshold keeps the rows of a class that are easiest to tell:
// those to which a model that was trained without them gives the highest
// probabilities of their class. The rows are split into stratified folds; those
// of each fold are judged by a model trained on the others. Rows with the same
// probability as the last that is kept are kept too, so that there may be more
// than the strategy says. Rows come class by class, by ascending label, in order.
//
// The folds are imbalanced-learn's for the same seed, and with a model that gives
// the same probabilities so are the rows. Unlike upstream, the model is Gaussian
// naive Bayes by default, not a forest; labels may be any whole numbers (upstream
// takes them for places, and with -1 and 1 compares the wrong probabilities);
// and a class of which no row is to be kept keeps none.
//
// Smith, Martinez and Giraud-Carrier, An instance level analysis of data
// complexity, Machine Learning 95 (2014).
type InstanceHardnessThreshold struct {
	Strategy Strategy // nil means Auto: all classes as small as the smallest
	Seed     uint32   // of numpy's RandomState, which draws the folds
	CV       int      // folds, at least 2; 0 means 5
	// Train returns a new model trained on some rows. Labels reach it as numbers
	// from 0 on, by ascending label; one-hot rows as they are. nil means Gaussian
	// naive Bayes of the elements of rows, which are then to be finite.
	Train func(ctx context.Context, x, y *tensor.Dense) (Classifier, error)
}

// Resample returns the rows that are kept.
func (s InstanceHardnessThreshold) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return pick("InstanceHardnessThreshold", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

// SampleIndices returns which rows are kept.
func (s InstanceHardnessThreshold) SampleIndices(ctx context.Context, x, y tensor.Tensor) ([]int, error) {
	return indices("InstanceHardnessThreshold", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

func (s InstanceHardnessThreshold) choose(ctx context.Context, in *input) ([]int, error) {
	quotas, err := in.quotas(s.Strategy, under)
	if err != nil {
		return nil, err
	}
	if s.Train == nil {
		if err := in.finite(); err != nil {
			return nil, err
		}
	}
	easy, err := s.probabilities(ctx, in)
	if err != nil {
		return nil, err
	}
	return in.classwise(quotas, func(rows []int, n int) []int {
		if n == 0 {
			return nil
		}
		sorted := make([]float64, len(rows))
		for i, r := range rows {
			sorted[i] = easy[r]
		}
		slices.Sort(sorted)
		var kept []int
		for _, r := range rows {
			if easy[r] >= sorted[len(rows)-n] {
				kept = append(kept, r)
			}
		}
		return kept
	}), nil
}

// probabilities returns for each row what a model that has not seen it says of
// its class.
func (s InstanceHardnessThreshold) probabilities(ctx context.Context, in *input) ([]float64, error) {
	cv := s.CV
	if cv == 0 {
		cv = 5
	}
	if cv < 2 {
		return nil, fmt.Errorf("CV is %d, want at least 2 folds (0 means 5)", cv)
	}
	c := in.classes[in.minority()]
	switch n := len(c.rows); {
	case n == 1:
		return nil, fmt.Errorf("class %d has a single row, which cannot be both learned and judged: use RandomUnderSampler", c.label)
	case n < cv:
		return nil, fmt.Errorf("class %d has %d rows, too few for %d folds: set CV to at most %d, or use RandomUnderSampler", c.label, n, cv, n)
	}
	fold := in.folds(cv, nprand.New(s.Seed))
	out := make([]float64, in.rows())
	for f := range cv {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var seen, held []int
		for r, of := range fold {
			if of == f {
				held = append(held, r)
			} else {
				seen = append(seen, r)
			}
		}
		var err error
		if s.Train == nil {
			newBayes(in, seen).judge(in, held, out)
		} else {
			err = s.judge(ctx, in, seen, held, out)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// folds draws the fold of each row as scikit-learn's StratifiedKFold with
// shuffling.
func (in *input) folds(n int, rng *nprand.RandomState) []int {
	// Rows dealt in the order of classes decide how many of a class each fold
	// gets; classes come as they first appear.
	order := make([]int, len(in.classes))
	for c := range order {
		order[c] = c
	}
	slices.SortFunc(order, func(a, b int) int { return in.classes[a].rows[0] - in.classes[b].rows[0] })
	out := make([]int, in.rows())
	dealt := 0
	for _, c := range order {
		rows := in.classes[c].rows
		var of []int
		for f := range n {
			// Places dealt, dealt+1, ... of the deal that are f modulo n.
			for p := dealt + ((f-dealt)%n+n)%n; p < dealt+len(rows); p += n {
				of = append(of, f)
			}
		}
		dealt += len(rows)
		rng.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		for i, r := range rows {
			out[r] = of[i]
		}
	}
	return out
}

// judge sets out for the rows held back, by a model trained on those seen.
func (s InstanceHardnessThreshold) judge(ctx context.Context, in *input, seen, held []int, out []float64) error {
	x, err := data.Take(in.x, seen)
	if err != nil {
		return err
	}
	y, err := data.Take(in.y, seen)
	if err != nil {
		return err
	}
	oneHot := in.y.Dims() == 2 && in.y.Shape()[1] > 1
	classes := len(in.classes)
	if oneHot {
		classes = in.y.Shape()[1]
	} else {
		for i, r := range seen {
			set(y, i, float64(in.class[r]))
		}
	}
	model, err := s.Train(ctx, x, y)
	if err == nil && model == nil {
		err = errors.New("no model came of Train")
	}
	if err != nil {
		return err
	}
	row := make([]float32, in.cols())
	for _, r := range held {
		if err := ctx.Err(); err != nil {
			return err
		}
		for j := range row {
			row[j] = float32(in.at(r*len(row) + j))
		}
		p, err := model.Predict(row)
		if err != nil {
			return err
		}
		at := in.class[r]
		if oneHot {
			at = in.classes[at].label
		}
		switch {
		case len(p) == classes:
			out[r] = float64(p[at])
		case len(p) == 1 && classes == 2:
			out[r] = float64(p[0])
			if at == 0 {
				out[r] = 1 - out[r]
			}
		default:
			return fmt.Errorf("the model gives %d numbers for a row, want the probabilities of %d classes", len(p), classes)
		}
		if !(out[r] >= -1e-5 && out[r] <= 1+1e-5) {
			return fmt.Errorf("the model gives class %d of row %d the probability %v, want 0 to 1: end the model with a softmax or a sigmoid", in.classes[in.class[r]].label, r, out[r])
		}
	}
	return nil
}
