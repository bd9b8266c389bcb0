package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/data/table"
	"gorgonia.org/tensor"
)

// arraysHelp says how arrays are named.
const arraysHelp = `An ARRAY is FILE.npy, FILE.npz:key, FILE.csv:column (one column) or FILE.csv
(all columns), CSV files also as .csv.gz or .csv.zst. The first row of a CSV file
is a header when a field of it is neither a number nor empty; without one, columns
are numbers from 0 on.`

// source names an array: a file, and what of it. It is the value of a flag.
type source struct {
	path, key string
}

func (s source) String() string {
	if s.key == "" {
		return s.path
	}
	return s.path + ":" + s.key
}

// Set implements pflag.Value.
func (s *source) Set(text string) (err error) {
	*s, err = parseSource(text)
	return err
}

// Type implements pflag.Value: it stands for the value in the help.
func (s source) Type() string { return "ARRAY" }

// given tells whether there is an array.
func (s source) given() bool { return s.path != "" }

// csvSuffixes are the names of CSV files.
var csvSuffixes = []string{".csv", ".csv.gz", ".csv.zst"}

// parseSource judges the name of an array; it opens no file.
func parseSource(text string) (source, error) {
	for _, suffix := range append([]string{".npy"}, csvSuffixes...) {
		if strings.HasSuffix(text, suffix) {
			return source{path: text}, nil
		}
	}
	if strings.HasSuffix(text, ".npz") {
		return source{}, fmt.Errorf("%s: expected FILE.npz:key, which of its arrays", text)
	}
	for _, suffix := range append([]string{".npz"}, csvSuffixes...) {
		if path, key, ok := strings.Cut(text, suffix+":"); ok && key != "" {
			return source{path: path + suffix, key: key}, nil
		}
	}
	return source{}, fmt.Errorf("%q: expected FILE.npy, FILE.npz:key, FILE.csv:column or FILE.csv", text)
}

// read reads the array. Errors name the file.
func (s source) read() (*tensor.Dense, error) {
	switch {
	case strings.HasSuffix(s.path, ".npy"):
		return npy.ReadFile(s.path)
	case strings.HasSuffix(s.path, ".npz"):
		return npy.ReadZipFileArray(s.path, s.key)
	}
	return s.readCSV()
}

// readCSV reads one column as (n), all of them as (n,columns).
func (s source) readCSV() (*tensor.Dense, error) {
	var o table.Options
	if s.key != "" {
		o.Columns = []string{s.key}
	}
	t, err := table.ReadFile(s.path, o)
	if err != nil {
		return nil, err
	}
	x, err := t.Tensor()
	if err == nil && s.key != "" {
		err = x.Reshape(t.Rows())
	}
	return x, err
}

// half tells whether the array is float16 in its file; it is read as float32.
func (s source) half() (bool, error) {
	if !strings.HasSuffix(s.path, ".npy") && !strings.HasSuffix(s.path, ".npz") {
		return false, nil
	}
	file, err := os.Open(s.path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return false, err
	}
	var l npy.Layout
	if s.key == "" {
		l, err = npy.ReadLayout(file)
	} else {
		l, err = npy.ReadZipLayout(file, info.Size(), s.key)
	}
	return l.Half(), err
}

// readIf is read for an array that need not be there.
func (s source) readIf() (tensor.Tensor, error) {
	if !s.given() {
		return nil, nil
	}
	return s.read()
}

// listed names the files of arrays that are there, for errors.
func listed(sources ...source) string {
	var names []string
	for _, s := range sources {
		if s.given() {
			names = append(names, s.String())
		}
	}
	return strings.Join(names, ", ")
}
