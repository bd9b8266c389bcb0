package calibrate_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/balance/calibrate"
)

// A missed fraud costs its amount, an alarm costs two of an analyst's time. Eight
// rows leave the threshold wide open.
func ExampleBootstrap() {
	fraud := []float64{0, 0, 1, 0, 0, 1, 0, 0}
	score := []float64{.01, .02, .60, .05, .30, .25, .01, .04}
	amount := []float64{20, 5, 300, 80, 12, 30, 7, 55}
	alarm := []float64{2, 2, 2, 2, 2, 2, 2, 2}
	costs := calibrate.RowCosts{FalsePositive: alarm, TruePositive: alarm, FalseNegative: amount}
	choice, err := calibrate.Bootstrap{Seed: 1}.Threshold(costs, fraud, score, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("from %.2f on, a row costs %.2f\n", choice.Threshold, choice.Value)
	fmt.Printf("thresholds from %.2f to %.2f\n", choice.Thresholds.Lower, choice.Thresholds.Upper)
	// Output:
	// from 0.25 on, a row costs 0.75
	// thresholds from 0.25 to 0.60
}

// Half of the rows a model was trained on were fraud. On new rows, without
// labels, it is far less sure.
func ExampleEstimatedPriors() {
	e := calibrate.EstimatedPriors{Train: []float64{.5, .5}}
	q := []float64{.1, .2, .1, .3, .9, .1, .2, .4, .1, .2}
	if err := e.FitBinary(q, nil); err != nil {
		fmt.Println(err)
		return
	}
	c, err := e.Correction()
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := c.Binary([]float64{.9})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("shares %.3f, so 0.9 is %.3f\n", e.Prior, p)
	// Output: shares [0.979 0.021], so 0.9 is [0.165]
}
