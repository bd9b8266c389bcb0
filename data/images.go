package data

import (
	"fmt"
	"image"
	_ "image/gif" // formats for image.Decode
	_ "image/jpeg"
	_ "image/png"
	"iter"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"gorgonia.org/tensor"
)

// Images is a Dataset of an [ImageFolder]: X is (n, height, width, channels) and
// float32, Y the classes, (n) or one-hot (n,K).
//
// Files are read when their batch is, decoded on several goroutines. Images are
// augmented by Seed and Pass of the Order and by their place in the pass, so the
// same Order gives the same bits on any number of cores. It is safe for use by
// several passes at once.
type Images struct {
	config ImageFolder
	names  []string
	files  []imageFile
	rows   []imageRow
}

// imageRow is one appearance of an image in a pass.
type imageRow struct {
	file      int
	augmented bool
}

// number makes the rows: each image as often as the factor of its class says.
func (im *Images) number() {
	f := &im.config
	factor := make([]int, len(im.names))
	counts := tallied(im.classOfFiles())
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	for c, name := range im.names {
		factor[c] = 1
		if given, ok := f.Factor[name]; ok {
			factor[c] = given
		}
		if n := counts[c]; f.Balanced && n > 0 {
			factor[c] = (2*most + n) / (2 * n) // most/n rounded, halves up
		}
	}
	im.rows = nil
	for i, file := range im.files {
		for again := range factor[file.class] {
			im.rows = append(im.rows, imageRow{i, f.Augment.any() && !(f.KeepOriginals && again == 0)})
		}
	}
}

func (im *Images) classOfFiles() []int {
	classes := make([]int, len(im.files))
	for i, f := range im.files {
		classes[i] = f.class
	}
	return classes
}

// Names returns the names of the classes in the order of their numbers.
func (im *Images) Names() []string { return append([]string(nil), im.names...) }

// Len returns the number of rows of a pass, factors included.
func (im *Images) Len() int { return len(im.rows) }

// Labels returns the class of each row.
func (im *Images) Labels() ([]int, error) {
	labels := make([]int, len(im.rows))
	for i, r := range im.rows {
		labels[i] = im.files[r.file].class
	}
	return labels, nil
}

// ClassCounts returns the number of rows of each class, factors included.
func (im *Images) ClassCounts() (map[int]int, error) {
	labels, err := im.Labels()
	return tallied(labels), err
}

// Paths returns the file of each row, relative to the folder.
func (im *Images) Paths() []string {
	paths := make([]string, len(im.rows))
	for i, r := range im.rows {
		paths[i] = im.files[r.file].path
	}
	return paths
}

// Split sets a fraction of the images of each class aside for validation, as
// [StratifiedSplit] draws them from seed. All rows of an image are on one side.
// The validation images are neither augmented nor multiplied; Balanced balances
// those that are left.
func (im *Images) Split(fraction float64, seed uint64) (train, validation *Images, err error) {
	head, tail, err := StratifiedSplit(im.classOfFiles(), fraction, seed)
	if err != nil {
		return nil, nil, err
	}
	part := func(config ImageFolder, files []int) *Images {
		p := &Images{config: config, names: im.names}
		for _, i := range files {
			p.files = append(p.files, im.files[i])
		}
		p.number()
		return p
	}
	plain := im.config
	plain.Augment, plain.Factor, plain.Balanced = Augment{}, nil, false
	return part(im.config, head), part(plain, tail), nil
}

// Batches starts a pass. A file that cannot be read or decoded ends it with an
// error that names the file.
func (im *Images) Batches(o Order) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		order, err := o.Permutation(im.Len())
		if err != nil {
			yield(Batch{}, err)
			return
		}
		rows := make([]int, im.Len())
		order.Rows(rows, 0)
		im.BatchesOf(rows, o)(yield)
	}
}

