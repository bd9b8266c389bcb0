package data

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// ImageFolder describes a folder of images in which every class has a folder of
// its own, subfolders included:
//
//	images/cat/1.png
//	images/dog/7.jpeg
//
// Classes are numbered in the order of their names, as in Keras. PNG, JPEG and
// GIF (its first frame) are read; transparency is left aside. Open gives the
// [Dataset].
type ImageFolder struct {
	Dir string
	FS  fs.FS // where Dir is looked up, "" being its root; nil means the machine's files
	// Classes are the folders to take, numbered as they are listed; nil means
	// all of them, sorted by name. Names that begin with a dot are left out.
	Classes []string

	// Height and Width are those of the batches; 0 means 256. Images are resized
	// bilinearly, without regard to their proportions and without smoothing, as
	// Keras's image_dataset_from_directory does by default.
	Height, Width int
	// Grayscale gives one channel, .299 R + .587 G + .114 B, instead of three.
	Grayscale bool
	// Rescale multiplies pixels, which lie between 0 and 255, last of all; 0
	// means 1. 1./255 brings them between 0 and 1.
	Rescale float64
	// OneHot gives targets (n,K); else they are class numbers (n).
	OneHot bool

	// Augment alters images at random. The zero value leaves them as they are.
	Augment Augment
	// Factor gives each image of a class so many rows in a pass, each augmented
	// on its own, so that a rare class is made up for by variations of it. A
	// class that is not named has 1.
	Factor map[string]int
	// Balanced computes Factor: the rows of each class come as close to those of
	// the largest as whole factors allow.
	Balanced bool
	// KeepOriginals leaves the first row of every image without augmentation.
	KeepOriginals bool

	// SkipBroken decodes every file when the folder is opened and leaves those
	// that cannot be decoded out, with a notice each. Otherwise the batch that
	// needs such a file is an error that names it.
	SkipBroken bool
	Logger     *slog.Logger // takes notices; nil means slog.Default()
}

// imageFile is an image and its class.
type imageFile struct {
	path  string
	class int
}

// Open lists the folder. Notices (log level Warn): files that are not images,
// classes without any, and, with SkipBroken, files left out. Errors: no class
// folder, no image, a class or factor that is not there, sizes out of range.
func (f ImageFolder) Open() (*Images, error) {
	im, err := f.open()
	if err != nil {
		return nil, fmt.Errorf("data: image folder %q: %w", f.Dir, err)
	}
	return im, nil
}

func (f ImageFolder) open() (*Images, error) {
	if f.Logger == nil {
		f.Logger = slog.Default()
	}
	if f.Height < 0 || f.Width < 0 {
		return nil, fmt.Errorf("images of height %d and width %d, want at least 1 (0 for 256)", f.Height, f.Width)
	}
	if f.Height == 0 {
		f.Height = defaultImageSize
	}
	if f.Width == 0 {
		f.Width = defaultImageSize
	}
	if f.Rescale == 0 {
		f.Rescale = 1
	}
	if !finite(f.Rescale) {
		return nil, fmt.Errorf("pixels are rescaled by %v, want a finite number", f.Rescale)
	}
	if err := f.Augment.check(); err != nil {
		return nil, err
	}
	if err := f.root(); err != nil {
		return nil, err
	}
	im := &Images{config: f}
	var err error
	if im.names, err = f.classes(); err != nil {
		return nil, err
	}
	if err := f.checkFactors(im.names); err != nil {
		return nil, err
	}
	if im.files, err = f.list(im.names); err != nil {
		return nil, err
	}
	if f.SkipBroken {
		im.files = im.withoutBroken(im.files)
	}
	if len(im.files) == 0 {
		return nil, errors.New("there is no image in its class folders, want PNG, JPEG or GIF files")
	}
	im.number()
	return im, nil
}

const defaultImageSize = 256

// root makes FS the folder itself.
func (f *ImageFolder) root() (err error) {
	switch {
	case f.FS == nil:
		f.FS = os.DirFS(f.Dir)
	case f.Dir != "":
		f.FS, err = fs.Sub(f.FS, f.Dir)
	}
	return err
}

func (f *ImageFolder) classes() ([]string, error) {
	entries, err := fs.ReadDir(f.FS, ".")
	if err != nil {
		return nil, err
	}
	var names, strays []string
	for _, e := range entries { // ReadDir sorts by name
		info, err := fs.Stat(f.FS, e.Name()) // follows links
		switch {
		case err != nil:
			return nil, err
		case strings.HasPrefix(e.Name(), "."):
		case info.IsDir():
			names = append(names, e.Name())
		default:
			strays = append(strays, e.Name())
		}
	}
	f.leaveOut("files beside the class folders are left out", strays)
	if f.Classes == nil {
		if len(names) == 0 {
			return nil, errors.New("there are no folders in it, want one for each class")
		}
		return names, nil
	}
	for i, c := range f.Classes {
		if !slices.Contains(names, c) {
			return nil, fmt.Errorf("there is no folder for class %q, want one of %q", c, names)
		}
		if slices.Contains(f.Classes[:i], c) {
			return nil, fmt.Errorf("class %q is listed twice", c)
		}
	}
	if len(f.Classes) == 0 {
		return nil, errors.New("an empty list of classes, want at least one or nil for all")
	}
	return slices.Clone(f.Classes), nil
}

func (f *ImageFolder) checkFactors(names []string) error {
	if f.Balanced && len(f.Factor) > 0 {
		return errors.New("factors are given and Balanced computes them, want one of the two")
	}
	for _, c := range slices.Sorted(maps.Keys(f.Factor)) {
		if !slices.Contains(names, c) {
			return fmt.Errorf("a factor for class %q, want one of %q", c, names)
		}
		if f.Factor[c] < 1 {
			return fmt.Errorf("factor %d for class %q, want at least 1", f.Factor[c], c)
		}
	}
	return nil
}

// list finds the images of the classes, in the order of their paths.
func (f *ImageFolder) list(names []string) (files []imageFile, err error) {
	var strays, empty []string
	for class, name := range names {
		before := len(files)
		err := fs.WalkDir(f.FS, name, func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir():
			case isImage(p):
				files = append(files, imageFile{p, class})
			default:
				strays = append(strays, p)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			empty = append(empty, name)
		}
	}
	f.leaveOut("files that are not images are left out", strays)
	if len(empty) > 0 {
		f.Logger.Warn("classes without images", "folder", f.Dir, "classes", empty)
	}
	return files, nil
}

func (f *ImageFolder) leaveOut(message string, paths []string) {
	if len(paths) > 0 {
		f.Logger.Warn(message, "folder", f.Dir, "files", len(paths), "first", paths[0])
	}
}

func isImage(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".png", ".jpg", ".jpeg", ".gif":
		return true
	}
	return false
}
