package fit_test

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"gorgonia.org/tensor"
)

// An archive that Keras has written predicts here what it predicts there, and
// goes on training as a copy does that was written and read here. That Keras
// reads such copies is among the tests of package archive.
func TestChecklist14Archive(t *testing.T) {
	const n = 12
	var recorded []struct {
		File            string
		Inputs, Predict json.RawMessage
	}
	vectors.Read(t, "../archive/testdata/index.json", &recorded)
	for _, name := range []string{"seq_dense_adam.keras", "seq_lstm_masked_sgd.keras"} {
		t.Run(name, func(t *testing.T) {
			read, err := archive.Load(filepath.Join("../archive/testdata", name))
			mustNot(t, err)
			trainer, err := read.Trainer()
			mustNot(t, err)
			path := filepath.Join(t.TempDir(), "again.keras")
			mustNot(t, archive.Save(path, trainer))
			again, err := archive.Load(path)
			mustNot(t, err)
			copied, err := again.Trainer()
			mustNot(t, err)
			m := trainer.Model()
			for _, r := range recorded {
				if r.File != name {
					continue
				}
				var in, want vectors.Array
				mustNot(t, json.Unmarshal(r.Inputs, &in))
				mustNot(t, json.Unmarshal(r.Predict, &want))
				for _, each := range []*fit.Trainer{trainer, copied} {
					p, err := each.Predict(ctx, in.Tensor(m.DType()), fit.PredictOptions{})
					mustNot(t, err)
					for i, v := range vectors.Floats(p) {
						if math.Abs(v-want.Data[i]) > 1e-5 {
							t.Errorf("prediction %d is %v, Keras has %v", i, v, want.Data[i])
						}
					}
				}
			}
			if !slices.Equal(weights(again.Model), weights(m)) || len(weights(m)) == 0 {
				t.Fatal("the copy has other weights")
			}
			before := weights(m)
			x := numbers(m.DType(), append([]int{n}, m.InputShapes()[0]...)...)
			rows := append([]int{n}, m.OutputShapes()[0][:len(m.OutputShapes()[0])-1]...)
			y := vectors.Array{Shape: rows, Data: vectors.Floats(classes(m.DType(), tensor.Shape(rows).TotalSize()))}.Tensor(m.DType())
			for _, each := range []*fit.Trainer{trainer, copied} {
				if _, err := each.Fit(ctx, x, y, fit.Options{Epochs: 2, BatchSize: 5, Verbose: fit.Silent}); err != nil {
					t.Fatal(err)
				}
			}
			if slices.Equal(weights(m), before) {
				t.Error("the fit moved nothing")
			}
			vectors.Equal(t, "weights after a fit", weights(again.Model), weights(m))
		})
	}
}
