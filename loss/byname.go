package loss

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/names"
)

// named holds the losses with the names they have besides those of their type
// and of Name.
var named = [...]struct {
	class string // the name of the type
	Loss
	short []string
}{
	{"MeanSquaredError", MeanSquaredError{}, []string{"mse"}},
	{"MeanAbsoluteError", MeanAbsoluteError{}, []string{"mae"}},
	{"MeanAbsolutePercentageError", MeanAbsolutePercentageError{}, []string{"mape"}},
	{"MeanSquaredLogarithmicError", MeanSquaredLogarithmicError{}, []string{"msle"}},
	{"CosineSimilarity", CosineSimilarity{}, nil},
	{"Huber", Huber{}, nil},
	{"LogCosh", LogCosh{}, nil},
	{"Hinge", Hinge{}, nil},
	{"SquaredHinge", SquaredHinge{}, nil},
	{"CategoricalHinge", CategoricalHinge{}, nil},
	{"KLDivergence", KLDivergence{}, []string{"kld"}},
	{"Poisson", Poisson{}, nil},
	{"BinaryCrossentropy", BinaryCrossentropy{}, []string{"bce"}},
	{"BinaryFocalCrossentropy", BinaryFocalCrossentropy{}, nil},
	{"CategoricalCrossentropy", CategoricalCrossentropy{}, nil},
	{"CategoricalFocalCrossentropy", CategoricalFocalCrossentropy{}, nil},
	{"SparseCategoricalCrossentropy", SparseCategoricalCrossentropy{}, nil},
	{"SparseCategoricalFocalCrossentropy", SparseCategoricalFocalCrossentropy{}, nil},
	{"CategoricalGeneralizedCrossEntropy", CategoricalGeneralizedCrossEntropy{}, nil},
	{"CTC", CTC{}, nil},
	{"Dice", Dice{}, nil},
	{"Tversky", Tversky{}, nil},
	{"Circle", Circle{}, nil},
	{"Asymmetric", Asymmetric{}, nil},
	{"LDAM", LDAM{}, nil},
	{"LogitAdjusted", LogitAdjusted{}, nil},
	{"BalancedSoftmax", BalancedSoftmax{}, nil},
	{"VectorScaling", VectorScaling{}, nil},
	{"Poly1", Poly1{}, nil},
	{"ExpectedCost", ExpectedCost{}, nil},
}

// Names returns the names of all losses, in alphabetical order: those of their
// Name methods.
func Names() []string {
	var all []string
	for _, n := range named {
		all = append(all, n.Name())
	}
	slices.Sort(all)
	return all
}

// ByName returns the loss of one of Keras's names, or of the losses that Keras
// lacks, with default settings: the name of the type ("MeanSquaredError"), that
// of Name ("mean_squared_error"), or a short one ("mse", "mae", "mape", "msle",
// "kld", "bce"). Case and underscores do not matter. Some losses need settings
// (CTC, LDAM, LogitAdjusted, BalancedSoftmax, VectorScaling, ExpectedCost) and
// say so where they are used. See [Resolve] for "crossentropy". An unknown name is an error
// that lists the near ones.
func ByName(name string) (Loss, error) {
	key := names.Key(name)
	if key == "crossentropy" || key == "ce" {
		return nil, fmt.Errorf("loss: %q depends on the shapes of targets and predictions: use BinaryCrossentropy, CategoricalCrossentropy or SparseCategoricalCrossentropy", name)
	}
	for _, n := range named {
		if key == names.Key(n.class) || key == names.Key(n.Name()) || slices.Contains(n.short, key) {
			return n.Loss, nil
		}
	}
	return nil, names.Unknown("loss: unknown loss", name, Names())
}

// Resolve is [ByName] for targets and predictions of known shapes, batch axis
// included, where "crossentropy" or "ce" has a meaning as in Keras: binary for
// predictions with a last axis of 1, sparse categorical for targets of lower
// rank or with a last axis of 1, otherwise categorical.
func Resolve(name string, yTrue, yPred []int) (Loss, error) {
	if key := names.Key(name); key != "crossentropy" && key != "ce" {
		return ByName(name)
	}
	if len(yPred) == 0 || len(yTrue) == 0 {
		return nil, fmt.Errorf("loss: %q of targets of shape %v and predictions of shape %v, expected a batch axis", name, yTrue, yPred)
	}
	switch {
	case yPred[len(yPred)-1] == 1:
		return BinaryCrossentropy{}, nil
	case len(yTrue) < len(yPred) || yTrue[len(yTrue)-1] == 1:
		return SparseCategoricalCrossentropy{}, nil
	}
	return CategoricalCrossentropy{}, nil
}