// BatchesOf implements [RowSource].
func (im *Images) BatchesOf(rows []int, o Order) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		size, err := o.Size()
		if err == nil {
			err = checkRows(rows, im.Len())
		}
		if err != nil {
			yield(Batch{}, err)
			return
		}
		var b Batch
		for at := 0; at < len(rows); at += size {
			n := min(size, len(rows)-at)
			if b.X == nil || b.X.Shape()[0] != n {
				b = im.buffer(n)
			}
			if err := im.fill(b, rows, at, n, o); err != nil {
				yield(Batch{}, err)
				return
			}
			if !yield(b, nil) {
				return
			}
		}
	}
}

func (im *Images) buffer(n int) Batch {
	x := []int{n, im.config.Height, im.config.Width, im.config.channels()}
	y := []int{n}
	if im.config.OneHot {
		y = append(y, len(im.names))
	}
	return Batch{
		X: tensor.New(tensor.WithShape(x...), tensor.WithBacking(make([]float32, product(x)))),
		Y: tensor.New(tensor.WithShape(y...), tensor.WithBacking(make([]float32, product(y)))),
	}
}

// fill makes a batch of rows[at:at+n], the image of each on whatever goroutine.
func (im *Images) fill(b Batch, rows []int, at, n int, o Order) error {
	x, y := b.X.Float32s(), b.Y.Float32s()
	clear(y)
	wide, classes := len(x)/n, len(y)/n
	errs := make([]error, n)
	parallel(n, func(i int) {
		row := im.rows[rows[at+i]]
		file := im.files[row.file]
		var rng *rand.Rand
		if row.augmented {
			rng = rand.New(rand.NewPCG(o.Seed^(o.Pass+1)*0x9e3779b97f4a7c15, uint64(at+i)))
		}
		errs[i] = im.image(x[i*wide:(i+1)*wide], file.path, rng)
		if im.config.OneHot {
			y[i*classes+file.class] = 1
		} else {
			y[i] = float32(file.class)
		}
	})
	for _, err := range errs { // the first by place, however many goroutines
		if err != nil {
			return fmt.Errorf("data: %w", err)
		}
	}
	return nil
}

// image reads a file to dst, altered where there is a generator.
func (im *Images) image(dst []float32, path string, rng *rand.Rand) error {
	f := &im.config
	img, err := f.decode(path)
	if err != nil {
		return err
	}
	p := pixels{f.Height, f.Width, f.channels(), dst}
	if rng == nil {
		resize(p, img)
	} else {
		whole := p
		whole.v = make([]float32, len(dst))
		resize(whole, img)
		f.Augment.apply(p, whole, rng)
	}
	if scale := float32(f.Rescale); scale != 1 {
		for i := range dst {
			dst[i] *= scale
		}
	}
	return nil
}

func (f *ImageFolder) channels() int {
	if f.Grayscale {
		return 1
	}
	return 3
}

func (f *ImageFolder) decode(path string) (img image.Image, err error) {
	file, err := f.FS.Open(path)
	if err != nil {
		return nil, fmt.Errorf("image %s: %w", path, err)
	}
	defer file.Close()
	if img, _, err = image.Decode(file); err != nil {
		return nil, fmt.Errorf("image %s: %w", path, err)
	}
	if img.Bounds().Empty() {
		return nil, fmt.Errorf("image %s: it has no pixels", path)
	}
	return img, nil
}

// withoutBroken leaves files out that cannot be decoded.
func (im *Images) withoutBroken(files []imageFile) []imageFile {
	errs := make([]error, len(files))
	parallel(len(files), func(i int) { _, errs[i] = im.config.decode(files[i].path) })
	var good []imageFile
	for i, f := range files {
		if errs[i] != nil {
			im.config.Logger.Warn("a broken image is left out", "folder", im.config.Dir, "file", f.path, "error", errs[i])
			continue
		}
		good = append(good, f)
	}
	return good
}

// parallel calls f for 0 to n-1 on some goroutines and waits for them.
func parallel(n int, f func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		}()
	}
	wait.Wait()
}
