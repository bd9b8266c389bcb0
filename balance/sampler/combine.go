package sampler

import (
	"context"
	"errors"

	"gorgonia.org/tensor"
)

// SMOTEENN makes rows by SMOTE and then cleans all classes by
// EditedNearestNeighbours. The rows that stay come class by class.
//
// Batista, Prati and Monard, A study of the behavior of several methods for
// balancing machine learning training data, SIGKDD Explorations 6 (2004).
type SMOTEENN struct {
	Strategy Strategy // of SMOTE; nil means Auto: all classes as large as the largest
	Seed     uint32   // of SMOTE
	// Over makes the rows; nil means SMOTE{Strategy, Seed}. It has a strategy and
	// a seed of its own, so that those above must be unset.
	Over Sampler
	// Clean drops rows; nil means EditedNearestNeighbours{Strategy: All}.
	Clean Sampler
}

// Resample returns the rows that stay, of x and of the new ones.
func (s SMOTEENN) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	clean := s.Clean
	if clean == nil {
		clean = EditedNearestNeighbours{Strategy: All}
	}
	return combine(ctx, "SMOTEENN", x, y, s.Strategy, s.Seed, s.Over, clean)
}

// SMOTETomek makes rows by SMOTE and then drops all rows in Tomek links, of
// every class. The rows that stay keep their order.
//
// Batista, Bazzan and Monard, Balancing training data for automated annotation
// of keywords, WOB (2003).
type SMOTETomek struct {
	Strategy Strategy // of SMOTE; nil means Auto: all classes as large as the largest
	Seed     uint32   // of SMOTE
	// Over makes the rows; nil means SMOTE{Strategy, Seed}. It has a strategy and
	// a seed of its own, so that those above must be unset.
	Over Sampler
	// Clean drops rows; nil means TomekLinks{Strategy: All}.
	Clean Sampler
}

// Resample returns the rows that stay, of x and of the new ones.
func (s SMOTETomek) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	clean := s.Clean
	if clean == nil {
		clean = TomekLinks{Strategy: All}
	}
	return combine(ctx, "SMOTETomek", x, y, s.Strategy, s.Seed, s.Over, clean)
}

func combine(ctx context.Context, name string, x, y tensor.Tensor, strategy Strategy, seed uint32, over, clean Sampler) (xs, ys *tensor.Dense, err error) {
	if over == nil {
		over = SMOTE{Strategy: strategy, Seed: seed}
	} else if strategy != nil || seed != 0 {
		return nil, nil, named(name, errors.New("Strategy and Seed have no effect beside Over: set those of Over"))
	}
	if xs, ys, err = over.Resample(ctx, x, y); err != nil {
		return nil, nil, err
	}
	return clean.Resample(ctx, xs, ys)
}
