package calibrate_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/balance/calibrate"
)

// A model was trained with weight 50 on fraud. Its 0.5 is really 0.02.
func ExamplePriorCorrection() {
	c := calibrate.PriorCorrection{Weights: []float64{1, 50}}
	p, err := c.Binary([]float64{.1, .5, .9})
	if err != nil {
		fmt.Println(err)
		return
	}
	at, err := c.EquivalentThreshold(.5)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f\n", p)
	fmt.Printf("0.5 on these is %.4f before the correction\n", at)
	// Output:
	// [0.0022 0.0196 0.1525]
	// 0.5 on these is 0.9804 before the correction
}

func ExampleFBeta() {
	fraud := []float64{0, 0, 1, 0, 0, 1, 0, 0}
	score := []float64{.01, .02, .60, .05, .30, .25, .01, .04}
	threshold, f1, err := calibrate.FBeta{Beta: 1}.Threshold(fraud, score, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("from %.2f on: F1 %.2f\n", threshold, f1)
	// Output: from 0.25 on: F1 0.80
}

func ExampleReliability() {
	fraud := []float64{0, 0, 1, 0, 0, 1, 0, 0}
	prob := []float64{.01, .02, .60, .05, .30, .25, .01, .04}
	table, err := calibrate.Reliability(fraud, prob, nil, 2, calibrate.EqualMass)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range table {
		fmt.Printf("%.2f to %.2f: predicted %.3f, observed %.3f\n", b.Lower, b.Upper, b.Predicted, b.Observed)
	}
	fmt.Printf("calibration error %.3f\n", calibrate.CalibrationError(table))
	// Output:
	// 0.01 to 0.04: predicted 0.020, observed 0.000
	// 0.05 to 0.60: predicted 0.300, observed 0.500
	// calibration error 0.110
}
