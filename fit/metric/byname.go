package metric

import (
	"fmt"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/internal/names"
)

// named makes the metrics of [ByName]. The first of several names is that of
// [Names]; keys are compared without underscores, hyphens, blanks and case.
var named = []struct {
	names string // separated by blanks
	make  func(label string) Metric
}{
	{"accuracy acc", func(l string) Metric { return Accuracy{Label: l} }},
	{"auc keras_auc", func(l string) Metric { return KerasAUC{Label: l} }},
	{"average_precision ap", func(l string) Metric { return AveragePrecision{Label: l} }},
	{"balanced_accuracy", func(l string) Metric { return BalancedAccuracy{Label: l} }},
	{"binary_accuracy", func(l string) Metric { return BinaryAccuracy{Label: l} }},
	{"binary_crossentropy bce", func(l string) Metric { return BinaryCrossentropy{Label: l} }},
	{"binary_io_u", func(l string) Metric { return BinaryIoU{Label: l} }},
	{"brier_score brier", func(l string) Metric { return Brier{Label: l} }},
	{"calibration_error ece", func(l string) Metric { return CalibrationError{Label: l} }},
	{"categorical_accuracy", func(l string) Metric { return CategoricalAccuracy{Label: l} }},
	{"categorical_crossentropy", func(l string) Metric { return CategoricalCrossentropy{Label: l} }},
	{"categorical_hinge", func(l string) Metric { return CategoricalHinge{Label: l} }},
	{"cohen_kappa kappa", func(l string) Metric { return CohenKappa{Label: l} }},
	{"concordance_correlation", func(l string) Metric { return ConcordanceCorrelation{Label: l} }},
	{"cosine_similarity", func(l string) Metric { return CosineSimilarity{Label: l} }},
	{"exact_accuracy", func(l string) Metric { return ExactAccuracy{Label: l} }},
	{"f1", func(l string) Metric { return F1{Label: l} }},
	{"f1_score fbeta_score", func(l string) Metric { return FBetaScore{Label: l} }},
	{"false_negatives", func(l string) Metric { return FalseNegatives{Label: l} }},
	{"false_positives", func(l string) Metric { return FalsePositives{Label: l} }},
	{"geometric_mean g_mean", func(l string) Metric { return GeometricMean{Label: l} }},
	{"hinge", func(l string) Metric { return Hinge{Label: l} }},
	{"index_balanced_accuracy iba", func(l string) Metric { return IndexBalancedAccuracy{Label: l} }},
	{"kl_divergence kld kullback_leibler_divergence", func(l string) Metric { return KLDivergence{Label: l} }},
	{"log_loss", func(l string) Metric { return LogLoss{Label: l} }},
	{"logcosh log_cosh_error", func(l string) Metric { return LogCoshError{Label: l} }},
	{"macro_precision", func(l string) Metric { return PrecisionScore{Label: l} }},
	{"macro_recall", func(l string) Metric { return RecallScore{Label: l} }},
	{"macro_specificity", func(l string) Metric { return SpecificityScore{Label: l} }},
	{"matthews_correlation mcc", func(l string) Metric { return MatthewsCorrelation{Label: l} }},
	{"mean_absolute_error mae", func(l string) Metric { return MeanAbsoluteError{Label: l} }},
	{"mean_absolute_percentage_error mape", func(l string) Metric { return MeanAbsolutePercentageError{Label: l} }},
	{"mean_squared_error mse", func(l string) Metric { return MeanSquaredError{Label: l} }},
	{"mean_squared_logarithmic_error msle", func(l string) Metric { return MeanSquaredLogarithmicError{Label: l} }},
	{"micro_precision", func(l string) Metric { return PrecisionScore{Average: Micro, Label: l} }},
	{"micro_recall", func(l string) Metric { return RecallScore{Average: Micro, Label: l} }},
	{"micro_specificity", func(l string) Metric { return SpecificityScore{Average: Micro, Label: l} }},
	{"partial_roc_auc", func(l string) Metric { return PartialROCAUC{Label: l} }},
	{"pearson_correlation", func(l string) Metric { return PearsonCorrelation{Label: l} }},
	{"poisson", func(l string) Metric { return Poisson{Label: l} }},
	{"precision", func(l string) Metric { return Precision{Label: l} }},
	{"r2_score", func(l string) Metric { return R2Score{Label: l} }},
	{"recall sensitivity", func(l string) Metric { return Recall{Label: l} }},
	{"roc_auc", func(l string) Metric { return ROCAUC{Label: l} }},
	{"roc_auc_ovo roc_auc_one_vs_one", func(l string) Metric { return ROCAUCOneVsOne{Label: l} }},
	{"root_mean_squared_error rmse", func(l string) Metric { return RootMeanSquaredError{Label: l} }},
	{"sparse_categorical_accuracy", func(l string) Metric { return SparseCategoricalAccuracy{Label: l} }},
	{"sparse_categorical_crossentropy", func(l string) Metric { return SparseCategoricalCrossentropy{Label: l} }},
	{"sparse_top_k_categorical_accuracy", func(l string) Metric { return SparseTopKCategoricalAccuracy{Label: l} }},
	{"specificity", func(l string) Metric { return Specificity{Label: l} }},
	{"squared_hinge", func(l string) Metric { return SquaredHinge{Label: l} }},
	{"top_k_categorical_accuracy", func(l string) Metric { return TopKCategoricalAccuracy{Label: l} }},
	{"true_negatives", func(l string) Metric { return TrueNegatives{Label: l} }},
	{"true_positives", func(l string) Metric { return TruePositives{Label: l} }},
	{"weighted_precision", func(l string) Metric { return PrecisionScore{Average: Weighted, Label: l} }},
	{"weighted_recall", func(l string) Metric { return RecallScore{Average: Weighted, Label: l} }},
	{"weighted_specificity", func(l string) Metric { return SpecificityScore{Average: Weighted, Label: l} }},
}

