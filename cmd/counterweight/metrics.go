package main

import (
	"fmt"
	"math"
	"strconv"

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

func scoresObject(s *scores.Scores) object {
	classes := func(v []float64) any {
		if s.Binary {
			return number(v[0])
		}
		return numbers(v)
	}
	confusion := make([][]number, len(s.Confusion))
	for i, row := range s.Confusion {
		confusion[i] = numbers(row)
	}
	return object{
		{"roc_auc", number(s.ROCAUC)},
		{"average_precision", number(s.AveragePrecision)},
		{"precision", classes(s.Precision)},
		{"recall", classes(s.Recall)},
		{"f1", classes(s.F1)},
		{"specificity", number(s.Specificity)},
		{"balanced_accuracy", number(s.BalancedAccuracy)},
		{"geometric_mean", number(s.GeometricMean)},
		{"matthews_corrcoef", number(s.Matthews)},
		{"brier_score", number(s.Brier)},
		{"log_loss", number(s.LogLoss)},
		{"expected_calibration_error", number(s.CalibrationError)},
		{"confusion_matrix", confusion},
		{"support", classes(s.Support)},
		{"threshold", number(s.Threshold)},
		{"best_f1_threshold", number(s.BestF1Threshold)},
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
		row := []string{m.key}
		switch v := m.value.(type) {
		case number:
			row = append(row, short(float64(v)))
		case []number:
			for _, x := range v {
				row = append(row, short(float64(x)))
			}
		case [][]number:
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
