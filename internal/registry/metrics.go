package registry

import "github.com/counterweight-go/counterweight/fit/metric"

// metrics lists the metrics, Keras's first.
func metrics() []class {
	logits, classes := key("FromLogits", "?from_logits"), key("Classes", "class_id")
	thresholds := func(c *class) { key("Threshold", "thresholds")(c); unset("Threshold")(c) }
	targets := key("Classes", "target_class_ids")
	dense := []option{key("DenseTrue", "!sparse_y_true"), key("DensePred", "!sparse_y_pred"), key("Ignore", "ignore_class"), fixed(lastAxis)}
	oneHot := []option{key("SparsePred", "sparse_y_pred"), key("Ignore", "ignore_class"), fixed(lastAxis)}
	return []class{
		as("Accuracy", metric.ExactAccuracy{}),
		of(metric.BinaryAccuracy{Threshold: 0.5}, logits),
		of(metric.CategoricalAccuracy{}),
		of(metric.SparseCategoricalAccuracy{}),
		of(metric.TopKCategoricalAccuracy{K: 5}),
		of(metric.SparseTopKCategoricalAccuracy{K: 5}, key("FromSortedIDs", "?from_sorted_ids")),
		as("AUC", metric.KerasAUC{NumThresholds: 200}, key("Summation", "summation_method"), key("Thresholds", "?thresholds"),
			fixed(`{"num_labels": null}`)),
		of(metric.TruePositives{}, thresholds, logits),
		of(metric.TrueNegatives{}, thresholds, logits),
		of(metric.FalsePositives{}, thresholds, logits),
		of(metric.FalseNegatives{}, thresholds, logits),
		of(metric.Precision{}, thresholds, logits, classes),
		of(metric.Recall{}, thresholds, logits, classes),
		of(metric.PrecisionAtRecall{NumThresholds: 200}, classes),
		of(metric.RecallAtPrecision{NumThresholds: 200}, classes),
		of(metric.SensitivityAtSpecificity{NumThresholds: 200}, classes),
		of(metric.SpecificityAtSensitivity{NumThresholds: 200}, classes),
		of(metric.PearsonCorrelation{}, fixed(lastAxis)),
		of(metric.ConcordanceCorrelation{}, fixed(lastAxis)),
		as("F1Score", metric.FBetaScore{}, key("Beta", ""), key("Classes", "?classes"), unset("Threshold")),
		of(metric.FBetaScore{Beta: 1}, key("Classes", "?classes"), unset("Threshold")),
		of(metric.Hinge{}),
		of(metric.SquaredHinge{}),
		of(metric.CategoricalHinge{}),
		of(metric.IoU{}, append(dense, targets)...),
		of(metric.MeanIoU{}, dense...),
		of(metric.OneHotIoU{}, append(oneHot, targets)...),
		of(metric.OneHotMeanIoU{}, oneHot...),
		of(metric.BinaryIoU{Classes: []int{0, 1}, Threshold: 0.5}, targets),
		of(metric.BinaryCrossentropy{}),
		of(metric.CategoricalCrossentropy{}, fixed(lastAxis)),
		of(metric.SparseCategoricalCrossentropy{}, fixed(lastAxis), fixed(`{"ignore_class": null}`)),
		of(metric.KLDivergence{}),
		of(metric.Poisson{}),
		of(metric.MeanSquaredError{}),
		of(metric.RootMeanSquaredError{}),
		of(metric.MeanAbsoluteError{}),
		of(metric.MeanAbsolutePercentageError{}),
		of(metric.MeanSquaredLogarithmicError{}),
		of(metric.LogCoshError{}),
		of(metric.CosineSimilarity{}, fixed(lastAxis)),
		of(metric.R2Score{}, key("Aggregation", "class_aggregation"), key("Regressors", "num_regressors"), key("Columns", "?columns")),

		own(metric.ROCAUC{}),
		own(metric.ROCAUCOneVsOne{}),
		own(metric.PartialROCAUC{}),
		own(metric.AveragePrecision{}),
		own(metric.BalancedAccuracy{}),
		own(metric.MatthewsCorrelation{}),
		own(metric.CohenKappa{}),
		own(metric.GeometricMean{}),
		own(metric.IndexBalancedAccuracy{}),
		own(metric.IndexBalancedAccuracyScore{}),
		own(metric.F1{}),
		own(metric.FBeta{}),
		own(metric.Specificity{}),
		own(metric.PrecisionScore{}),
		own(metric.RecallScore{}),
		own(metric.SpecificityScore{}),
		own(metric.PrecisionAtK{}),
		own(metric.RecallAtK{}),
		own(metric.LiftAtK{}),
		own(metric.Cost{}),
		own(metric.Savings{}),
		own(metric.Brier{}),
		own(metric.LogLoss{}),
		own(metric.CalibrationError{}),
	}
}

const lastAxis = `{"axis": -1}`
