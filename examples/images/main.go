// Images writes a small folder of pictures, intact and scratched parts, the
// scratched ones rare, trains a convolutional network on the folder, and
// compares what weights, augmentation and balanced batches change.
//
//	go run ./examples/images
package main

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

const side = 24 // of the images, in pixels

// amounts says how many images there are and how long they are trained on.
type amounts struct {
	intact, scratched int // to train on
	test              int // of each class
	epochs            int
}

func main() {
	if err := run(context.Background(), amounts{intact: 400, scratched: 20, test: 200, epochs: 30}, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

// draw makes a part: a gray, grainy plate, with a short bright scratch or not.
func draw(rng *rand.Rand, scratched bool) image.Image {
	img := image.NewGray(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		img.Pix[i] = uint8(100 + 20*rng.NormFloat64())
	}
	if scratched {
		sin, cos := math.Sincos(rng.Float64() * 2 * math.Pi)
		x, y := 6+rng.Float64()*(side-12), 6+rng.Float64()*(side-12)
		for r := -5.; r <= 5; r += .5 {
			img.SetGray(int(x+r*cos), int(y+r*sin), color.Gray{Y: 165})
		}
	}
	return img
}

// write fills dir/intact and dir/scratched.
func write(dir string, rng *rand.Rand, intact, scratched int) error {
	for _, c := range []struct {
		class string
		n     int
	}{{"intact", intact}, {"scratched", scratched}} {
		if err := os.MkdirAll(filepath.Join(dir, c.class), 0o777); err != nil {
			return err
		}
		for i := range c.n {
			f, err := os.Create(filepath.Join(dir, c.class, fmt.Sprintf("%04d.png", i)))
			if err != nil {
				return err
			}
			err = png.Encode(f, draw(rng, c.class == "scratched"))
			if closed := f.Close(); err == nil {
				err = closed
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func network() (*model.Model, error) {
	return model.NewFromSeed(2,
		layer.Input{Shape: []int{side, side, 1}},
		layer.Conv2D{Filters: 8, KernelSize: [2]int{3, 3}, Activation: layer.ReLU},
		layer.MaxPooling2D{},
		layer.Conv2D{Filters: 16, KernelSize: [2]int{3, 3}, Activation: layer.ReLU},
		layer.GlobalMaxPooling2D{},
		layer.Dense{Units: 1, Activation: layer.Sigmoid},
	)
}

func run(ctx context.Context, a amounts, w io.Writer) error {
	dir, err := os.MkdirTemp("", "images")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	rng := rand.New(rand.NewPCG(5, 0))
	if err := write(filepath.Join(dir, "train"), rng, a.intact, a.scratched); err != nil {
		return err
	}
	if err := write(filepath.Join(dir, "test"), rng, a.test, a.test); err != nil {
		return err
	}
	folder := func(part string) data.ImageFolder {
		return data.ImageFolder{Dir: filepath.Join(dir, part), Height: side, Width: side, Grayscale: true, Rescale: 1. / 255}
	}
	plain, err := folder("train").Open()
	if err != nil {
		return err
	}
	varied := folder("train")
	varied.Balanced = true
	varied.Augment = data.Augment{FlipHorizontal: true, FlipVertical: true, Rotation: 90, ShiftX: .1, ShiftY: .1, Brightness: .05}
	balanced, err := varied.Open()
	if err != nil {
		return err
	}
	test, err := folder("test").Open()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d intact and %d scratched parts to train on, %d of each to test on\n\n", a.intact, a.scratched, a.test)
	fmt.Fprintf(w, "%-36s %6s %10s %10s %10s\n", "", "rows", "precision", "recall", "AP")
	for _, s := range []struct {
		name string
		ds   data.Dataset
		o    fit.Options
	}{
		{"unweighted", plain, fit.Options{}},
		{"class weights: auto", plain, fit.Options{ClassWeight: balance.Auto{}}},
		{"balanced batches", data.ClassBalanced{Source: plain}, fit.Options{}},
		{"balanced by augmentation", balanced, fit.Options{}},
	} {
		m, err := network()
		if err != nil {
			return err
		}
		trainer, err := fit.Compile(m, fit.Config{
			Optimizer: optimizer.Adam{LearningRate: .005}, Loss: loss.BinaryCrossentropy{},
			Metrics: []metric.Metric{metric.Precision{}, metric.Recall{}, metric.AveragePrecision{}},
		})
		if err != nil {
			return err
		}
		// Equally many rows are trained on, however many a pass has.
		s.o.Epochs, s.o.Verbose = max(1, a.epochs*plain.Len()/s.ds.Len()), fit.Silent
		if _, err := trainer.FitDataset(ctx, s.ds, s.o); err != nil {
			return err
		}
		logs, err := trainer.EvaluateDataset(ctx, test, fit.EvaluateOptions{BatchSize: 100})
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-36s %6d", s.name, s.ds.Len())
		for _, key := range []string{"precision", "recall", "average_precision"} {
			v, _ := logs.Get(key)
			fmt.Fprintf(w, " %10.2f", v)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "\nAt a threshold of 0.5, AP over all thresholds. In the same time the unweighted\nnetwork has learnt no more than how rare scratches are.\n")
	return nil
}
