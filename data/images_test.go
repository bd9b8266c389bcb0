package data

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

var (
	_ RowSource    = (*Images)(nil)
	_ ClassCounter = (*Images)(nil)
)

// picture is an image of some size, its colours given by a function.
func picture(width, height int, c func(x, y int) color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetNRGBA(x, y, c(x, y))
		}
	}
	return img
}

func plain(v uint8) func(x, y int) color.NRGBA {
	return func(x, y int) color.NRGBA { return color.NRGBA{v, v, v, 255} }
}

func encoded(t testing.TB, img image.Image) *fstest.MapFile {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

// folder has three images of b, one of a, and pixels that tell them apart.
func folder(t testing.TB) fstest.MapFS {
	t.Helper()
	return fstest.MapFS{
		"b/1.png":      encoded(t, picture(2, 2, plain(10))),
		"b/2.PNG":      encoded(t, picture(2, 2, plain(20))),
		"b/deep/3.png": encoded(t, picture(2, 2, plain(30))),
		"a/4.png":      encoded(t, picture(2, 2, plain(40))),
	}
}

func open(t testing.TB, f ImageFolder) *Images {
	t.Helper()
	im, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	return im
}

// seen lists the first pixel and the target of each row, batch by batch.
func seen(t testing.TB, d Dataset, o Order) []string {
	t.Helper()
	var out []string
	for b, err := range d.Batches(o) {
		if err != nil {
			t.Fatal(err)
		}
		n := b.X.Shape()[0]
		line := ""
		for i := range n {
			x, y := b.X.Float32s(), b.Y.Float32s()
			line += fmt.Sprint(x[i*len(x)/n], " ", y[i*len(y)/n:(i+1)*len(y)/n], ", ")
		}
		out = append(out, line)
	}
	return out
}

func TestImageFolder(t *testing.T) {
	inOrder := Order{BatchSize: 3, Shuffle: ShuffleOff}
	for _, c := range []struct {
		name string
		f    ImageFolder
		want []string
	}{
		{"labels", ImageFolder{}, []string{"40 [0], 10 [1], 20 [1], ", "30 [1], "}},
		{"one-hot", ImageFolder{OneHot: true}, []string{"40 [1 0], 10 [0 1], 20 [0 1], ", "30 [0 1], "}},
		{"listed classes", ImageFolder{Classes: []string{"b", "a"}, Rescale: .5}, []string{"5 [0], 10 [0], 15 [0], ", "20 [1], "}},
		{"some classes", ImageFolder{Classes: []string{"a"}}, []string{"40 [0], "}},
		{"gray", ImageFolder{Grayscale: true}, []string{"40 [0], 10 [1], 20 [1], ", "30 [1], "}},
		{"factor", ImageFolder{Factor: map[string]int{"a": 2}}, []string{"40 [0], 40 [0], 10 [1], ", "20 [1], 30 [1], "}},
		{"balanced", ImageFolder{Balanced: true}, []string{"40 [0], 40 [0], 40 [0], ", "10 [1], 20 [1], 30 [1], "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.f.FS, c.f.Height, c.f.Width = folder(t), 2, 2
			im := open(t, c.f)
			if diff := cmp.Diff(c.want, seen(t, im, inOrder)); diff != "" {
				t.Error(diff)
			}
			labels, err := im.Labels()
			if err != nil || len(labels) != im.Len() || len(im.Paths()) != im.Len() {
				t.Errorf("%d rows, labels %v, paths %v, error %v", im.Len(), labels, im.Paths(), err)
			}
			if counts, err := im.ClassCounts(); err != nil || !cmp.Equal(counts, tallied(labels)) {
				t.Errorf("counts %v, %v of labels %v", counts, err, labels)
			}
		})
	}
	im := open(t, ImageFolder{FS: folder(t)})
	for b := range im.Batches(Order{BatchSize: 4}) {
		if !b.X.Shape().Eq([]int{4, 256, 256, 3}) {
			t.Errorf("x has shape %v", b.X.Shape())
		}
	}
	if got := im.Names(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("names %v", got)
	}
	shuffled := seen(t, im, Order{Seed: 1})
	if cmp.Equal(shuffled, seen(t, im, Order{Seed: 1, Pass: 1})) && cmp.Equal(shuffled, seen(t, im, Order{Seed: 2})) {
		t.Error("images are not shuffled")
	}
}

// A folder on disk, of all formats.
func TestImageFormats(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "images", "x"), 0o777); err != nil {
		t.Fatal(err)
	}
	red := picture(8, 8, func(x, y int) color.NRGBA { return color.NRGBA{200, 100, 50, 255} })
	clear := picture(8, 8, func(x, y int) color.NRGBA { return color.NRGBA{200, 100, 50, 7} }) // nearly transparent
	paletted := image.NewPaletted(red.Bounds(), color.Palette{color.NRGBA{200, 100, 50, 255}})
	for name, encode := range map[string]func(b *bytes.Buffer) error{
		"1.png": func(b *bytes.Buffer) error { return png.Encode(b, red) }, "2.png": func(b *bytes.Buffer) error { return png.Encode(b, clear) },
		"3.jpg": func(b *bytes.Buffer) error { return jpeg.Encode(b, red, &jpeg.Options{Quality: 100}) }, "4.jpeg": func(b *bytes.Buffer) error { return jpeg.Encode(b, red, nil) },
		"5.gif": func(b *bytes.Buffer) error { return gif.Encode(b, paletted, nil) },
	} {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "images", "x", name), b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []ImageFolder{{Dir: filepath.Join(dir, "images")}, {FS: os.DirFS(dir), Dir: "images"}} {
		f.Height, f.Width = 5, 7
		im := open(t, f)
		if im.Len() != 5 {
			t.Fatalf("%d images, want 5", im.Len())
		}
		for b, err := range im.Batches(Order{}) {
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range b.X.Float32s() {
				if want := []float32{200, 100, 50}[i%3]; math.Abs(float64(v-want)) > 3 {
					t.Fatalf("element %d is %v, want %v", i, v, want)
				}
			}
		}
	}
}