// needy are the metrics without a default for one of their fields.
var needy = [...]struct{ name, want string }{
	{"cost", "metric.Cost{Costs: ...}"},
	{"io_u", "metric.IoU{NumClasses: ...}"},
	{"lift_at_k", "metric.LiftAtK{K: ...}"},
	{"mean_io_u", "metric.MeanIoU{NumClasses: ...}"},
	{"one_hot_io_u", "metric.OneHotIoU{NumClasses: ...}"},
	{"one_hot_mean_io_u", "metric.OneHotMeanIoU{NumClasses: ...}"},
	{"precision_at_k", "metric.PrecisionAtK{K: ...}"},
	{"precision_at_recall", "metric.PrecisionAtRecall{Recall: ...}"},
	{"recall_at_k", "metric.RecallAtK{K: ...}"},
	{"recall_at_precision", "metric.RecallAtPrecision{Precision: ...}"},
	{"savings", "metric.Savings{Costs: ...}"},
	{"sensitivity_at_specificity", "metric.SensitivityAtSpecificity{Specificity: ...}"},
	{"specificity_at_sensitivity", "metric.SpecificityAtSensitivity{Sensitivity: ...}"},
}

// ByName returns the metric of a name with its default fields: Keras's names
// and short forms ("accuracy" or "acc", "mse", "auc", "top_k_categorical_accuracy"
// or "TopKCategoricalAccuracy"), and those that the metrics of this package give
// themselves ("roc_auc", "balanced_accuracy", ...). Case and underscores do not
// matter. As in Keras the name that was asked for is the key in logs. Metrics
// with a field that has no default, such as a number of classes, have none by
// name: the error says which field.
func ByName(name string) (Metric, error) {
	key := keyOf(name)
	var near []string
	for _, n := range named {
		for alias := range strings.FieldsSeq(n.names) {
			if keyOf(alias) == key {
				return n.make(name), nil
			}
			near = append(near, alias)
		}
	}
	for _, n := range needy {
		if keyOf(n.name) == key {
			return nil, fmt.Errorf("metric: %q has no default for one of its fields: write %s", name, n.want)
		}
		near = append(near, n.name)
	}
	return nil, names.Unknown("metric: unknown name", name, near)
}

// Names are the names that ByName knows, sorted, without short forms.
func Names() []string {
	var all []string
	for _, n := range named {
		all = append(all, strings.Fields(n.names)[0])
	}
	slices.Sort(all)
	return all
}

// keyOf is what names are compared by.
func keyOf(name string) string { return names.Key(strings.NewReplacer("-", "", " ", "").Replace(name)) }
