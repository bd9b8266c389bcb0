package balance

import (
	"strconv"
	"testing"

	"github.com/counterweight-go/counterweight/internal/vectors"
	"gorgonia.org/tensor"
)

// The table of Keras's data_adapter_utils_test.py and what array_data_adapter_test.py
// tries, with the weights that Keras gave (fit/testdata/keras_tests.py). Keras
// takes the keys "0" and 0.7 for class 0, and rows without a 1 or with several
// for the class of their first maximum: here such keys cannot be written, and
// such rows are errors.
func TestClassWeightToSampleWeights(t *testing.T) {
	var cases []struct {
		Name        string
		Y           vectors.Array
		ClassWeight map[string]float64 `json:"class_weight"`
		Want        []float64
	}
	vectors.Read(t, "testdata/class_weights.json", &cases)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			classes := Map{}
			for key, w := range c.ClassWeight {
				class, err := strconv.Atoi(key)
				if err != nil {
					t.Fatal(err)
				}
				classes[class] = w
			}
			logger, _ := notices()
			r := Request{Y: c.Y.Tensor(tensor.Float32), ClassWeight: classes, Logger: logger}
			if len(c.Y.Shape) == 2 && c.Y.Shape[1] > 1 {
				r.Targets = OneHot
			}
			got, err := Resolve(r)
			if err != nil {
				t.Fatal(err)
			}
			vectors.Equal(t, "weights", vectors.Floats(got.W), c.Want)
		})
	}
}
