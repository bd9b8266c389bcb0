package main

import (
	"fmt"
	"math"
	"strconv"

	"github.com/counterweight-go/counterweight/internal/ordered"
	"github.com/counterweight-go/counterweight/internal/scores"
	"github.com/spf13/cobra"
)

func newMetrics() *cobra.Command {
	var y, score, weight source
	var threshold float64
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "metrics --y-true Y --y-score P",
		Short: "Measure predictions: ranking, decisions, probabilities",
		Long: `Measure predictions with scikit-learn's definitions: ranking (roc_auc,
average_precision), decisions (precision, recall, ...) and probabilities
(brier_score, log_loss, expected_calibration_error).

Scores of shape (n) or (n,1) are those of class 1; a row is predicted positive
when its score is at least the threshold. With scores of shape (n,K) the largest
of a row counts; precision, recall, f1 and support are then those of each class,
roc_auc and average_precision the mean of one class against the rest.

` + arraysHelp,
		Example: `  counterweight metrics --y-true labels.npy --y-score predictions.npy
  counterweight metrics --y-true test.npz:y --y-score p.npy --sample-weight test.npz:amount --threshold 0.2 --json`,
		Args: noArguments,
	}
	flags := cmd.Flags()
	flags.Var(&y, "y-true", "class numbers, (n)")
	flags.Var(&score, "y-score", "scores, (n), (n,1) or (n,K)")
	flags.Var(&weight, "sample-weight", "weights of the rows, (n)")
	flags.Float64Var(&threshold, "threshold", 0.5, "least score of a positive row")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	require(cmd, "y-true", "y-score")
	cmd.RunE = runs(func(cmd *cobra.Command) error {
		if math.IsNaN(threshold) {
			return usagef("--threshold: expected a number, got NaN")
		}
		s, err := measure(y, score, weight, threshold)
		if err != nil {
			return err
		}
		log := notices(cmd)
		if !s.Binary && cmd.Flags().Changed("threshold") {
			log.Warn("the threshold has no effect: of several classes the one with the largest score counts")
		}
		if math.IsNaN(s.Brier) {
			log.Warn("some scores are not from 0 to 1: brier_score, log_loss and expected_calibration_error are left out")
		}
		if asJSON {
			return printJSON(cmd.OutOrStdout(), scoresObject(s))
		}
		return printTable(cmd.OutOrStdout(), scoresTable(s))
	})
	return cmd
}

func measure(y, score, weight source, threshold float64) (*scores.Scores, error) {
	truth, err := y.read()
	if err != nil {
		return nil, err
	}
	p, err := score.read()
	if err != nil {
		return nil, err
	}
	w, err := weight.readIf()
	if err != nil {
		return nil, err
	}
	half, err := score.half()
	if err != nil {
		return nil, err
	}
	computed := scores.Own
	if half {
		computed = scores.Half
	}
	s, err := scores.OfType(computed, truth, p, w, threshold)
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", err, listed(y, score, weight))
	}
	return s, nil
}

func scoresObject(s *scores.Scores) ordered.Object {
	classes := func(v []float64) any {
		if s.Binary {
			return ordered.Number(v[0])
		}
		return ordered.Numbers(v)
	}
	confusion := make([][]ordered.Number, len(s.Confusion))
	for i, row := range s.Confusion {
		confusion[i] = ordered.Numbers(row)
	}
	return ordered.Object{
		{Key: "roc_auc", Value: ordered.Number(s.ROCAUC)},
		{Key: "average_precision", Value: ordered.Number(s.AveragePrecision)},
		{Key: "precision", Value: classes(s.Precision)},
		{Key: "recall", Value: classes(s.Recall)},
		{Key: "f1", Value: classes(s.F1)},
		{Key: "specificity", Value: ordered.Number(s.Specificity)},
		{Key: "balanced_accuracy", Value: ordered.Number(s.BalancedAccuracy)},
		{Key: "geometric_mean", Value: ordered.Number(s.GeometricMean)},
		{Key: "matthews_corrcoef", Value: ordered.Number(s.Matthews)},
		{Key: "brier_score", Value: ordered.Number(s.Brier)},
		{Key: "log_loss", Value: ordered.Number(s.LogLoss)},
		{Key: "expected_calibration_error", Value: ordered.Number(s.CalibrationError)},
		{Key: "confusion_matrix", Value: confusion},
		{Key: "support", Value: classes(s.Support)},
		{Key: "threshold", Value: ordered.Number(s.Threshold)},
		{Key: "best_f1_threshold", Value: ordered.Number(s.BestF1Threshold)},
	}
}

// scoresTable has the same values for people, several classes side by side.
func scoresTable(s *scores.Scores) [][]string {
	var rows [][]string
	if !s.Binary {
		head := []string{"class"}
		for c := range s.Support {
			head = append(head, strconv.Itoa(c))
		}
		rows = append(rows, head)
	}
	for _, m := range scoresObject(s) {
		row := []string{m.Key}
		switch v := m.Value.(type) {
		case ordered.Number:
			row = append(row, short(float64(v)))
		case []ordered.Number:
			for _, x := range v {
				row = append(row, short(float64(x)))
			}
		case [][]ordered.Number:
			for i, counts := range v {
				row = []string{fmt.Sprintf("truth %d, predicted 0 to %d", i, len(v)-1)}
				for _, x := range counts {
					row = append(row, short(float64(x)))
				}
				rows = append(rows, row)
			}
			continue
		}
		rows = append(rows, row)
	}
	return rows
}