// Bilinear, by hand: centres of pixels lie at halves.
func TestResize(t *testing.T) {
	ramp := picture(4, 1, func(x, y int) color.NRGBA { return color.NRGBA{uint8(10 * x), 0, 0, 255} })
	square := picture(2, 2, func(x, y int) color.NRGBA { return color.NRGBA{uint8(100*x + 20*y), 0, 0, 255} })
	for _, c := range []struct {
		img           image.Image
		height, width int
		want          []float32 // of red
	}{
		{ramp, 1, 4, []float32{0, 10, 20, 30}},
		{ramp, 1, 2, []float32{5, 25}},
		{ramp, 1, 1, []float32{15}},
		{ramp, 1, 8, []float32{0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30}},
		{ramp, 2, 3, []float32{1. + 2./3, 15, 30 - 1 - 2./3, 1. + 2./3, 15, 30 - 1 - 2./3}},
		{square, 1, 1, []float32{60}},
		{square, 3, 3, []float32{0, 50, 100, 10, 60, 110, 20, 70, 120}},
	} {
		p := pixels{c.height, c.width, 3, make([]float32, 3*c.height*c.width)}
		resize(p, c.img)
		for i, want := range c.want {
			if got := p.v[3*i]; math.Abs(float64(got-want)) > 1e-4 || p.v[3*i+1] != 0 {
				t.Errorf("to %dx%d: pixel %d is %v, want %v", c.width, c.height, i, got, want)
			}
		}
	}
	// Pillow's "L" of a few colours.
	for want, c := range map[float32]color.NRGBA{76: {255, 0, 0, 255}, 150: {0, 255, 0, 255}, 29: {0, 0, 255, 255}, 255: {255, 255, 255, 255}, 18: {10, 20, 30, 255}} {
		p := pixels{1, 1, 1, make([]float32, 1)}
		if resize(p, picture(1, 1, func(int, int) color.NRGBA { return c })); p.v[0] != want {
			t.Errorf("%v in gray is %v, want %v", c, p.v[0], want)
		}
	}
}

// Every way to read an image gives what its own At gives.
func TestReaders(t *testing.T) {
	bounds := image.Rect(3, 2, 9, 7)
	colours := func(x, y int) color.NRGBA { return color.NRGBA{uint8(40 * x), uint8(30 * y), uint8(x * y), 255} }
	ycc := image.NewYCbCr(bounds, image.YCbCrSubsampleRatio420)
	for i := range ycc.Y {
		ycc.Y[i] = uint8(17 * i)
	}
	for i := range ycc.Cb {
		ycc.Cb[i], ycc.Cr[i] = uint8(100+9*i), uint8(160-7*i)
	}
	images := []image.Image{ycc}
	for _, img := range []interface {
		image.Image
		Set(x, y int, c color.Color)
	}{
		image.NewNRGBA(bounds), image.NewRGBA(bounds), image.NewGray(bounds), image.NewGray16(bounds), image.NewNRGBA64(bounds),
		image.NewPaletted(bounds, color.Palette{color.Black, color.White, color.NRGBA{200, 10, 50, 255}}),
	} {
		for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
			for x := bounds.Min.X; x < bounds.Max.X; x++ {
				img.Set(x, y, colours(x, y))
			}
		}
		images = append(images, img)
	}
	for _, img := range images {
		at := reader(img)
		for y := range bounds.Dy() {
			for x := range bounds.Dx() {
				r, g, b := at(x, y)
				want := color.NRGBAModel.Convert(img.At(bounds.Min.X+x, bounds.Min.Y+y)).(color.NRGBA)
				if (color.NRGBA{r, g, b, 255}) != want {
					t.Fatalf("%T at %d, %d: %v, want %v", img, x, y, []uint8{r, g, b}, want)
				}
			}
		}
	}
}

