package metric_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/fit/metric"
	"gorgonia.org/tensor"
)

// Two frauds among eight transactions, with the scores of a model.
var (
	fraud = []float64{0, 0, 1, 0, 0, 1, 0, 0}
	score = []float64{.01, .02, .60, .05, .30, .25, .01, .04}
)

func Example() {
	auc, err := metric.ROCAUCScore(fraud, score, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	ap, err := metric.AveragePrecisionScore(fraud, score, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	counts, err := metric.Confusion(fraud, score, nil, 0.25)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("ROC AUC %.3f, average precision %.3f\n", auc, ap)
	fmt.Printf("at 0.25: precision %.3f, recall %.3f, F1 %.3f\n", counts.Precision(), counts.Recall(), counts.F1())
	// Output:
	// ROC AUC 0.917, average precision 0.833
	// at 0.25: precision 0.667, recall 1.000, F1 0.800
}

func ExampleCompute() {
	y := tensor.New(tensor.WithShape(8), tensor.WithBacking(fraud))
	p := tensor.New(tensor.WithShape(8, 1), tensor.WithBacking(score))
	amount := tensor.New(tensor.WithShape(8), tensor.WithBacking([]float64{10, 20, 100, 10, 5, 400, 30, 15}))
	for _, m := range []metric.Metric{metric.Accuracy{}, metric.Recall{}, metric.Recall{Threshold: 0.2, Label: "recall_at_0.2"}} {
		value, err := metric.Compute(m, y, p, amount)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s %.3f\n", m.Name(), value)
	}
	// Output:
	// accuracy 0.322
	// recall 0.200
	// recall_at_0.2 1.000
}

func ExamplePrecisionRecallCurve() {
	precision, recall, thresholds, err := metric.PrecisionRecallCurve(fraud, score, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, t := range thresholds {
		if t >= .2 {
			fmt.Printf("from %.2f: precision %.2f, recall %.2f\n", t, precision[i], recall[i])
		}
	}
	// Output:
	// from 0.25: precision 0.67, recall 1.00
	// from 0.30: precision 0.50, recall 0.50
	// from 0.60: precision 1.00, recall 0.50
}

func ExampleMatrix_Report() {
	truth := []int{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2}
	predicted := []int{0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 2}
	matrix, err := metric.ConfusionMatrix(truth, predicted, nil, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := matrix.Report([]string{"fine", "worn", "broken"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(report)
	// Output:
	// class          precision  recall  specificity     F1  G-mean    IBA  support
	// fine               0.875   0.875        0.667  0.875   0.764  0.595        8
	// worn               0.500   0.500        0.889  0.500   0.667  0.427        2
	// broken             1.000   1.000        1.000  1.000   1.000  1.000        1
	// weighted mean      0.818   0.818        0.737  0.818   0.768  0.602       11
}

func ExampleByName() {
	for _, name := range []string{"acc", "roc_auc", "balanced_acuracy"} {
		m, err := metric.ByName(name)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%s: %T\n", m.Name(), m)
	}
	// Output:
	// acc: metric.Accuracy
	// roc_auc: metric.ROCAUC
	// metric: unknown name "balanced_acuracy", did you mean balanced_accuracy?
}
