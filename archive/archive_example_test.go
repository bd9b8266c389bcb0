package archive_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
)

// An archive that Keras has written is trained on, and saved for Keras.
func Example() {
	a, err := archive.Load("testdata/seq_dense_adam.keras")
	if err != nil {
		fmt.Println(err)
		return
	}
	trainer, err := a.Trainer(func(c *fit.Config) {
		adam := c.Optimizer.(optimizer.Adam)
		adam.ClipNorm = 1
		c.Optimizer = adam
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(trainer.Model().InputShape(), trainer.Optimizer().Iterations(), "steps taken")
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	fmt.Println(archive.Save(filepath.Join(dir, "clipped.keras"), trainer))
	// Output:
	// [3] 4 steps taken
	// <nil>
}
