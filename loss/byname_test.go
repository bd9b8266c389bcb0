package loss_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/loss"
	"github.com/google/go-cmp/cmp"
)

// The names are those that keras.losses.get takes, and those of the losses
// that Keras lacks.
func TestByName(t *testing.T) {
	all := []struct {
		want  loss.Loss
		names []string
	}{
		{loss.MeanSquaredError{}, []string{"mse", "MSE", "mean_squared_error", "MeanSquaredError"}},
		{loss.MeanAbsoluteError{}, []string{"mae", "MAE", "MeanAbsoluteError"}},
		{loss.MeanAbsolutePercentageError{}, []string{"mape", "MAPE", "MeanAbsolutePercentageError"}},
		{loss.MeanSquaredLogarithmicError{}, []string{"msle", "MSLE", "MeanSquaredLogarithmicError"}},
		{loss.CosineSimilarity{}, []string{"CosineSimilarity", "cosine_similarity"}},
		{loss.Huber{}, []string{"Huber", "huber", "huber_loss"}},
		{loss.LogCosh{}, []string{"LogCosh", "log_cosh", "logcosh"}},
		{loss.Hinge{}, []string{"hinge", "Hinge"}},
		{loss.SquaredHinge{}, []string{"squared_hinge", "SquaredHinge"}},
		{loss.CategoricalHinge{}, []string{"categorical_hinge", "CategoricalHinge"}},
		{loss.KLDivergence{}, []string{"kld", "KLD", "kl_divergence", "KLDivergence"}},
		{loss.Poisson{}, []string{"poisson", "Poisson"}},
		{loss.BinaryCrossentropy{}, []string{"bce", "BCE", "binary_crossentropy", "BinaryCrossentropy"}},
		{loss.BinaryFocalCrossentropy{}, []string{"binary_focal_crossentropy", "BinaryFocalCrossentropy"}},
		{loss.CategoricalCrossentropy{}, []string{"categorical_crossentropy", "CategoricalCrossentropy"}},
		{loss.CategoricalFocalCrossentropy{}, []string{"categorical_focal_crossentropy", "CategoricalFocalCrossentropy"}},
		{loss.SparseCategoricalCrossentropy{}, []string{"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"}},
		{loss.SparseCategoricalFocalCrossentropy{}, []string{"SparseCategoricalFocalCrossentropy"}},
		{loss.CategoricalGeneralizedCrossEntropy{}, []string{"CategoricalGeneralizedCrossEntropy"}},
		{loss.CTC{}, []string{"ctc", "CTC"}},
		{loss.Dice{}, []string{"dice", "Dice"}},
		{loss.Tversky{}, []string{"tversky", "Tversky"}},
		{loss.Circle{}, []string{"circle", "Circle"}},
		{loss.Asymmetric{}, []string{"Asymmetric"}},
		{loss.LDAM{}, []string{"LDAM"}},
		{loss.LogitAdjusted{}, []string{"LogitAdjusted"}},
		{loss.BalancedSoftmax{}, []string{"BalancedSoftmax"}},
		{loss.VectorScaling{}, []string{"VectorScaling", "vector_scaling"}},
		{loss.Poly1{}, []string{"Poly1"}},
		{loss.ExpectedCost{}, []string{"ExpectedCost"}},
	}
	var known []string
	for _, c := range all {
		known = append(known, c.want.Name())
		for _, name := range append(c.names, c.want.Name()) {
			got, err := loss.ByName(name)
			if err != nil {
				t.Error(err)
			} else if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
	slices.Sort(known)
	if diff := cmp.Diff(known, loss.Names()); diff != "" {
		t.Errorf("Names: %s", diff)
	}
}

func TestByNameUnknown(t *testing.T) {
	for name, want := range map[string]string{
		"binary_crosentropy": "did you mean binary_crossentropy?",
		"focal":              "did you mean binary_focal_crossentropy or categorical_focal_crossentropy or sparse_categorical_focal_crossentropy?",
		"accuracy":           "expected one of",
		"":                   "expected one of asymmetric, balanced_softmax,",
		"mean_squared":       "did you mean mean_squared_error or mean_squared_logarithmic_error?",
		"ce":                 "depends on the shapes",
	} {
		l, err := loss.ByName(name)
		if l != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ByName(%q) = %v, %v, expected an error with %q", name, l, err, want)
		}
	}
}

func TestResolve(t *testing.T) {
	for _, c := range []struct {
		name       string
		yTrue, out []int
		want       loss.Loss
	}{
		{"ce", []int{8, 1}, []int{8, 1}, loss.BinaryCrossentropy{}},
		{"crossentropy", []int{8}, []int{8, 1}, loss.BinaryCrossentropy{}},
		{"CrossEntropy", []int{8}, []int{8, 3}, loss.SparseCategoricalCrossentropy{}},
		{"ce", []int{8, 1}, []int{8, 3}, loss.SparseCategoricalCrossentropy{}},
		{"CE", []int{8, 3}, []int{8, 3}, loss.CategoricalCrossentropy{}},
		{"ce", []int{8, 5, 3}, []int{8, 5, 3}, loss.CategoricalCrossentropy{}},
		{"mse", nil, nil, loss.MeanSquaredError{}},
	} {
		got, err := loss.Resolve(c.name, c.yTrue, c.out)
		if err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s of %v, %v: %s", c.name, c.yTrue, c.out, diff)
		}
	}
	for _, name := range []string{"ce", "cee"} {
		if l, err := loss.Resolve(name, nil, nil); err == nil {
			t.Errorf("Resolve(%q) without shapes = %v, expected an error", name, l)
		}
	}
}