// One seed gives the same bits on any number of cores; the pass and the place in
// it decide how an image is altered.
func TestAugmentedBits(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 12 {
		files[fmt.Sprintf("%c/%d.png", 'a'+i%2, i)] = encoded(t, picture(9, 8, func(x, y int) color.NRGBA { return color.NRGBA{uint8(20*x + i), uint8(30 * y), uint8(i), 255} }))
	}
	im := open(t, ImageFolder{FS: files, Height: 8, Width: 8, Augment: Augment{FlipHorizontal: true, Rotation: 30, ShiftX: .2, ShiftY: .1, Zoom: .2, Brightness: .3}})
	run := func(cores int, o Order) [][]float32 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		return pass(t, im, o)
	}
	o := Order{BatchSize: 5, Seed: 3}
	one := run(1, o)
	if !cmp.Equal(one, run(4, o)) {
		t.Error("one core and four give different images")
	}
	o.Shuffle = ShuffleOff
	first := run(2, o)
	o.BatchSize = 12
	if !cmp.Equal(slices.Concat(first...), slices.Concat(run(2, o)...)) {
		t.Error("the batch size changes how images are altered")
	}
	o.Pass = 1
	if cmp.Equal(slices.Concat(first...), slices.Concat(run(2, o)...)) {
		t.Error("two passes alter images alike")
	}
	o.Pass, o.Seed = 0, 4
	if cmp.Equal(slices.Concat(first...), slices.Concat(run(2, o)...)) {
		t.Error("two seeds alter images alike")
	}
}

// Only the rows after the first of an image are altered, and each by itself.
func TestKeepOriginals(t *testing.T) {
	f := ImageFolder{FS: folder(t), Height: 2, Width: 2, Balanced: true, KeepOriginals: true, Augment: Augment{Brightness: .5}}
	got := map[float32]int{}
	for _, b := range pass(t, open(t, f), Order{Shuffle: ShuffleOff}) {
		for i := 0; i < len(b); i += 12 {
			got[b[i]]++
		}
	}
	for _, original := range []float32{10, 20, 30, 40} {
		if got[original] != 1 {
			t.Errorf("the original %v comes %d times, want once: %v", original, got[original], got)
		}
	}
	if len(got) != 6 {
		t.Errorf("%d different rows of 6: %v", len(got), got)
	}
}

func TestSplitImages(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 20 {
		class := "a"
		if i >= 15 {
			class = "b"
		}
		files[fmt.Sprintf("%s/%d.png", class, i)] = encoded(t, picture(1, 1, plain(uint8(i+1))))
	}
	f := ImageFolder{FS: files, Height: 1, Width: 1, Balanced: true, Augment: Augment{Brightness: .1}}
	im := open(t, f)
	train, held, err := im.Split(.4, 7)
	if err != nil {
		t.Fatal(err)
	}
	if counts, _ := train.ClassCounts(); counts[0] != 9 || counts[1] != 9 { // 9 and 3 times 3
		t.Errorf("training rows %v, want 9 of each class", counts)
	}
	if counts, _ := held.ClassCounts(); counts[0] != 6 || counts[1] != 2 {
		t.Errorf("validation rows %v, want 6 and 2", counts)
	}
	for _, p := range held.Paths() {
		if slices.Contains(train.Paths(), p) {
			t.Errorf("%s is on both sides", p)
		}
	}
	for _, b := range pass(t, held, Order{}) {
		for _, v := range b {
			if v != float32(int(v)) {
				t.Errorf("a validation image was altered: %v", v)
			}
		}
	}
	if _, _, err := im.Split(1, 0); err == nil {
		t.Error("a split of 1 was taken")
	}
}

func TestSamplersOfImages(t *testing.T) {
	im := open(t, ImageFolder{FS: folder(t), Height: 2, Width: 2})
	for _, line := range seen(t, ClassBalanced{Source: im, Rows: 6}, Order{BatchSize: 2}) {
		if strings.Count(line, "[0]") != 1 || strings.Count(line, "[1]") != 1 {
			t.Errorf("batch %s, want one of each class", line)
		}
	}
	if lines := seen(t, Stratified{Source: im}, Order{BatchSize: 4}); strings.Count(lines[0], "[0]") != 1 || len(lines) != 1 {
		t.Errorf("stratified %q", lines)
	}
}

