package archive_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/fit"
)

// Whole models of Keras 2, which testdata/keras2.py wrote, predict and train on
// here as there.
func TestKeras2(t *testing.T) {
	files, err := filepath.Glob("testdata/keras2/*.*")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		ext := filepath.Ext(file)
		if ext == ".npz" {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			n := numbersOf(t, strings.TrimSuffix(file, ext)+".npz")
			a, err := archive.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			sameAs(t, "predictions", predictions(t, a.Model, denses(n.of("x"))), n.of("p"), 1e-5)
			trainer, err := a.Trainer()
			if err != nil {
				t.Fatal(err)
			}
			if err := archive.Save(filepath.Join(t.TempDir(), "new.keras"), trainer); err != nil {
				t.Error(err)
			}
			if ext == ".keras" || len(n.of("q")) == 0 { // its optimizer's state is not in it
				return
			}
			for range 3 {
				if _, err := trainer.TrainOnBatchMany(fit.Many{X: n.of("x"), Y: n.of("y")}, fit.BatchOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			sameAs(t, "predictions after training", predictions(t, a.Model, denses(n.of("x"))), n.of("q"), 1e-4)
		})
	}
}
