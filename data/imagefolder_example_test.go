package data_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"testing/fstest"

	"github.com/counterweight-go/counterweight/data"
)

// Three good parts and one scratched one. Balanced shows the scratched one three
// times in a pass, altered in another way each time.
func ExampleImageFolder() {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		fmt.Println(err)
		return
	}
	file := &fstest.MapFile{Data: b.Bytes()}
	parts := fstest.MapFS{"good/1.png": file, "good/2.png": file, "good/3.png": file, "scratched/4.png": file}

	images, err := data.ImageFolder{
		FS: parts, Height: 24, Width: 32, Grayscale: true, Rescale: 1. / 255,
		Augment:  data.Augment{FlipHorizontal: true, Rotation: 10},
		Balanced: true,
	}.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(images.Names(), images.Len(), "rows")
	for batch, err := range images.Batches(data.Order{BatchSize: 4}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(batch.X.Shape(), batch.Y.Shape())
	}
	// Output:
	// [good scratched] 6 rows
	// (4, 24, 32, 1) (4)
	// (2, 24, 32, 1) (2)
}