func TestBrokenImages(t *testing.T) {
	files := folder(t)
	files["b/broken.png"] = &fstest.MapFile{Data: []byte("no image")}
	files["a/empty.gif"] = &fstest.MapFile{}
	im := open(t, ImageFolder{FS: files, Height: 2, Width: 2})
	for _, cores := range []int{1, 4} {
		old := runtime.GOMAXPROCS(cores)
		var last error
		for _, err := range im.Batches(Order{Shuffle: ShuffleOff}) {
			last = err
		}
		runtime.GOMAXPROCS(old)
		if last == nil || !strings.HasPrefix(last.Error(), "data: image a/empty.gif: ") {
			t.Errorf("error %v, want one that names a/empty.gif, the first of two", last)
		}
	}
	var log bytes.Buffer
	im = open(t, ImageFolder{FS: files, Height: 2, Width: 2, SkipBroken: true, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if im.Len() != 4 || strings.Count(log.String(), "level=WARN") != 2 || !strings.Contains(log.String(), "file=b/broken.png") {
		t.Errorf("%d rows, notices %s", im.Len(), &log)
	}
	seen(t, im, Order{})
}

func TestImageNotices(t *testing.T) {
	files := folder(t)
	files["readme.txt"], files["b/notes.txt"], files["c"] = &fstest.MapFile{}, &fstest.MapFile{}, &fstest.MapFile{Mode: fs.ModeDir}
	files[".hidden/x.png"] = &fstest.MapFile{}
	var log bytes.Buffer
	im := open(t, ImageFolder{FS: files, Height: 2, Width: 2, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if im.Len() != 4 || len(im.Names()) != 3 {
		t.Errorf("%d rows of %v", im.Len(), im.Names())
	}
	for _, want := range []string{"first=readme.txt", "first=b/notes.txt", "classes without images", "classes=[c]"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("notices %s, want %q", &log, want)
		}
	}
}

func TestImageFolderErrors(t *testing.T) {
	files := folder(t)
	for _, c := range []struct {
		name string
		f    ImageFolder
		want string
	}{
		{"no folder", ImageFolder{Dir: "/nowhere/at/all"}, `data: image folder "/nowhere/at/all": `},
		{"no class folder", ImageFolder{FS: fstest.MapFS{}}, "no folders"},
		{"no image", ImageFolder{FS: fstest.MapFS{"a": &fstest.MapFile{Mode: fs.ModeDir}}}, "no image in its class folders"},
		{"nothing but broken ones", ImageFolder{FS: fstest.MapFS{"a/x.png": &fstest.MapFile{}}, SkipBroken: true}, "no image in its class folders"},
		{"unknown class", ImageFolder{FS: files, Classes: []string{"z"}}, `no folder for class "z"`},
		{"class twice", ImageFolder{FS: files, Classes: []string{"a", "a"}}, `"a" is listed twice`},
		{"no classes", ImageFolder{FS: files, Classes: []string{}}, "empty list of classes"},
		{"factor of no class", ImageFolder{FS: files, Factor: map[string]int{"z": 2}}, `a factor for class "z"`},
		{"factor 0", ImageFolder{FS: files, Factor: map[string]int{"a": 0}}, `factor 0 for class "a"`},
		{"two factors", ImageFolder{FS: files, Factor: map[string]int{"a": 2}, Balanced: true}, "want one of the two"},
		{"height", ImageFolder{FS: files, Height: -1}, "height -1"},
		{"rescale", ImageFolder{FS: files, Rescale: math.NaN()}, "rescaled by NaN"},
		{"rotation", ImageFolder{FS: files, Augment: Augment{Rotation: 181}}, "rotation 181, want 0 to 180"},
		{"shift", ImageFolder{FS: files, Augment: Augment{ShiftX: -1}}, "horizontal shift -1"},
		{"zoom", ImageFolder{FS: files, Augment: Augment{Zoom: 1}}, "zoom 1"},
		{"brightness", ImageFolder{FS: files, Augment: Augment{Brightness: math.Inf(1)}}, "brightness +Inf"},
		{"fill", ImageFolder{FS: files, Augment: Augment{Fill: 9}}, "unknown fill 9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.f.Logger = slog.New(slog.DiscardHandler)
			im, err := c.f.Open()
			if err == nil || !strings.Contains(err.Error(), c.want) || im != nil || strings.Count(err.Error(), "data: ") != 1 {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
	im := open(t, ImageFolder{FS: files})
	for _, d := range []func(yield func(Batch, error) bool){im.Batches(Order{BatchSize: -1}), im.Batches(Order{Shuffle: 5}), im.BatchesOf([]int{4}, Order{}), im.BatchesOf(nil, Order{})} {
		times := 0
		for _, err := range d {
			if times++; err == nil || times > 1 {
				t.Errorf("element %d: error %v, want a single error", times, err)
			}
		}
	}
}
