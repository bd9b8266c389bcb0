package calibrate_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/balance/calibrate"
)

// A model trained with focal loss gives scores that crowd around 0.4. Validation
// rows turn them into probabilities.
func ExampleCalibrator() {
	fraud := []float64{0, 0, 0, 0, 0, 1, 0, 0, 1, 1}
	score := []float64{.31, .33, .35, .36, .38, .40, .41, .43, .47, .55}
	for _, c := range []calibrate.Calibrator{&calibrate.Platt{}, &calibrate.Isotonic{}, &calibrate.Beta{}} {
		if err := c.Fit(fraud, score, nil); err != nil {
			fmt.Println(err)
			return
		}
		p, err := c.Apply([]float64{.3, .4, .5})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%T %.2f\n", c, p)
	}
	// Output:
	// *calibrate.Platt [0.07 0.29 0.70]
	// *calibrate.Isotonic [0.00 0.33 1.00]
	// *calibrate.Beta [0.00 0.20 0.96]
}

// One confident mistake in four softens the rest.
func ExampleTemperature() {
	class := []float64{0, 1, 2, 1}
	logits := []float64{
		5, 1, 0,
		0, 6, 1,
		1, 0, 9,
		7, 2, 0, // sure, and wrong
	}
	var t calibrate.Temperature
	if err := t.Fit(class, logits, nil); err != nil {
		fmt.Println(err)
		return
	}
	p, err := t.Apply([]float64{5, 1, 0})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("T %.2f\n%.2f\n", t.T, p)
	// Output:
	// T 3.06
	// [0.68 0.18 0.13]
}
